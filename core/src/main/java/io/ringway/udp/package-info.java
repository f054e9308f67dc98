/** UDP: datagrams in, datagrams out, and the table of bound sockets. */
@NullMarked
package io.ringway.udp;

import org.jspecify.annotations.NullMarked;
