package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.wire.TcpOptions;

/**
 * The segment that is being processed (RFC 9293 §3.3.1 calls its fields SEG.*): what was read from
 * the header once, so that the steps after it need no memory of the frame. One of it, filled over
 * and over.
 */
final class Segment {
    /** The frame; its hold belongs to whoever set this to -1 when it took it. */
    int frame;

    int sourcePort;
    int destinationPort;

    /** SEG.SEQ, of the first octet of the payload, or of the SYN. */
    int seq;

    /** SEG.ACK. */
    int ack;

    int flags;

    /** SEG.WND as it stands in the header, not scaled. */
    int window;

    /** Where the payload begins, from the first octet of the TCP header. */
    int headerLength;

    /** Octets of payload. */
    int payloadLength;

    boolean hasTimestamps;
    int timestampValue;
    int timestampEcho;

    /** The rest of the options, valid when {@link #hasOptions}. */
    final TcpOptions options = new TcpOptions();

    /** Whether there are options other than time stamps, so that {@link #options} was filled. */
    boolean hasOptions;

    /** Where it came from and what it was sent to. */
    PacketInfo info = new PacketInfo();

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** SEG.LEN: octets of payload, and one each for SYN and FIN. */
    int length() {
        return payloadLength + (flags >> 1 & 1) + (flags & 1);
    }

    /** The sequence number behind the segment. */
    int end() {
        return seq + length();
    }
}
