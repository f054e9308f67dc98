package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.Direct;
import io.ringway.memory.FramePool;
import io.ringway.wire.Checksum;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.TcpOptions;

import java.lang.foreign.MemorySegment;

/**
 * The way in: checks the header and the checksum, and finds out which connection, if any, a segment
 * is for.
 */
final class TcpInput {
    private static final int PROTOCOL = 6;

    private final FramePool frames;
    private final MemorySegment memory;
    private final Counters counters;
    private final Connections connections;
    private final SegmentArrives segmentArrives;
    private final SynSentArrives synSentArrives;
    private final PassiveOpen passiveOpen;
    private final TimeWaits timeWaits;
    private final RateLimit resetLimit;
    private final Replies replies;
    private final Tcb tcb;
    private final Segment segment = new Segment();

    TcpInput(
            FramePool frames,
            Counters counters,
            Connections connections,
            SegmentArrives segmentArrives,
            SynSentArrives synSentArrives,
            PassiveOpen passiveOpen,
            TimeWaits timeWaits,
            RateLimit resetLimit,
            Replies replies) {
        this.frames = frames;
        this.memory = frames.memory();
        this.counters = counters;
        this.connections = connections;
        this.segmentArrives = segmentArrives;
        this.synSentArrives = synSentArrives;
        this.passiveOpen = passiveOpen;
        this.timeWaits = timeWaits;
        this.resetLimit = resetLimit;
        this.replies = replies;
        this.tcb = connections.cursor();
    }

    /** Takes a packet whose frame's data is a TCP segment; one hold of the frame passes. */
    void onPacket(int frame, PacketInfo info, long nowNs) {
        segment.frame = frame;
        segment.info = info;
        if (read(frame, info)) {
            route(info, nowNs);
        }
        // Whoever kept the payload has taken the frame out of the segment.
        if (segment.frame != FramePool.NONE) {
            frames.release(segment.frame);
        }
    }

    private boolean read(int frame, PacketInfo info) {
        long at = frames.data(frame);
        int length = frames.length(frame);
        if (length < TcpHeader.MIN_LENGTH) {
            counters.increment(Counter.TCP_TRUNCATED);
            return false;
        }
        long address = frames.address(at);
        long portsAndSeq = Direct.u64(address, 0);
        long ackAndRest = Direct.u64(address, 8);
        int headerLength = (int) (ackAndRest >>> 28 & 0xf) << 2;
        if (headerLength < TcpHeader.MIN_LENGTH || headerLength > length) {
            counters.increment(Counter.TCP_TRUNCATED);
            return false;
        }
        if (frames.checksum(frame) == FramePool.CHECKSUM_NONE && !isIntact(at, length, info)) {
            counters.increment(Counter.TCP_BAD_CHECKSUM);
            return false;
        }
        segment.sourcePort = (int) (portsAndSeq >>> 48);
        segment.destinationPort = (int) (portsAndSeq >>> 32) & 0xffff;
        segment.seq = (int) portsAndSeq;
        segment.ack = (int) (ackAndRest >>> 32);
        segment.flags = (int) (ackAndRest >>> 16) & 0xff;
        segment.window = (int) ackAndRest & 0xffff;
        segment.headerLength = headerLength;
        segment.payloadLength = length - headerLength;
        segment.hasOptions = false;
        segment.hasTimestamps = false;
        if (headerLength > TcpHeader.MIN_LENGTH) {
            readOptions(at + TcpHeader.MIN_LENGTH, headerLength - TcpHeader.MIN_LENGTH);
        }
        return true;
    }

    private boolean isIntact(long at, int length, PacketInfo info) {
        long sum =
                Checksum.pseudoHeader(
                        info.sourceHigh,
                        info.sourceLow,
                        info.destinationHigh,
                        info.destinationLow,
                        PROTOCOL,
                        length);
        return Checksum.isIntact(Checksum.sum(memory, at, length, sum));
    }

    private void readOptions(long at, int length) {
        if (length == TcpOptions.TIMESTAMPS_LENGTH
                && Direct.u32(frames.address(at), 0) == TcpOptions.ALIGNED_TIMESTAMPS) {
            segment.hasTimestamps = true;
            long stamps = Direct.u64(frames.address(at), 4);
            segment.timestampValue = (int) (stamps >>> 32);
            segment.timestampEcho = (int) stamps;
            return;
        }
        TcpOptions options = segment.options;
        if (!options.parse(memory, at, length)) {
            counters.increment(Counter.TCP_BAD_OPTIONS);
        }
        segment.hasOptions = true;
        if (options.hasTimestamps()) {
            segment.hasTimestamps = true;
            segment.timestampValue = options.timestampValue();
            segment.timestampEcho = options.timestampEcho();
        }
    }

    private void route(PacketInfo info, long nowNs) {
        if (info.isMulticast || segment.sourcePort == 0 || segment.destinationPort == 0) {
            // RFC 9293 §3.9.2.3 (MUST-57): a SYN to a group is not answered, and nothing else can
            // be meant.
            counters.increment(Counter.TCP_BAD_ADDRESS);
            return;
        }
        counters.increment(Counter.TCP_RECEIVED);
        int ports = segment.destinationPort << 16 | segment.sourcePort;
        int hash = connections.hash(info, ports);
        if (connections.find(tcb, info, ports, hash)) {
            if (tcb.state() == TcpState.N_SYN_SENT) {
                synSentArrives.onSegment(tcb, segment, nowNs);
                if (segment.length() > 1 && tcb.state() >= TcpState.N_ESTABLISHED) {
                    segmentArrives.onTextOfSyn(tcb, segment, nowNs);
                }
            } else {
                segmentArrives.onSegment(tcb, segment, nowNs);
            }
            return;
        }
        onUnconnected(info, ports, hash, nowNs);
    }

    private void onUnconnected(PacketInfo info, int ports, int hash, long nowNs) {
        if (timeWaits.onSegment(segment, hash, nowNs)) {
            return;
        }
        if (passiveOpen.onSegment(segment, hash, timeWaits.reopenAfter(), nowNs)) {
            // The ACK that completes a handshake is a segment of the new connection like any other.
            if (passiveOpen.isEstablished() && connections.find(tcb, info, ports, hash)) {
                segmentArrives.onSegment(tcb, segment, nowNs);
            }
            return;
        }
        // RFC 9293 §3.10.7.1: the connection does not exist.
        if (segment.has(TcpHeader.RST)) {
            return;
        }
        counters.increment(Counter.TCP_NO_CONNECTION);
        if (resetLimit.tryTake(nowNs)) {
            replies.reset(segment);
        } else {
            counters.increment(Counter.TCP_RESETS_LIMITED);
        }
    }
}
