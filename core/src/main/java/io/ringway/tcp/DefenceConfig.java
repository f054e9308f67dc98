package io.ringway.tcp;

/**
 * How a lane's TCP defends itself: what is answered without state, and how much any one peer may
 * have.
 *
 * @param synCookies when SYN cookies are used (RFC 4987)
 * @param overflow what happens to a handshake when a listener's queues are full
 */
public record DefenceConfig(SynCookieMode synCookies, Overflow overflow) {
    /** The usual settings. */
    public static final DefenceConfig DEFAULT = builder().build();

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these settings. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.synCookies = synCookies;
        builder.overflow = overflow;
        return builder;
    }

    /** Sets what is to differ from the default. */
    public static final class Builder {
        private SynCookieMode synCookies = SynCookieMode.AUTO;
        private Overflow overflow = Overflow.DROP;

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

        public DefenceConfig build() {
            return new DefenceConfig(synCookies, overflow);
        }
    }
}
