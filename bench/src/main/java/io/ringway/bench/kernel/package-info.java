/** Benchmarks beside the kernel's own TCP: one client program, several servers, in turn. */
@NullMarked
package io.ringway.bench.kernel;

import org.jspecify.annotations.NullMarked;
