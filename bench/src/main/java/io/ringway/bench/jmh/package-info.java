/** Benchmarks of single methods, run by JMH: {@code ./ringway bench jmh}. */
@NullMarked
package io.ringway.bench.jmh;

import org.jspecify.annotations.NullMarked;
