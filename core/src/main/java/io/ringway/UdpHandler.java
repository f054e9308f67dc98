package io.ringway;

import io.ringway.layer.IcmpError;

/**
 * What an application does with the datagrams that a {@link UdpSocket} receives. Runs on the lane
 * and must not block.
 *
 * <p>With several lanes it runs on each of them, so on several threads at once: a datagram is
 * handled on the lane where it arrived, those of one source always on the same one, but for a
 * moment when its bucket moves; steered by port, all datagrams of a socket on one ({@link
 * LanesConfig#isUdpByPort}). A method that throws loses its socket, which is closed, and nothing
 * else.
 */
@FunctionalInterface
public interface UdpHandler {
    /**
     * A datagram has arrived. It is good until the method returns; it then leaves the queue.
     *
     * @param socket where it arrived, and where an answer may be sent
     */
    void onDatagram(UdpSocket socket, Datagram datagram);

    /**
     * ICMP says that the peer of a connected socket cannot be reached, or that nobody listens at
     * its port.
     */
    default void onError(UdpSocket socket, IcmpError.Kind kind) {}
}
