package io.ringway.tcp;

/**
 * How a lane's TCP defends itself: what is answered without state, and how much any one peer may
 * have.
 *
 * @param synCookies when SYN cookies are used (RFC 4987)
 * @param overflow what happens to a handshake when a listener's queues are full
 * @param challengeAcksPerConnection answers a second to what does not fit into a connection (RFC
 *     5961 §7), 1 to 255
 */
public record DefenceConfig(
        SynCookieMode synCookies, Overflow overflow, int challengeAcksPerConnection) {
    /** The usual settings. */
    public static final DefenceConfig DEFAULT = builder().build();

    public DefenceConfig {
        if (challengeAcksPerConnection < 1 || challengeAcksPerConnection > ChallengeLimit.MAXIMUM) {
            throw new IllegalArgumentException(
                    "challengeAcksPerConnection is "
                            + challengeAcksPerConnection
                            + "; expected 1 to "
                            + ChallengeLimit.MAXIMUM);
        }
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
        return builder;
    }

    /** Sets what is to differ from the default. */
    public static final class Builder {
        private SynCookieMode synCookies = SynCookieMode.AUTO;
        private Overflow overflow = Overflow.DROP;
        private int challengeAcksPerConnection = 10;

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

        public DefenceConfig build() {
            return new DefenceConfig(synCookies, overflow, challengeAcksPerConnection);
        }
    }
}
