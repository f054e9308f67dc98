/** The seam between IP and the transports: packets go down a sink, and come up to a protocol. */
@NullMarked
package io.ringway.layer;

import org.jspecify.annotations.NullMarked;
