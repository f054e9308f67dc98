package io.ringway.udp;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameList;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.UdpHeader;

import java.lang.foreign.MemorySegment;

/**
 * Datagrams on their way down: made whole when they are sent, and passed to IP when the lane polls.
 *
 * <p>They wait as a list of frames; a frame's scratch holds its source and destination address,
 * traffic class and hop limit.
 */
final class UdpOutput {
    private static final int SOURCE_HIGH = 0;
    private static final int SOURCE_LOW = 8;
    private static final int DESTINATION_HIGH = 16;
    private static final int DESTINATION_LOW = 24;
    private static final int MARKING = 32;
    // In the marking, above the hop limit and the traffic class.
    private static final int HEARD_HERE = 1 << 16;
    private static final int STAYS_HERE = 1 << 17;
    // Octets of the longest header that IP puts in front, without options or extension headers.
    private static final int IP_HEADER = 40;
    private static final int IPV4_HEADER = 20;
    // Octets of the longest payload that a small frame takes.
    private static final int SMALL = FramePool.SMALL_SLOT - FramePool.PAYLOAD_START;

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

    boolean isFull() {
        return waiting.count() == limit;
    }

    /** Whether half of the queue is free. */
    boolean isHalfFree() {
        return waiting.count() <= limit / 2;
    }

    /** Octets of the longest payload that fits a frame and a UDP length. */
    int maxLength(boolean isIpv4) {
        return frames.largeCount() > 0
                ? (isIpv4 ? Udp.MAX_PAYLOAD : Udp.MAX_PAYLOAD_IPV6)
                : FramePool.SMALL_SLOT - FramePool.PAYLOAD_START - Udp.HEADER;
    }

    /**
     * Begins a datagram, or a super-frame of several. {@link #finish} must follow at once, after
     * the caller has written the payload to the frame's data.
     *
     * @param sourceHigh with {@code sourceLow} 0 to have the source chosen by the route
     * @param length octets of payload that there are
     * @param segmentSize octets of each datagram but the last, or 0 when all is one
     * @return a frame whose length is how much of the payload it takes; {@link FramePool#NONE} when
     *     there is no room or no frame now; {@link Udp#UNROUTED} when no route leads there
     */
    int begin(long sourceHigh, long sourceLow, long high, long low, int length, int segmentSize) {
        if (waiting.count() == limit) {
            return FramePool.NONE;
        }
        info.sourceHigh = sourceHigh;
        info.sourceLow = sourceLow;
        info.destinationHigh = high;
        info.destinationLow = low;
        info.protocol = IpProtocol.UDP;
        info.hint = 0;
        if ((sourceHigh | sourceLow) == 0 && !sink.chooseSource(info) && !isAmongOurselves()) {
            counters.increment(Counter.IP_NO_ROUTE);
            return Udp.UNROUTED;
        }
        int piece = segmentSize == 0 ? length : piece(length, segmentSize);
        int frame = piece <= SMALL ? frames.allocate() : frames.allocateLarge();
        if (frame == FramePool.NONE && segmentSize > 0 && segmentSize < Math.min(piece, SMALL)) {
            // Large frames are few; one datagram fits a small one.
            piece = segmentSize;
            frame = frames.allocate();
        }
        if (frame == FramePool.NONE) {
            counters.increment(Counter.UDP_NO_FRAME);
            return FramePool.NONE;
        }
        frames.length(frame, piece);
        return frame;
    }

    /** A stack without an address talks to the groups on itself, from its loopback address. */
    private boolean isAmongOurselves() {
        IpAddress own =
                info.isDestinationIpv4() ? IpAddress.LOOPBACK_IPV4 : IpAddress.LOOPBACK_IPV6;
        info.sourceHigh = own.high();
        info.sourceLow = own.low();
        return sink.isGroup(info.destinationHigh, info.destinationLow);
    }

    /** How much of {@code length} octets goes into one frame: as many datagrams as can. */
    private int piece(int length, int segmentSize) {
        int most = sink.maxDatagramSegmentationLength() - IP_HEADER - Udp.HEADER;
        int header = info.isDestinationIpv4() ? IPV4_HEADER : IP_HEADER;
        boolean isWhole = segmentSize + Udp.HEADER + header <= sink.mtu(info);
        int count = isWhole ? Math.min(most / segmentSize, Udp.MOST_SEGMENTS) : 1;
        return (int) Math.min(length, (long) Math.max(1, count) * segmentSize);
    }

    /** Completes the frame of the last {@link #begin} and queues it. */
    void finish(UdpBinding binding, int frame, int port, int segmentSize) {
        int length = frames.length(frame);
        long at = frames.push(frame, Udp.HEADER);
        header.wrap(memory, at).set(binding.localPort, port, Udp.HEADER + length, 0);
        if (segmentSize > 0 && length > segmentSize) {
            leaveToPort(frame, length, segmentSize);
        } else {
            checksum(frame, at, Udp.HEADER + length);
        }
        append(binding, frame);
    }

    private void leaveToPort(int frame, int length, int segmentSize) {
        header.checksum(Checksum.fold(info.pseudoHeader(IpProtocol.UDP, Udp.HEADER + length)));
        frames.checksum(frame, FramePool.CHECKSUM_NEEDED);
        frames.checksumRange(frame, 0, UdpHeader.CHECKSUM);
        frames.segmentation(frame, FramePool.SEGMENTATION_UDP, segmentSize);
        counters.increment(Counter.UDP_SUPER_FRAMES);
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

    private void append(UdpBinding binding, int frame) {
        long scratch = frames.scratch(frame);
        Octets.putNative64(memory, scratch + SOURCE_HIGH, info.sourceHigh);
        Octets.putNative64(memory, scratch + SOURCE_LOW, info.sourceLow);
        Octets.putNative64(memory, scratch + DESTINATION_HIGH, info.destinationHigh);
        Octets.putNative64(memory, scratch + DESTINATION_LOW, info.destinationLow);
        Octets.putNative64(memory, scratch + MARKING, marking(binding));
        waiting.add(frame);
    }

    private int marking(UdpBinding binding) {
        int trafficClass = binding.trafficClass << 8;
        if (!IpAddress.isMulticast(info.destinationHigh, info.destinationLow)) {
            // Everybody includes ourselves, which matters to broadcasts only.
            return trafficClass | HEARD_HERE;
        }
        return trafficClass
                | binding.groupHopLimit
                | (binding.isHeardHere ? HEARD_HERE : 0)
                | (binding.groupHopLimit == 0 ? STAYS_HERE : 0);
    }

    /** Passes at most {@code limit} frames to IP and returns how many. */
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
            int marking = (int) Octets.native64(memory, scratch + MARKING);
            info.hopLimit = marking & 0xff;
            info.trafficClass = marking >>> 8 & 0xff;
            info.isHeardHere = (marking & HEARD_HERE) != 0;
            info.staysHere = (marking & STAYS_HERE) != 0;
            info.dontFragment = false;
            info.hint = 0;
            counters.add(Counter.UDP_SENT, datagrams(frame));
            sink.send(frame, info, nowNs);
            sent++;
        }
        return sent;
    }

    private int datagrams(int frame) {
        int size = frames.segmentSize(frame);
        return size == 0 ? 1 : (frames.length(frame) - Udp.HEADER + size - 1) / size;
    }
}
