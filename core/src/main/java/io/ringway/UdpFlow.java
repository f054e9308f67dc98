package io.ringway;

import io.ringway.wire.Endpoint;

/**
 * What a UDP socket is connected by.
 *
 * @param local the address and port that the peer knows
 * @param remote the peer
 * @param home the lane to which the peer's datagrams come
 */
record UdpFlow(Endpoint local, Endpoint remote, int home) {}
