/** Devices with queue pairs that move bursts of frames, and the link that joins two stacks. */
@NullMarked
package io.ringway.port;

import org.jspecify.annotations.NullMarked;
