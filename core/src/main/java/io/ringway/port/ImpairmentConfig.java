package io.ringway.port;

/**
 * What an {@link ImpairmentPort} does to the frames of one direction. Probabilities are from 0 to 1
 * and independent of each other.
 *
 * @param loss probability that a frame is lost
 * @param duplicate probability that a frame arrives twice
 * @param corrupt probability that one bit of an IP packet is flipped; a corrupted frame that is not
 *     IP is lost, since no checksum but Ethernet's own, which devices check, would find it
 * @param reorder probability that a frame arrives behind one to three of its followers
 * @param delayNs how long a frame is on its way
 * @param jitterNs by how much that varies, either way and evenly; the order is kept
 * @param rateBitsPerSecond how fast octets pass; 0 for no limit
 * @param queueFrames how many frames may wait for their turn at that rate, as in the queue of a
 *     router; without a rate, how many may be on their way. More are dropped
 * @param seed of all decisions: the same frames at the same times meet the same fate
 */
public record ImpairmentConfig(
        double loss,
        double duplicate,
        double corrupt,
        double reorder,
        long delayNs,
        long jitterNs,
        long rateBitsPerSecond,
        int queueFrames,
        long seed) {
    /** Does nothing. */
    public static final ImpairmentConfig NONE = builder().build();

    private static final int DEFAULT_QUEUE = 10_000;
    private static final int MOST_QUEUE = 1 << 20;
    private static final long MOST_DELAY_NS = 3_600_000_000_000L;

    public ImpairmentConfig {
        checkProbability("loss", loss);
        checkProbability("duplicate", duplicate);
        checkProbability("corrupt", corrupt);
        checkProbability("reorder", reorder);
        check(delayNs >= 0 && delayNs <= MOST_DELAY_NS, "delay", "from 0 to 3600s", delayNs + "ns");
        check(
                jitterNs >= 0 && jitterNs <= delayNs,
                "jitter",
                "from 0 to the delay (" + delayNs + "ns)",
                jitterNs + "ns");
        check(rateBitsPerSecond >= 0, "rate", "0 (no limit) or more", rateBitsPerSecond + "bit");
        check(
                queueFrames >= 1 && queueFrames <= MOST_QUEUE,
                "queue",
                "1 to " + MOST_QUEUE + " frames",
                Integer.toString(queueFrames));
    }

    private static void checkProbability(String name, double value) {
        check(value >= 0 && value <= 1, name, "from 0% to 100%", value * 100 + "%");
    }

    private static void check(boolean isRight, String name, String expected, String given) {
        if (!isRight) {
            throw new IllegalArgumentException(
                    "impairment: " + name + " must be " + expected + "; given " + given);
        }
    }

    /**
     * Reads {@code
     * loss=1%,delay=20ms,jitter=5ms,reorder=5%,duplicate=1%,corrupt=0.1%,rate=100mbit,queue=1000,seed=7},
     * of which each part may be left out.
     *
     * @throws IllegalArgumentException that says what was given, what was expected, and gives an
     *     example
     */
    public static ImpairmentConfig parse(String text) {
        return ImpairmentText.parse(text);
    }

    /** Whether it leaves every frame alone. */
    public boolean isNone() {
        return loss == 0
                && duplicate == 0
                && corrupt == 0
                && reorder == 0
                && delayNs == 0
                && rateBitsPerSecond == 0;
    }

    /** The same with another seed. */
    public ImpairmentConfig withSeed(long other) {
        return new ImpairmentConfig(
                loss,
                duplicate,
                corrupt,
                reorder,
                delayNs,
                jitterNs,
                rateBitsPerSecond,
                queueFrames,
                other);
    }

    /** Starts from {@link #NONE}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts of an {@link ImpairmentConfig}. */
    public static final class Builder {
        private double loss;
        private double duplicate;
        private double corrupt;
        private double reorder;
        private long delayNs;
        private long jitterNs;
        private long rateBitsPerSecond;
        private int queueFrames = DEFAULT_QUEUE;
        private long seed = 1;

        private Builder() {}

        public Builder loss(double value) {
            this.loss = value;
            return this;
        }

        public Builder duplicate(double value) {
            this.duplicate = value;
            return this;
        }

        public Builder corrupt(double value) {
            this.corrupt = value;
            return this;
        }

        public Builder reorder(double value) {
            this.reorder = value;
            return this;
        }

        public Builder delayNs(long value) {
            this.delayNs = value;
            return this;
        }

        public Builder jitterNs(long value) {
            this.jitterNs = value;
            return this;
        }

        public Builder rateBitsPerSecond(long value) {
            this.rateBitsPerSecond = value;
            return this;
        }

        public Builder queueFrames(int value) {
            this.queueFrames = value;
            return this;
        }

        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        public ImpairmentConfig build() {
            return new ImpairmentConfig(
                    loss,
                    duplicate,
                    corrupt,
                    reorder,
                    delayNs,
                    jitterNs,
                    rateBitsPerSecond,
                    queueFrames,
                    seed);
        }
    }
}
