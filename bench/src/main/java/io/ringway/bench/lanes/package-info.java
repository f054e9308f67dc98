/** Two lanes against one, fed from memory by their own threads. */
@NullMarked
package io.ringway.bench.lanes;

import org.jspecify.annotations.NullMarked;
