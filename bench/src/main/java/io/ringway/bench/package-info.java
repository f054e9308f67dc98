/** Benchmarks of single methods with JMH, and of the whole system. */
@NullMarked
package io.ringway.bench;

import org.jspecify.annotations.NullMarked;
