package io.ringway.tcp;

import io.ringway.memory.Octets;
import io.ringway.wire.TcpOptions;
import io.ringway.wire.TcpOptionsWriter;

import java.lang.foreign.MemorySegment;

/**
 * The options of a SYN or SYN-ACK that is to be written: a carrier of fields, used over and over.
 */
final class SynOptions {
    /** No Fast Open option at all, in place of a cookie's length. */
    static final int NO_COOKIE = -1;

    /** Octets that options may have (RFC 9293 §3.1). */
    static final int MAX_LENGTH = 40;

    private final boolean isBsdOrder;

    int mss;

    /** Our window shift, or -1 for none. */
    int scale;

    boolean hasSack;
    boolean hasTimestamps;
    int timestampValue;
    int timestampEcho;

    /** Octets of the Fast Open cookie, 0 to ask for one (RFC 7413 §4.1.1). */
    int cookieLength = NO_COOKIE;

    /** The cookie, its first octet in the highest bits. */
    long cookieHigh;

    long cookieLow;

    SynOptions(boolean isBsdOrder) {
        this.isBsdOrder = isBsdOrder;
    }

    /** Octets that {@link #write} will write, a multiple of 4. */
    int length() {
        int length = 4 + (scale >= 0 ? 4 : 0);
        if (hasTimestamps) {
            length += TcpOptions.TIMESTAMPS_LENGTH;
        } else if (hasSack) {
            length += 4;
        }
        if (cookieLength != NO_COOKIE) {
            length += (2 + cookieLength + 3) & ~3;
        }
        return length;
    }

    /** Writes the options. */
    void write(MemorySegment memory, long offset) {
        long at = offset + TcpOptionsWriter.mss(memory, offset, mss);
        if (isBsdOrder && scale >= 0) {
            at += TcpOptionsWriter.windowScale(memory, at, scale);
        }
        if (hasTimestamps && hasSack) {
            at +=
                    TcpOptionsWriter.sackPermittedAndTimestamps(
                            memory, at, timestampValue, timestampEcho);
        } else if (hasTimestamps) {
            at += TcpOptionsWriter.timestamps(memory, at, timestampValue, timestampEcho);
        } else if (hasSack) {
            at += writeSackPermitted(memory, at);
        }
        if (!isBsdOrder && scale >= 0) {
            at += TcpOptionsWriter.windowScale(memory, at, scale);
        }
        if (cookieLength != NO_COOKIE) {
            writeCookie(memory, at);
        }
    }

    private int writeSackPermitted(MemorySegment memory, long at) {
        if (!isBsdOrder || cookieLength != NO_COOKIE) {
            return TcpOptionsWriter.sackPermitted(memory, at);
        }
        // The BSDs fill up behind, with the end of the list.
        Octets.put32(memory, at, TcpOptions.KIND_SACK_PERMITTED << 24 | 2 << 16);
        return Integer.BYTES;
    }

    private void writeCookie(MemorySegment memory, long at) {
        Octets.put16(memory, at, TcpOptions.KIND_FAST_OPEN << 8 | 2 + cookieLength);
        for (int i = 0; i < cookieLength; i++) {
            long half = i < 8 ? cookieHigh : cookieLow;
            Octets.put8(memory, at + 2 + i, (int) (half >>> (56 - 8 * (i & 7))) & 0xff);
        }
        if (!isBsdOrder) {
            TcpOptionsWriter.pad(memory, at + 2 + cookieLength, 2 + cookieLength);
            return;
        }
        for (int i = 2 + cookieLength; (i & 3) != 0; i++) {
            Octets.put8(memory, at + i, TcpOptions.KIND_END);
        }
    }
}
