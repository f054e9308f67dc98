package io.ringway.tcp;

import io.ringway.memory.Octets;
import io.ringway.wire.TcpOptions;
import io.ringway.wire.TcpOptionsWriter;

import java.lang.foreign.MemorySegment;

/**
 * Lays out the options of a SYN. Their order has no meaning (RFC 9293 §3.2), but there are two that
 * everybody knows: Linux's and that of the BSDs.
 */
final class SynOptions {
    private final boolean isBsdOrder;

    SynOptions(boolean isBsdOrder) {
        this.isBsdOrder = isBsdOrder;
    }

    /**
     * Writes the options at {@code at}, up to a whole word, and returns how many octets they have.
     *
     * @param scale our window shift to offer, or -1
     */
    int write(
            MemorySegment memory,
            long at,
            int mss,
            int scale,
            boolean withSack,
            boolean withTimestamps,
            int timestampValue,
            int timestampEcho) {
        int length = TcpOptionsWriter.mss(memory, at, mss);
        if (isBsdOrder && scale >= 0) {
            length += TcpOptionsWriter.windowScale(memory, at + length, scale);
        }
        if (withSack && withTimestamps) {
            length +=
                    TcpOptionsWriter.sackPermittedAndTimestamps(
                            memory, at + length, timestampValue, timestampEcho);
        } else if (withTimestamps) {
            length +=
                    TcpOptionsWriter.timestamps(memory, at + length, timestampValue, timestampEcho);
        } else if (withSack) {
            length += sackPermitted(memory, at + length);
        }
        if (!isBsdOrder && scale >= 0) {
            length += TcpOptionsWriter.windowScale(memory, at + length, scale);
        }
        return length;
    }

    private int sackPermitted(MemorySegment memory, long at) {
        if (!isBsdOrder) {
            return TcpOptionsWriter.sackPermitted(memory, at);
        }
        // The BSDs fill up behind, with the end of the list.
        Octets.put32(memory, at, TcpOptions.KIND_SACK_PERMITTED << 24 | 2 << 16);
        return Integer.BYTES;
    }
}
