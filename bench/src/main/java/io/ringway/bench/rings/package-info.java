/** Byte rings that were measured beside {@link io.ringway.memory.ByteRing}, and stayed behind. */
@NullMarked
package io.ringway.bench.rings;

import org.jspecify.annotations.NullMarked;
