/** Ethernet, ARP, IPv4, IPv6, neighbour discovery and ICMP. */
@NullMarked
package io.ringway.ip;

import org.jspecify.annotations.NullMarked;
