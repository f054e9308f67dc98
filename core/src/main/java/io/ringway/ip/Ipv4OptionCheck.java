package io.ringway.ip;

import io.ringway.memory.Counter;
import io.ringway.memory.Octets;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * Steps over the options of an IPv4 header (RFC 791 §3.1): a host needs none of them, but must not
 * trip over one (RFC 1122 §3.2.1.8).
 */
final class Ipv4OptionCheck {
    private Ipv4OptionCheck() {}

    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int LOOSE_SOURCE_ROUTE = 131;
    private static final int STRICT_SOURCE_ROUTE = 137;

    /** Why a packet with these options is dropped, or null when it is welcome. */
    static @Nullable Counter fault(MemorySegment memory, long at, int length) {
        int position = 0;
        while (position < length) {
            int type = Octets.u8(memory, at + position);
            if (type == END) {
                return null;
            }
            if (type == NO_OPERATION) {
                position++;
                continue;
            }
            int octets = position + 1 < length ? Octets.u8(memory, at + position + 1) : 0;
            if (octets < 2 || position + octets > length) {
                return Counter.IPV4_BAD_OPTION;
            }
            if (type == LOOSE_SOURCE_ROUTE || type == STRICT_SOURCE_ROUTE) {
                return Counter.IPV4_SOURCE_ROUTE;
            }
            position += octets;
        }
        return null;
    }
}
