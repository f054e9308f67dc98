/**
 * Benchmarks over a bad path: our TCP and the kernel's, over the same bridge with the same seed.
 */
@NullMarked
package io.ringway.bench.path;

import org.jspecify.annotations.NullMarked;
