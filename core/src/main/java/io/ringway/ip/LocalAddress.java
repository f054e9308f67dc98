package io.ringway.ip;

import io.ringway.wire.IpPrefix;

/** An address of this stack and how far it is in use, for display. */
public record LocalAddress(IpPrefix prefix, State state) {
    /** The states of RFC 4862 §2 and RFC 4429 §2. */
    public enum State {
        /** Being checked, and not used until it has passed. */
        TENTATIVE,
        /** Being checked, and used meanwhile. */
        OPTIMISTIC,
        /** Ours. */
        PREFERRED,
        /** In use by somebody else, so not used here. */
        DUPLICATE
    }
}
