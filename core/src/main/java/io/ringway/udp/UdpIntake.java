package io.ringway.udp;

/**
 * Takes a socket's datagrams as they arrive, in place of its queue. Runs in the lane's input step,
 * so it only stores them; {@link UdpUser#onReadable} follows once for all that came in a cycle.
 */
@FunctionalInterface
public interface UdpIntake {
    /**
     * Copies a datagram, whose frame stays the caller's.
     *
     * @param sourcePort of the datagram
     * @param offset where its payload begins in the memory of the lane's frames
     * @param length octets of payload
     * @param stampNs when the port received it
     * @return false when there is no room
     */
    boolean take(
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long destinationHigh,
            long destinationLow,
            long offset,
            int length,
            long stampNs);
}
