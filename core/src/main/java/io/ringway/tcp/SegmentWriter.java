package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.Direct;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;

/**
 * Writes TCP headers in front of payloads and hands the segments down: the only place where TCP
 * emits anything.
 */
final class SegmentWriter {
    /**
     * Octets of the time stamps option with its padding, in every segment of a connection that uses
     * it.
     */
    static final int TIMESTAMPS_LENGTH = 12;

    private static final int PROTOCOL = 6;
    private static final int CHECKSUM_OFFSET = 16;
    private static final int TIMESTAMPS_HEAD = 0x0101080a;

    private final FramePool frames;
    private final MemorySegment memory;
    private final PacketSink sink;
    private final Counters counters;
    private final ReceiveWindow window;
    private final SackBlocks blocks;
    private final Connections connections;
    private final TcpSettings own;
    private final PacketInfo info = new PacketInfo();
    private final boolean hasChecksumOffload;
    private long payloadOctets;
    private int urgentPointer;

    SegmentWriter(
            FramePool frames,
            PacketSink sink,
            Counters counters,
            ReceiveWindow window,
            SackBlocks blocks,
            Connections connections,
            TcpSettings own) {
        this.frames = frames;
        this.memory = frames.memory();
        this.sink = sink;
        this.counters = counters;
        this.window = window;
        this.blocks = blocks;
        this.connections = connections;
        this.own = own;
        this.hasChecksumOffload = sink.hasChecksumOffload();
        info.protocol = PROTOCOL;
        info.dontFragment = true;
    }

    /**
     * Sends a segment of an established connection: the frame's data is the payload. One hold of
     * the frame passes on.
     *
     * @param flags the header's flags, and {@link EcnState#CAPABLE}; ACK is set with them
     */
    void send(Tcb tcb, int frame, int seq, int flags, long nowNs) {
        int settings = tcb.flags();
        if ((settings & (Flag.ECN | Flag.HAS_SETTINGS)) != 0) {
            sendMarked(tcb, frame, seq, flags, nowNs);
        } else {
            write(tcb, settings, frame, seq, flags, nowNs);
        }
    }

    /** Whether what is sent next must be one segment, since its header is not for several. */
    boolean isForOneSegment(Tcb tcb) {
        return tcb.has(Flag.CWR_DUE) || own.hasSendUrgent(tcb);
    }

    private void sendMarked(Tcb tcb, int frame, int seq, int wanted, long nowNs) {
        int flags = wanted;
        info.trafficClass = own.trafficClass(tcb);
        if (tcb.has(Flag.ECN)) {
            info.trafficClass |= (flags & EcnState.CAPABLE) != 0 ? EcnState.ECT_0 : 0;
            flags = EcnState.flagsToSend(tcb, flags) & 0xff;
        }
        urgentPointer = Urgent.pointer(own, tcb, seq);
        flags |= urgentPointer != 0 ? TcpHeader.URG : 0;
        write(tcb, tcb.flags(), frame, seq, flags, nowNs);
        urgentPointer = 0;
    }

    // Each field of the TCB is read once: C2 inlines by a budget, and native memory spends it.
    private void write(Tcb tcb, int settings, int frame, int seq, int flags, long nowNs) {
        int payload = frames.length(frame);
        int mss = tcb.mss();
        payloadOctets += payload;
        int options = (settings & Flag.TIMESTAMPS) != 0 ? TIMESTAMPS_LENGTH : 0;
        boolean isSackLeftOut = false;
        if ((settings & Flag.SACK) != 0
                && (tcb.flight() >= 0 || !connections.duplicates.isEmpty())) {
            int sack = sackLength(tcb, options);
            // RFC 6691 §2: a full segment has no room for them, so an ACK of its own carries them.
            isSackLeftOut = sack != 0 && payload + sack > mss;
            options += isSackLeftOut ? 0 : sack;
        }
        int rcvNxt = tcb.rcvNxt();
        int headerLength = TcpHeader.MIN_LENGTH + options;
        long at = frames.push(frame, headerLength);
        long ackAndRest =
                (rcvNxt & 0xffffffffL) << 32
                        | (long) (headerLength >> 2) << 28
                        | (long) (flags | TcpHeader.ACK) << 16
                        | window.next(tcb, rcvNxt, mss);
        long address = frames.address(at);
        Direct.put64(address, 0, (long) tcb.ports() << 32 | (seq & 0xffffffffL));
        Direct.put64(address, 8, ackAndRest);
        Direct.put32(address, 16, urgentPointer);
        if (options != 0) {
            writeOptions(tcb, settings, at + TcpHeader.MIN_LENGTH, options, nowNs);
        }
        frames.segmentation(
                frame,
                payload > mss ? segmentation(settings) : FramePool.SEGMENTATION_NONE,
                payload > mss ? mss : 0);
        if (!isSackLeftOut || (settings & Flag.ACK_NOW) == 0) {
            AckPolicy.onSent(tcb, settings, rcvNxt);
        }
        tcb.addressesTo(info);
        int hint = tcb.hint();
        info.hint = hint;
        finish(frame, at, headerLength + payload, nowNs);
        if (info.hint != hint) {
            tcb.hint(info.hint);
        }
    }

    private static int segmentation(int settings) {
        return (settings & Flag.IPV6) != 0
                ? FramePool.SEGMENTATION_TCPV6
                : FramePool.SEGMENTATION_TCPV4;
    }

    /** Octets of payload sent so far, by all connections. */
    long payloadOctets() {
        return payloadOctets;
    }

    private int sackLength(Tcb tcb, int before) {
        if (!connections.duplicates.isEmpty() && connections.duplicates.has(tcb.index())) {
            return withDuplicate(tcb, before);
        }
        if (tcb.flight() < 0) {
            return 0;
        }
        Flight flight = connections.flight(tcb);
        if (flight.outOfOrderFrames == 0) {
            return 0;
        }
        return 4 + 8 * blocks.choose(flight, most(before));
    }

    private static int most(int optionsBefore) {
        return optionsBefore == 0 ? SackBlocks.MAX : SackBlocks.MAX - 1;
    }

    private int withDuplicate(Tcb tcb, int before) {
        DuplicateReports duplicates = connections.duplicates;
        int index = tcb.index();
        Flight flight = tcb.flight() < 0 ? null : connections.flight(tcb);
        int start = duplicates.start(index);
        int end = duplicates.end(index);
        duplicates.clear(index);
        return 4 + 8 * blocks.choose(start, end, flight, most(before));
    }

    private void writeOptions(Tcb tcb, int settings, long at, int length, long nowNs) {
        long next = at;
        if ((settings & Flag.TIMESTAMPS) != 0) {
            long address = frames.address(at);
            Direct.put32(address, 0, TIMESTAMPS_HEAD);
            Direct.put32(address, 4, timestamp(tcb.tsOffset(), nowNs));
            Direct.put32(address, 8, tcb.tsRecent());
            next += TIMESTAMPS_LENGTH;
        }
        int count = (int) (at + length - next) >> 3;
        if (count > 0) {
            Octets.put32(memory, next, 0x01010500 | 2 + 8 * count);
            for (int i = 0; i < count; i++) {
                Octets.put32(memory, next + 4 + 8L * i, blocks.start(i));
                Octets.put32(memory, next + 8 + 8L * i, blocks.end(i));
            }
        }
    }

    /**
     * TSval: the lane's milliseconds, moved by a secret of the connection (RFC 7323 §5.4, §7.1).
     */
    static int timestamp(int offset, long nowNs) {
        return Ticks.of(nowNs) + offset;
    }

    /**
     * Sends a SYN or SYN-ACK; the addresses are in {@code route}.
     *
     * @param payload a frame with data to go with it, whose hold passes on, or NONE
     */
    boolean sendSyn(
            PacketInfo route,
            int ports,
            int seq,
            int ack,
            int flags,
            int field,
            SynOptions options,
            int payload,
            long nowNs) {
        int frame = payload == FramePool.NONE ? frames.allocate() : payload;
        if (frame == FramePool.NONE) {
            counters.increment(Counter.TCP_NO_FRAME);
            return false;
        }
        int length = options.length();
        options.write(memory, frames.push(frame, length));
        frames.segmentation(frame, FramePool.SEGMENTATION_NONE, 0);
        writeBare(frame, length, ports, seq, ack, flags, field, route, nowNs);
        return true;
    }

    /** Sends a segment without payload for no connection: a RST, or the ACK of a TIME-WAIT. */
    boolean sendBare(
            PacketInfo route,
            int ports,
            int seq,
            int ack,
            int flags,
            int field,
            boolean withTimestamps,
            int timestampValue,
            int timestampEcho,
            long nowNs) {
        int frame = frames.allocate();
        if (frame == FramePool.NONE) {
            counters.increment(Counter.TCP_NO_FRAME);
            return false;
        }
        int options = withTimestamps ? TIMESTAMPS_LENGTH : 0;
        if (withTimestamps) {
            long at = frames.data(frame);
            Octets.put32(memory, at, TIMESTAMPS_HEAD);
            Octets.put32(memory, at + 4, timestampValue);
            Octets.put32(memory, at + 8, timestampEcho);
            frames.length(frame, TIMESTAMPS_LENGTH);
        }
        writeBare(frame, options, ports, seq, ack, flags, field, route, nowNs);
        return true;
    }

    private void writeBare(
            int frame,
            int options,
            int ports,
            int seq,
            int ack,
            int flags,
            int field,
            PacketInfo route,
            long nowNs) {
        int length = frames.length(frame) + TcpHeader.MIN_LENGTH;
        long at = frames.push(frame, TcpHeader.MIN_LENGTH);
        Octets.put64(memory, at, (long) ports << 32 | (seq & 0xffffffffL));
        Octets.put64(
                memory,
                at + 8,
                (ack & 0xffffffffL) << 32
                        | (long) ((TcpHeader.MIN_LENGTH + options) >> 2) << 28
                        | (long) flags << 16
                        | field);
        Octets.put32(memory, at + 16, 0);
        info.sourceHigh = route.sourceHigh;
        info.sourceLow = route.sourceLow;
        info.destinationHigh = route.destinationHigh;
        info.destinationLow = route.destinationLow;
        info.hint = route.hint;
        info.trafficClass = route.trafficClass;
        finish(frame, at, length, nowNs);
        route.hint = info.hint;
    }

    private void finish(int frame, long at, int length, long nowNs) {
        long sum =
                Checksum.pseudoHeader(
                        info.sourceHigh,
                        info.sourceLow,
                        info.destinationHigh,
                        info.destinationLow,
                        PROTOCOL,
                        length);
        if (hasChecksumOffload) {
            Octets.put16(memory, at + CHECKSUM_OFFSET, Checksum.fold(sum));
            frames.checksum(frame, FramePool.CHECKSUM_NEEDED);
            frames.checksumRange(frame, 0, CHECKSUM_OFFSET);
        } else {
            int checksum = Checksum.finish(Checksum.sum(memory, at, length, sum));
            Direct.put16(frames.address(at), CHECKSUM_OFFSET, checksum);
            frames.checksum(frame, FramePool.CHECKSUM_NONE);
        }
        info.hopLimit = 0;
        counters.increment(Counter.TCP_SENT);
        sink.send(frame, info, nowNs);
        info.trafficClass = 0;
    }
}
