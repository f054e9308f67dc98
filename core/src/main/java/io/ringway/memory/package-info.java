/** Frames, pools and off-heap records: memory that is taken once, at the start. */
@NullMarked
package io.ringway.memory;

import org.jspecify.annotations.NullMarked;
