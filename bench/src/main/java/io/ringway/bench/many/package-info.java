/** What very many connections cost: memory above all. */
@NullMarked
package io.ringway.bench.many;

import org.jspecify.annotations.NullMarked;
