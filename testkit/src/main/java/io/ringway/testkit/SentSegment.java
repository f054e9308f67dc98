package io.ringway.testkit;

import io.ringway.wire.TcpHeader;
import io.ringway.wire.TcpOptions;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A segment of the trace, taken apart: what it says, in numbers relative to each side's initial
 * one.
 *
 * @param timeNs when it was sent
 * @param seq the first octet's number
 * @param ack the acknowledgment number; without meaning when the flag is missing
 * @param flags as in {@link TcpHeader}
 * @param window as it stands in the header
 * @param payload the data
 * @param mss −1 when the option is missing
 * @param windowScale −1 when the option is missing
 * @param isSackPermitted whether the option is there
 * @param hasTimestamps whether the option is there
 * @param timestampValue TSval
 * @param timestampEcho TSecr
 * @param sack the blocks, each with its start and end
 */
@SuppressWarnings("ArrayRecordComponent") // Compared field by field, in difference().
public record SentSegment(
        long timeNs,
        long seq,
        long ack,
        int flags,
        int window,
        byte[] payload,
        int mss,
        int windowScale,
        boolean isSackPermitted,
        boolean hasTimestamps,
        int timestampValue,
        int timestampEcho,
        List<long[]> sack) {

    /** Reads a segment whose header lies at {@code offset} and which has {@code length} octets. */
    static SentSegment parse(
            MemorySegment memory,
            long offset,
            int length,
            long timeNs,
            int senderIss,
            int receiverIss) {
        TcpHeader header = new TcpHeader().wrap(memory, offset);
        int headerLength = header.dataOffset();
        TcpOptions options = new TcpOptions();
        options.parse(memory, offset + TcpHeader.MIN_LENGTH, headerLength - TcpHeader.MIN_LENGTH);
        byte[] payload = new byte[length - headerLength];
        MemorySegment.copy(
                memory, offset + headerLength, MemorySegment.ofArray(payload), 0, payload.length);
        List<long[]> sack = new ArrayList<>();
        for (int i = 0; i < options.sackCount(); i++) {
            sack.add(
                    new long[] {
                        relative(options.sackStart(i), receiverIss),
                        relative(options.sackEnd(i), receiverIss)
                    });
        }
        return new SentSegment(
                timeNs,
                relative(header.sequence(), senderIss),
                relative(header.acknowledgment(), receiverIss),
                header.flags(),
                header.window(),
                payload,
                options.hasMss() ? options.mss() : -1,
                options.hasWindowScale() ? options.windowScale() : -1,
                options.isSackPermitted(),
                options.hasTimestamps(),
                options.hasTimestamps() ? options.timestampValue() : 0,
                options.hasTimestamps() ? options.timestampEcho() : 0,
                sack);
    }

    // Numbers a little before the initial one are shown as such, and all others count forward.
    private static long relative(int number, int iss) {
        int distance = number - iss;
        return distance < 0 && distance > -100_000 ? distance : distance & 0xffff_ffffL;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The number behind the last one it takes: SYN and FIN take one each. */
    public long end() {
        return seq + payload.length + (has(TcpHeader.SYN) ? 1 : 0) + (has(TcpHeader.FIN) ? 1 : 0);
    }

    /** What is different from the expected, or null when nothing is. */
    @Nullable String difference(SegmentSpec expected) {
        int mask = ~TcpHeader.PSH;
        if ((flags & mask) != (expected.flags & mask)) {
            return "the flags differ";
        }
        if (expected.seq != SegmentSpec.UNSET && expected.seq != seq) {
            return "seq differs";
        }
        if (expected.ack != SegmentSpec.UNSET && expected.ack != ack) {
            return "ack differs";
        }
        if (expected.length != payload.length) {
            return "the length differs";
        }
        if (expected.payload != null && !Arrays.equals(expected.payload, payload)) {
            return "the payload differs";
        }
        if (expected.window >= 0 && expected.window != window) {
            return "the window differs";
        }
        return optionDifference(expected);
    }

    private @Nullable String optionDifference(SegmentSpec expected) {
        if (expected.mss >= 0 && expected.mss != mss) {
            return "the MSS differs";
        }
        if (expected.windowScale >= 0 && expected.windowScale != windowScale) {
            return "the window scale differs";
        }
        if (expected.isSackPermitted && !isSackPermitted) {
            return "SACK-permitted is missing";
        }
        if (expected.isWithoutTimestamps && hasTimestamps) {
            return "there are timestamps";
        }
        if (expected.hasTimestamps && !hasTimestamps) {
            return "the timestamps are missing";
        }
        if (expected.hasTimestamps
                && expected.timestampValue != SegmentSpec.UNSET
                && ((int) expected.timestampValue != timestampValue
                        || (int) expected.timestampEcho != timestampEcho)) {
            return "the timestamps differ";
        }
        List<long[]> blocks = expected.sack;
        if (blocks != null && !SegmentText.sack(blocks).equals(SegmentText.sack(sack))) {
            return "the SACK blocks differ";
        }
        return null;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(SegmentText.flags(flags));
        text.append(", seq ").append(seq);
        if (payload.length > 0) {
            text.append(':').append(seq + payload.length);
        }
        if (has(TcpHeader.ACK)) {
            text.append(", ack ").append(ack);
        }
        text.append(", win ").append(window);
        List<String> options = new ArrayList<>();
        if (mss >= 0) {
            options.add("mss " + mss);
        }
        if (isSackPermitted) {
            options.add("sackOK");
        }
        if (hasTimestamps) {
            options.add("TS val " + timestampValue + " ecr " + timestampEcho);
        }
        if (windowScale >= 0) {
            options.add("wscale " + windowScale);
        }
        if (!sack.isEmpty()) {
            options.add(SegmentText.sack(sack));
        }
        if (!options.isEmpty()) {
            text.append(", options [").append(String.join(",", options)).append(']');
        }
        return text.append(", length ").append(payload.length).toString();
    }
}
