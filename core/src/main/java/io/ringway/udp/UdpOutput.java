package io.ringway.udp;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameList;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.UdpHeader;

import java.lang.foreign.MemorySegment;

/**
 * Datagrams on their way down: made whole when they are sent, and passed to IP when the lane polls.
 *
 * <p>They wait as a list of frames; a frame's scratch holds its source and destination address.
 */
final class UdpOutput {
    private static final int SOURCE_HIGH = 0;
    private static final int SOURCE_LOW = 8;
    private static final int DESTINATION_HIGH = 16;
    private static final int DESTINATION_LOW = 24;
    // Octets of the longest header that IP puts in front, without options or extension headers.
    private static final int IP_HEADER = 40;

    private final FramePool frames;
    private final MemorySegment memory;
    private final PacketSink sink;
    private final Counters counters;
    private final int limit;
    private final UdpHeader header = new UdpHeader();
    private final PacketInfo info = new PacketInfo();
    private final FrameList waiting;

    UdpOutput(FramePool frames, PacketSink sink, Counters counters, int limit) {
        this.frames = frames;
        this.memory = frames.memory();
        this.sink = sink;
        this.counters = counters;
        this.limit = limit;
        this.waiting = new FrameList(frames);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Octets of the longest payload that fits a frame and a UDP length. */
    int maxLength() {
        return frames.largeCount() > 0
                ? Udp.MAX_PAYLOAD
                : FramePool.SMALL_SLOT - FramePool.PAYLOAD_START - Udp.HEADER;
    }

    /**
     * Makes a datagram and queues it.
     *
     * @param sourceHigh with {@code sourceLow} 0 to have the source chosen by the route
     * @return false when there is no room, no frame or no route
     */
    boolean send(
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long high,
            long low,
            int port,
            MemorySegment from,
            long offset,
            int length) {
        if (waiting.count() == limit) {
            return false;
        }
        info.sourceHigh = sourceHigh;
        info.sourceLow = sourceLow;
        info.destinationHigh = high;
        info.destinationLow = low;
        info.protocol = IpProtocol.UDP;
        info.hint = 0;
        if ((sourceHigh | sourceLow) == 0 && !sink.chooseSource(info)) {
            counters.increment(Counter.IP_NO_ROUTE);
            return false;
        }
        int frame =
                length <= FramePool.SMALL_SLOT - FramePool.PAYLOAD_START
                        ? frames.allocate()
                        : frames.allocateLarge();
        if (frame == FramePool.NONE) {
            counters.increment(Counter.UDP_NO_FRAME);
            return false;
        }
        frames.length(frame, length);
        MemorySegment.copy(from, offset, memory, frames.data(frame), length);
        long at = frames.push(frame, Udp.HEADER);
        header.wrap(memory, at).set(sourcePort, port, Udp.HEADER + length, 0);
        checksum(frame, at, Udp.HEADER + length);
        append(frame);
        return true;
    }

    private void checksum(int frame, long at, int length) {
        long sum = info.pseudoHeader(IpProtocol.UDP, length);
        // A packet that IP cuts into fragments has no piece that a port could compute the sum over.
        if (sink.hasChecksumOffload() && length + IP_HEADER <= sink.mtu(info)) {
            header.checksum(Checksum.fold(sum));
            frames.checksum(frame, FramePool.CHECKSUM_NEEDED);
            frames.checksumRange(frame, 0, UdpHeader.CHECKSUM);
        } else {
            header.checksum(Checksum.finishUdp(Checksum.sum(memory, at, length, sum)));
        }
    }

    private void append(int frame) {
        long scratch = frames.scratch(frame);
        Octets.putNative64(memory, scratch + SOURCE_HIGH, info.sourceHigh);
        Octets.putNative64(memory, scratch + SOURCE_LOW, info.sourceLow);
        Octets.putNative64(memory, scratch + DESTINATION_HIGH, info.destinationHigh);
        Octets.putNative64(memory, scratch + DESTINATION_LOW, info.destinationLow);
        waiting.add(frame);
    }

    /** Passes at most {@code limit} datagrams to IP and returns how many. */
    int poll(long nowNs, int limit) {
        int sent = 0;
        while (sent < limit && !waiting.isEmpty() && sink.room() > 0) {
            int frame = waiting.removeFirst();
            long scratch = frames.scratch(frame);
            info.sourceHigh = Octets.native64(memory, scratch + SOURCE_HIGH);
            info.sourceLow = Octets.native64(memory, scratch + SOURCE_LOW);
            info.destinationHigh = Octets.native64(memory, scratch + DESTINATION_HIGH);
            info.destinationLow = Octets.native64(memory, scratch + DESTINATION_LOW);
            info.protocol = IpProtocol.UDP;
            info.hopLimit = 0;
            info.trafficClass = 0;
            info.dontFragment = false;
            info.hint = 0;
            sink.send(frame, info, nowNs);
            counters.increment(Counter.UDP_SENT);
            sent++;
        }
        return sent;
    }
}
