package io.ringway.udp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameCopies;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.UdpHeader;

import java.lang.foreign.MemorySegment;

/** Brings datagrams to the sockets that they are for, and notes which have news. The lane only. */
final class UdpDelivery {
    private static final int HEADER = Udp.HEADER;

    private final FramePool frames;
    private final MemorySegment memory;
    private final Counters counters;
    private final UdpTable table;
    private final UdpNews news;
    private final UdpHeader header = new UdpHeader();

    UdpDelivery(FramePool frames, Counters counters, UdpTable table, UdpNews news) {
        this.frames = frames;
        this.memory = frames.memory();
        this.counters = counters;
        this.table = table;
        this.news = news;
    }

    /** Gives a datagram to one socket, with the frame's hold. */
    void deliver(int frame, PacketInfo info, UdpBinding binding) {
        if (frames.segmentation(frame) == FramePool.SEGMENTATION_UDP
                && frames.length(frame) - HEADER > frames.segmentSize(frame)
                && frames.segmentSize(frame) > 0) {
            split(frame, info, binding);
            return;
        }
        UdpIntake intake = binding.intake;
        if (intake != null) {
            take(frame, info, binding, intake);
            return;
        }
        if (!binding.hasRoom(frames.length(frame) - HEADER)) {
            drop(frame, Counter.UDP_QUEUE_FULL);
            return;
        }
        counters.increment(Counter.UDP_RECEIVED);
        binding.append(
                frame, info.sourceHigh, info.sourceLow, info.destinationHigh, info.destinationLow);
        news.add(binding);
    }

    /**
     * Gives what was sent to a group, or to everybody, to each socket that wants it (RFC 1112
     * §7.2), with the frame's hold.
     *
     * @return false, and the hold stays, when none does
     */
    boolean deliverToAll(int frame, PacketInfo info, int port, int sourcePort) {
        UdpBinding next = table.nextListener(null, info, port, sourcePort);
        if (next == null) {
            return false;
        }
        while (next != null) {
            UdpBinding binding = next;
            next = table.nextListener(binding, info, port, sourcePort);
            int own = next == null ? frame : FrameCopies.copy(frames, frame);
            if (own == FramePool.NONE) {
                counters.increment(Counter.UDP_NO_FRAME);
            } else {
                deliver(own, info, binding);
            }
        }
        return true;
    }

    private void take(int frame, PacketInfo info, UdpBinding binding, UdpIntake intake) {
        long at = frames.data(frame);
        boolean isTaken =
                intake.take(
                        info.sourceHigh,
                        info.sourceLow,
                        Octets.u16(memory, at),
                        info.destinationHigh,
                        info.destinationLow,
                        at + HEADER,
                        frames.length(frame) - HEADER,
                        frames.stamp(frame));
        counters.increment(isTaken ? Counter.UDP_RECEIVED : Counter.UDP_QUEUE_FULL);
        frames.release(frame);
        news.add(binding);
    }

    /** Makes single datagrams of a super-frame in which the port left several (USO). */
    private void split(int superFrame, PacketInfo info, UdpBinding binding) {
        int size = frames.segmentSize(superFrame);
        long at = frames.data(superFrame);
        int end = frames.length(superFrame);
        for (int begin = HEADER; begin < end; begin += size) {
            int length = Math.min(size, end - begin);
            int frame =
                    length <= FramePool.SMALL_SLOT - FramePool.PAYLOAD_START
                            ? frames.allocate()
                            : frames.allocateLarge();
            if (frame == FramePool.NONE) {
                counters.increment(Counter.UDP_NO_FRAME);
                break;
            }
            frames.length(frame, length);
            MemorySegment.copy(memory, at + begin, memory, frames.data(frame), length);
            header.wrap(memory, at);
            int sourcePort = header.sourcePort();
            int port = header.destinationPort();
            header.wrap(memory, frames.push(frame, HEADER))
                    .set(sourcePort, port, HEADER + length, 0);
            frames.stamp(frame, frames.stamp(superFrame));
            deliver(frame, info, binding);
        }
        frames.release(superFrame);
    }

    private void drop(int frame, Counter reason) {
        counters.increment(reason);
        frames.release(frame);
    }
}
