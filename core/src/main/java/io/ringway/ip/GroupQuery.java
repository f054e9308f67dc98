package io.ringway.ip;

import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What a router asks about groups (RFC 2236 §2, RFC 3376 §4.1, RFC 2710 §3, RFC 3810 §5.1).
 *
 * @param version of IGMP, 1 to 3; MLDv1 counts as 2 and MLDv2 as 3, as which they are built
 * @param maxDelayNs within which it wants to be answered
 * @param group that is asked for; null for all
 * @param sources that are asked for; none for all
 * @param robustness the router's, or 0 when it says none
 * @param intervalNs at which it asks, or 0 when it does not say
 */
record GroupQuery(
        int version,
        long maxDelayNs,
        @Nullable IpAddress group,
        List<IpAddress> sources,
        int robustness,
        long intervalNs) {
    /** A code of 8 bits: up to 127 as it is, then as a floating point number (RFC 3376 §4.1.1). */
    static int decode8(int code) {
        return code < 128 ? code : ((code & 15) | 16) << ((code >>> 4 & 7) + 3);
    }

    /** A code of 16 bits, in the same way (RFC 3810 §5.1.3). */
    static int decode16(int code) {
        return code < 32_768 ? code : ((code & 0xfff) | 0x1000) << ((code >>> 12 & 7) + 3);
    }
}
