/** Ports for Linux (TAP, AF_PACKET, AF_XDP), affinity and huge pages: the only callers of libc. */
@NullMarked
package io.ringway.linux;

import org.jspecify.annotations.NullMarked;
