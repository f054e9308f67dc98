package io.ringway.udp;

/**
 * The limits of UDP on one lane.
 *
 * @param maxSockets sockets bound at a time
 * @param receiveQueueDatagrams datagrams that wait in a socket's receive queue
 * @param receiveQueueBytes octets of payload that wait in a socket's receive queue
 * @param sendQueueDatagrams datagrams of all sockets that wait to be sent
 * @param firstEphemeralPort the lowest port that is chosen for a socket bound to port 0 (RFC 6056
 *     §3.2)
 * @param requireChecksum whether a datagram without a checksum is dropped over IPv4 too
 * @param tombstoneNs how long, in nanoseconds, the other lanes forward to a connected socket's lane
 *     what comes to them from its peer
 */
public record UdpConfig(
        int maxSockets,
        int receiveQueueDatagrams,
        int receiveQueueBytes,
        int sendQueueDatagrams,
        int firstEphemeralPort,
        boolean requireChecksum,
        long tombstoneNs) {
    public static final UdpConfig DEFAULT = builder().build();

    public UdpConfig {
        require("maxSockets", maxSockets, 1, 1 << 20);
        require("receiveQueueDatagrams", receiveQueueDatagrams, 1, 1 << 20);
        require("receiveQueueBytes", receiveQueueBytes, 1, 1 << 30);
        require("sendQueueDatagrams", sendQueueDatagrams, 1, 1 << 20);
        require("firstEphemeralPort", firstEphemeralPort, 1, 65_535);
        require("tombstoneNs", tombstoneNs, 0, Long.MAX_VALUE / 4);
    }

    private static void require(String name, long given, long least, long most) {
        if (given < least || given > most) {
            throw new IllegalArgumentException(
                    name + " must be from " + least + " to " + most + "; given " + given);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    public Builder toBuilder() {
        return new Builder()
                .maxSockets(maxSockets)
                .receiveQueueDatagrams(receiveQueueDatagrams)
                .receiveQueueBytes(receiveQueueBytes)
                .sendQueueDatagrams(sendQueueDatagrams)
                .firstEphemeralPort(firstEphemeralPort)
                .requireChecksum(requireChecksum)
                .tombstoneNs(tombstoneNs);
    }

    /** Builds a {@link UdpConfig}; each method sets the component of its name. */
    public static final class Builder {
        private int maxSockets = 4096;
        private int receiveQueueDatagrams = 256;
        private int receiveQueueBytes = 256 * 1024;
        private int sendQueueDatagrams = 256;
        private int firstEphemeralPort = 32_768;
        private boolean requireChecksum;
        private long tombstoneNs = 1_000_000_000;

        private Builder() {}

        public Builder maxSockets(int value) {
            maxSockets = value;
            return this;
        }

        public Builder receiveQueueDatagrams(int value) {
            receiveQueueDatagrams = value;
            return this;
        }

        public Builder receiveQueueBytes(int value) {
            receiveQueueBytes = value;
            return this;
        }

        public Builder sendQueueDatagrams(int value) {
            sendQueueDatagrams = value;
            return this;
        }

        public Builder firstEphemeralPort(int value) {
            firstEphemeralPort = value;
            return this;
        }

        public Builder requireChecksum(boolean value) {
            requireChecksum = value;
            return this;
        }

        public Builder tombstoneNs(long value) {
            tombstoneNs = value;
            return this;
        }

        public UdpConfig build() {
            return new UdpConfig(
                    maxSockets,
                    receiveQueueDatagrams,
                    receiveQueueBytes,
                    sendQueueDatagrams,
                    firstEphemeralPort,
                    requireChecksum,
                    tombstoneNs);
        }
    }
}
