package io.ringway.port;

/**
 * What a {@link LinkPort} pair is like. The same in both directions, but for what each end's device
 * can do.
 *
 * @param latencyNs how long a frame is on its way, behind the time that its octets take
 * @param rateBitsPerSecond how fast octets are put on the wire; 0 for no limit. Only the frames'
 *     own octets count, not the preamble and gap that Ethernet adds
 * @param mtu octets of the largest IP packet, 68 to 65,535; longer frames are dropped, as are
 *     super-frames whose segments are longer
 * @param queueFrames how many frames may wait at the sender: for their turn on the wire when there
 *     is a rate, or for the receiver to take them when there is neither rate nor latency. A full
 *     queue makes {@code transmit} accept no more; the link itself never drops for that
 * @param capabilitiesA what the device at the first end does by itself; what the other end's cannot
 *     take is done in software on the way, as it would be by a real device
 * @param capabilitiesB the same for the second end
 * @param isThreaded whether the two ends run on threads of their own; otherwise one thread runs
 *     both, which is faster by a copy
 * @param transitOctets octets that may be on their way in one direction when the ends have threads
 *     of their own: latency times rate, and some more
 */
public record LinkConfig(
        long latencyNs,
        long rateBitsPerSecond,
        int mtu,
        int queueFrames,
        PortCapabilities capabilitiesA,
        PortCapabilities capabilitiesB,
        boolean isThreaded,
        int transitOctets) {
    /** No latency, no limit of rate, MTU 1500, no offloads, one thread. */
    public static final LinkConfig PLAIN = builder().build();

    /** The same with checksum and segmentation offloads at both ends. */
    public static final LinkConfig OFFLOADED =
            builder().capabilities(PortCapabilities.FULL).build();

    private static final int LEAST_MTU = 68;
    private static final int LEAST_TRANSIT = 256 << 10;
    private static final int MOST_TRANSIT = 1 << 30;

    public LinkConfig {
        check(latencyNs >= 0, "latencyNs", "0 or more", latencyNs);
        check(
                rateBitsPerSecond >= 0,
                "rateBitsPerSecond",
                "0 (no limit) or more",
                rateBitsPerSecond);
        check(mtu >= LEAST_MTU && mtu <= 65_535, "mtu", "68 to 65535", mtu);
        check(
                queueFrames >= 1 && queueFrames <= 1 << 20,
                "queueFrames",
                "1 to 1048576",
                queueFrames);
        check(
                transitOctets >= LEAST_TRANSIT && transitOctets <= MOST_TRANSIT,
                "transitOctets",
                LEAST_TRANSIT + " to " + MOST_TRANSIT,
                transitOctets);
    }

    private static void check(boolean isRight, String name, String expected, long given) {
        if (!isRight) {
            throw new IllegalArgumentException(
                    "a link's " + name + " must be " + expected + "; given " + given);
        }
    }

    /** Starts from {@link #PLAIN}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts of a {@link LinkConfig}. */
    public static final class Builder {
        private long latencyNs;
        private long rateBitsPerSecond;
        private int mtu = 1500;
        private int queueFrames = 1024;
        private PortCapabilities capabilitiesA = PortCapabilities.NONE;
        private PortCapabilities capabilitiesB = PortCapabilities.NONE;
        private boolean isThreaded;
        private int transitOctets = 4 << 20;

        private Builder() {}

        public Builder latencyNs(long value) {
            this.latencyNs = value;
            return this;
        }

        public Builder rateBitsPerSecond(long value) {
            this.rateBitsPerSecond = value;
            return this;
        }

        public Builder mtu(int value) {
            this.mtu = value;
            return this;
        }

        public Builder queueFrames(int value) {
            this.queueFrames = value;
            return this;
        }

        /** The same at both ends. */
        public Builder capabilities(PortCapabilities value) {
            return capabilities(value, value);
        }

        public Builder capabilities(PortCapabilities a, PortCapabilities b) {
            this.capabilitiesA = a;
            this.capabilitiesB = b;
            return this;
        }

        /** Each end runs on a thread of its own. */
        public Builder isThreaded(boolean value) {
            this.isThreaded = value;
            return this;
        }

        public Builder transitOctets(int value) {
            this.transitOctets = value;
            return this;
        }

        public LinkConfig build() {
            return new LinkConfig(
                    latencyNs,
                    rateBitsPerSecond,
                    mtu,
                    queueFrames,
                    capabilitiesA,
                    capabilitiesB,
                    isThreaded,
                    transitOctets);
        }
    }
}
