package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * What a host has to know of an IPv4 header's options (RFC 791 §3.1, RFC 1122 §3.2.1.8): whether
 * they are well-formed, and which kinds there are. Used over and over; nothing is read outside the
 * octets given.
 */
public final class Ipv4Options {
    public static final int END = 0;
    public static final int NOP = 1;
    public static final int RECORD_ROUTE = 7;
    public static final int TIMESTAMP = 68;
    public static final int LOOSE_SOURCE_ROUTE = 131;
    public static final int STRICT_SOURCE_ROUTE = 137;
    public static final int ROUTER_ALERT = 148;

    private boolean hasSourceRoute;
    private boolean hasRecordRoute;
    private boolean hasTimestamp;
    private boolean hasRouterAlert;
    private int problemPosition;

    /**
     * Walks {@code length} octets of options, and forgets the former ones.
     *
     * @return false when an option's length is below 2 or reaches past the end
     */
    public boolean parse(MemorySegment memory, long offset, int length) {
        hasSourceRoute = false;
        hasRecordRoute = false;
        hasTimestamp = false;
        hasRouterAlert = false;
        problemPosition = -1;
        int position = 0;
        while (position < length) {
            int kind = Octets.u8(memory, offset + position);
            if (kind == END) {
                return true;
            }
            if (kind == NOP) {
                position++;
                continue;
            }
            int left = length - position;
            int optionLength = left < 2 ? 0 : Octets.u8(memory, offset + position + 1);
            if (optionLength < 2 || optionLength > left) {
                problemPosition = Math.min(position + 1, length - 1);
                return false;
            }
            note(kind);
            position += optionLength;
        }
        return true;
    }

    private void note(int kind) {
        switch (kind) {
            case LOOSE_SOURCE_ROUTE, STRICT_SOURCE_ROUTE -> hasSourceRoute = true;
            case RECORD_ROUTE -> hasRecordRoute = true;
            case TIMESTAMP -> hasTimestamp = true;
            case ROUTER_ALERT -> hasRouterAlert = true;
            default -> {
                // RFC 1122 §3.2.1.8: what is not known is passed over in silence.
            }
        }
    }

    public boolean hasSourceRoute() {
        return hasSourceRoute;
    }

    public boolean hasRecordRoute() {
        return hasRecordRoute;
    }

    public boolean hasTimestamp() {
        return hasTimestamp;
    }

    public boolean hasRouterAlert() {
        return hasRouterAlert;
    }

    /** The octet that is wrong, counted from the first of the options; -1 if none is. */
    public int problemPosition() {
        return problemPosition;
    }
}
