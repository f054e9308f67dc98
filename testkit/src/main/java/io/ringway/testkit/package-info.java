/** A virtual clock, a simulated network and the segment DSL that tests are written in. */
@NullMarked
package io.ringway.testkit;

import org.jspecify.annotations.NullMarked;
