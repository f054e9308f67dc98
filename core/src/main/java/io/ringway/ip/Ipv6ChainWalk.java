package io.ringway.ip;

import io.ringway.memory.Octets;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/**
 * Walks the extension headers of an IPv6 packet that is not ours to process (RFC 8200 §4): one that
 * an error quotes, or a first fragment. Reused.
 */
final class Ipv6ChainWalk {
    private static final int MAX_HEADERS = 16;
    private static final int UNIT = 8;

    private int protocol;
    private int transportOffset;

    /**
     * Walks to the upper-layer header.
     *
     * @param firstHeader the number of the header at {@code at}
     * @param length octets there are
     * @return false when it is not among them, or lies in a later fragment
     */
    boolean walk(MemorySegment memory, long at, int length, int firstHeader) {
        int header = firstHeader;
        int offset = 0;
        for (int i = 0; i < MAX_HEADERS; i++) {
            if (!isExtension(header)) {
                protocol = header;
                transportOffset = offset;
                return true;
            }
            if (offset + UNIT > length) {
                return false;
            }
            int start = Octets.u32(memory, at + offset);
            if (header == IpProtocol.FRAGMENT) {
                if ((start & 0xfff8) != 0) {
                    return false;
                }
                offset += UNIT;
            } else {
                offset += ((start >>> 16 & 0xff) + 1) * UNIT;
            }
            header = start >>> 24;
        }
        return false;
    }

    private static boolean isExtension(int header) {
        return header == IpProtocol.HOP_BY_HOP
                || header == IpProtocol.ROUTING
                || header == IpProtocol.FRAGMENT
                || header == IpProtocol.DESTINATION_OPTIONS;
    }

    /** The number of the upper-layer header, after a walk that succeeded. */
    int protocol() {
        return protocol;
    }

    /** Octets in front of it; may lie beyond the length. */
    int transportOffset() {
        return transportOffset;
    }
}
