/** Checks that C2 inlines the hot path. */
@NullMarked
package io.ringway.bench.inlining;

import org.jspecify.annotations.NullMarked;
