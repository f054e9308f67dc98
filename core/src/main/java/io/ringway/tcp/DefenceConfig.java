package io.ringway.tcp;

/**
 * How a lane's TCP defends itself: what is answered without state, and how much any one peer may
 * have.
 *
 * @param synCookies when SYN cookies are used (RFC 4987)
 * @param overflow what happens to a handshake when a listener's queues are full
 * @param challengeAcksPerConnection answers a second to what does not fit into a connection (RFC
 *     5961 §7), 1 to 255
 * @param maxHalfOpenPerPeer half-open connections that a peer may have; 0 for no limit but the
 *     others. A peer is an IPv4 address, or an IPv6 network of 64 bits
 * @param maxUnacceptedPerPeer established connections of a peer that the application was not shown
 *     yet; 0 likewise
 * @param maxConnectionsPerPeer connections in all that a peer may have, those that this side opened
 *     included; 0 likewise
 * @param toleratesMissingTimestamps whether a segment is taken that has no time stamp though the
 *     connection has agreed on them, which RFC 7323 §3.2 says SHOULD be dropped; some boxes on the
 *     way take options off
 * @param firstLocalPort the lowest port that a connection is opened from when the caller names
 *     none, 1 to 65,535; chosen at random, so that nobody can guess it (RFC 6056)
 * @param lastLocalPort the highest one; with few, fewer connections to one peer are possible
 * @param maxPeers peers that are counted at the same time, where any of these limits is set
 */
public record DefenceConfig(
        SynCookieMode synCookies,
        Overflow overflow,
        int challengeAcksPerConnection,
        int maxHalfOpenPerPeer,
        int maxUnacceptedPerPeer,
        int maxConnectionsPerPeer,
        boolean toleratesMissingTimestamps,
        int firstLocalPort,
        int lastLocalPort,
        int maxPeers) {
    /** The usual settings. */
    public static final DefenceConfig DEFAULT = builder().build();

    public DefenceConfig {
        inRange(
                "challengeAcksPerConnection",
                challengeAcksPerConnection,
                1,
                ChallengeLimit.MAXIMUM);
        inRange("maxHalfOpenPerPeer", maxHalfOpenPerPeer, 0, 1 << 20);
        inRange("maxUnacceptedPerPeer", maxUnacceptedPerPeer, 0, 1 << 20);
        inRange("maxConnectionsPerPeer", maxConnectionsPerPeer, 0, 1 << 20);
        inRange("firstLocalPort", firstLocalPort, 1, 0xffff);
        inRange("lastLocalPort", lastLocalPort, firstLocalPort, 0xffff);
        inRange("maxPeers", maxPeers, 1, 1 << 24);
    }

    private static void inRange(String name, int given, int least, int most) {
        if (given < least || given > most) {
            throw new IllegalArgumentException(
                    name + " is " + given + "; expected " + least + " to " + most);
        }
    }

    boolean hasPeerLimits() {
        return (maxHalfOpenPerPeer | maxUnacceptedPerPeer | maxConnectionsPerPeer) != 0;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these settings. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.synCookies = synCookies;
        builder.overflow = overflow;
        builder.challengeAcksPerConnection = challengeAcksPerConnection;
        builder.maxHalfOpenPerPeer = maxHalfOpenPerPeer;
        builder.maxUnacceptedPerPeer = maxUnacceptedPerPeer;
        builder.maxConnectionsPerPeer = maxConnectionsPerPeer;
        builder.toleratesMissingTimestamps = toleratesMissingTimestamps;
        builder.firstLocalPort = firstLocalPort;
        builder.lastLocalPort = lastLocalPort;
        builder.maxPeers = maxPeers;
        return builder;
    }

    /** Sets what is to differ from the default. */
    public static final class Builder {
        private SynCookieMode synCookies = SynCookieMode.AUTO;
        private Overflow overflow = Overflow.DROP;
        private int challengeAcksPerConnection = 10;
        private int maxHalfOpenPerPeer;
        private int maxUnacceptedPerPeer;
        private int maxConnectionsPerPeer;
        private boolean toleratesMissingTimestamps;
        private int firstLocalPort = PortAllocator.DEFAULT_FIRST;
        private int lastLocalPort = PortAllocator.DEFAULT_LAST;
        private int maxPeers = 16_384;

        private Builder() {}

        /** When SYN cookies are used (RFC 4987). */
        public Builder synCookies(SynCookieMode value) {
            synCookies = value;
            return this;
        }

        /** What happens to a handshake when a listener's queues are full. */
        public Builder overflow(Overflow value) {
            overflow = value;
            return this;
        }

        /** Answers a second to what does not fit into a connection (RFC 5961 §7). */
        public Builder challengeAcksPerConnection(int value) {
            challengeAcksPerConnection = value;
            return this;
        }

        /** Half-open connections that a peer may have; 0 for no such limit, the default. */
        public Builder maxHalfOpenPerPeer(int value) {
            maxHalfOpenPerPeer = value;
            return this;
        }

        /** Connections of a peer that wait for the application; 0 for no such limit. */
        public Builder maxUnacceptedPerPeer(int value) {
            maxUnacceptedPerPeer = value;
            return this;
        }

        /** Connections in all that a peer may have; 0 for no such limit. */
        public Builder maxConnectionsPerPeer(int value) {
            maxConnectionsPerPeer = value;
            return this;
        }

        /** Whether segments are taken without the time stamp that was agreed on (RFC 7323 §3.2). */
        public Builder toleratesMissingTimestamps(boolean value) {
            toleratesMissingTimestamps = value;
            return this;
        }

        /**
         * The ports from which connections are opened, both ends included: where an address is
         * shared with a kernel, those that were taken from it.
         */
        public Builder localPorts(int first, int last) {
            firstLocalPort = first;
            lastLocalPort = last;
            return this;
        }

        /** Peers that are counted at the same time. */
        public Builder maxPeers(int value) {
            maxPeers = value;
            return this;
        }

        public DefenceConfig build() {
            return new DefenceConfig(
                    synCookies,
                    overflow,
                    challengeAcksPerConnection,
                    maxHalfOpenPerPeer,
                    maxUnacceptedPerPeer,
                    maxConnectionsPerPeer,
                    toleratesMissingTimestamps,
                    firstLocalPort,
                    lastLocalPort,
                    maxPeers);
        }
    }
}
