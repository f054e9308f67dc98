package io.ringway.testkit;

import io.ringway.wire.TcpHeader;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A TCP segment as a test writes it: one to be received by the stack, or what one that it sends
 * must be like.
 *
 * <p>Sequence numbers count from the sender's initial one: the SYN is 0 and the first octet of data
 * 1. What is not said is filled in for a segment to be received (the peer's next number, all that
 * it has seen acknowledged, its window), and not compared for one that is expected, except for the
 * flags and the length: those are ACK and nothing unless said. PSH is never compared.
 */
public final class SegmentSpec {
    static final long UNSET = Long.MIN_VALUE;

    long seq = UNSET;
    long ack = UNSET;
    int flags = TcpHeader.ACK;
    int window = -1;
    int length;
    byte @Nullable [] payload;
    int mss = -1;
    int windowScale = -1;
    boolean isSackPermitted;
    boolean hasTimestamps;
    long timestampValue = UNSET;
    long timestampEcho = UNSET;
    boolean isWithoutTimestamps;
    @Nullable List<long[]> sack;
    byte @Nullable [] rawOptions;
    int urgentPointer;
    boolean isChecksumWrong;
    int ecn;

    private SegmentSpec() {}

    /** A segment with the ACK flag and no data. */
    public static SegmentSpec segment() {
        return new SegmentSpec();
    }

    /** A segment that acknowledges everything before {@code number}. */
    public static SegmentSpec ack(long number) {
        return segment().withAck(number);
    }

    /** A SYN without ACK, with number 0. */
    public static SegmentSpec syn() {
        SegmentSpec syn = segment().seq(0);
        syn.flags = TcpHeader.SYN;
        return syn;
    }

    /** A SYN that acknowledges the SYN of the other side. */
    public static SegmentSpec synAck() {
        SegmentSpec syn = segment().seq(0).withAck(1);
        syn.flags = TcpHeader.SYN | TcpHeader.ACK;
        return syn;
    }

    /** A RST without ACK. */
    public static SegmentSpec rst(long seq) {
        SegmentSpec rst = segment().seq(seq);
        rst.flags = TcpHeader.RST;
        return rst;
    }

    public SegmentSpec seq(long number) {
        seq = number;
        return this;
    }

    public SegmentSpec withAck(long number) {
        ack = number;
        flags |= TcpHeader.ACK;
        return this;
    }

    public SegmentSpec withoutAck() {
        flags &= ~TcpHeader.ACK;
        return this;
    }

    public SegmentSpec withSyn() {
        flags |= TcpHeader.SYN;
        return this;
    }

    public SegmentSpec fin() {
        flags |= TcpHeader.FIN;
        return this;
    }

    public SegmentSpec withRst() {
        flags |= TcpHeader.RST;
        return this;
    }

    public SegmentSpec psh() {
        flags |= TcpHeader.PSH;
        return this;
    }

    public SegmentSpec urgent(int pointer) {
        flags |= TcpHeader.URG;
        urgentPointer = pointer;
        return this;
    }

    /** All flags at once, as in {@link TcpHeader}. */
    public SegmentSpec flags(int value) {
        flags = value;
        return this;
    }

    /** The window field as it stands in the header, not scaled. */
    public SegmentSpec window(int value) {
        window = value;
        return this;
    }

    /** Octets of data; which ones, follows from the sequence number. */
    public SegmentSpec length(int octets) {
        length = octets;
        return this;
    }

    public SegmentSpec payload(String text) {
        return payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The data itself. From then on the harness does not check that the stream has the usual
     * octets.
     */
    public SegmentSpec payload(byte[] octets) {
        payload = octets.clone();
        length = octets.length;
        return this;
    }

    public SegmentSpec mss(int octets) {
        mss = octets;
        return this;
    }

    public SegmentSpec windowScale(int shift) {
        windowScale = shift;
        return this;
    }

    public SegmentSpec sackPermitted() {
        isSackPermitted = true;
        return this;
    }

    /** The option with these values; when expected, it must be there and be so. */
    public SegmentSpec timestamps(long value, long echo) {
        hasTimestamps = true;
        timestampValue = value;
        timestampEcho = echo;
        return this;
    }

    /** The option must be there, whatever its values. */
    public SegmentSpec timestamps() {
        hasTimestamps = true;
        return this;
    }

    /** The option must not be there, or is left out though it was negotiated. */
    public SegmentSpec withoutTimestamps() {
        isWithoutTimestamps = true;
        return this;
    }

    /** SACK blocks: start and end of the first, start and end of the second, … */
    public SegmentSpec sack(long... edges) {
        if (edges.length == 0 || edges.length % 2 != 0) {
            throw new IllegalArgumentException("a SACK block has a start and an end");
        }
        List<long[]> blocks = new ArrayList<>();
        for (int i = 0; i < edges.length; i += 2) {
            blocks.add(new long[] {edges[i], edges[i + 1]});
        }
        sack = blocks;
        return this;
    }

    /**
     * Options as octets, right or wrong, instead of all others. Their length is a multiple of 4.
     */
    public SegmentSpec rawOptions(byte... octets) {
        rawOptions = octets.clone();
        return this;
    }

    /** The ECN code point of the packet that the stack receives (RFC 3168 §5): 3 is a mark. */
    public SegmentSpec ecn(int codePoint) {
        ecn = codePoint;
        return this;
    }

    /** Spoils the checksum. */
    public SegmentSpec wrongChecksum() {
        isChecksumWrong = true;
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(SegmentText.flags(flags));
        if (seq != UNSET) {
            text.append(", seq ").append(seq);
            if (length > 0) {
                text.append(':').append(seq + length);
            }
        }
        if (ack != UNSET) {
            text.append(", ack ").append(ack);
        }
        if (window >= 0) {
            text.append(", win ").append(window);
        }
        List<String> options = new ArrayList<>();
        if (mss >= 0) {
            options.add("mss " + mss);
        }
        if (isSackPermitted) {
            options.add("sackOK");
        }
        if (hasTimestamps) {
            options.add(
                    timestampValue == UNSET
                            ? "TS"
                            : "TS val " + timestampValue + " ecr " + timestampEcho);
        }
        if (isWithoutTimestamps) {
            options.add("no TS");
        }
        if (windowScale >= 0) {
            options.add("wscale " + windowScale);
        }
        if (sack != null) {
            options.add(SegmentText.sack(sack));
        }
        if (!options.isEmpty()) {
            text.append(", options [").append(String.join(",", options)).append(']');
        }
        return text.append(", length ").append(length).toString();
    }
}
