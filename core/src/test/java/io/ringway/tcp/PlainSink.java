package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.memory.FramePool;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the IP below a TCP is in tests that have none: one address, an Ethernet, nothing offloaded.
 * Where packets go is the subclass's.
 */
abstract class PlainSink implements PacketSink {
    final FramePool frames;
    final long address;

    /** A packet outside of any pool. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares packets.
    record Packet(byte[] octets, PacketInfo info) {}

    PlainSink(FramePool frames, long address) {
        this.frames = frames;
        this.address = address;
    }

    /** Takes a packet out of its frame, which it releases. */
    final Packet take(int frame, PacketInfo info) {
        byte[] octets = new byte[frames.length(frame)];
        MemorySegment.copy(
                frames.memory(),
                ValueLayout.JAVA_BYTE,
                frames.data(frame),
                octets,
                0,
                octets.length);
        frames.release(frame);
        PacketInfo copy = new PacketInfo();
        copy.sourceHigh = info.sourceHigh;
        copy.sourceLow = info.sourceLow;
        copy.destinationHigh = info.destinationHigh;
        copy.destinationLow = info.destinationLow;
        copy.protocol = info.protocol;
        return new Packet(octets, copy);
    }

    /** Puts octets into a frame, as one that arrived; {@link FramePool#NONE} when there is none. */
    final int frameOf(byte[] octets) {
        int frame = frames.allocate();
        if (frame != FramePool.NONE) {
            frames.range(frame, FramePool.RECEIVE_START, octets.length);
            MemorySegment.copy(
                    octets,
                    0,
                    frames.memory(),
                    ValueLayout.JAVA_BYTE,
                    frames.data(frame),
                    octets.length);
        }
        return frame;
    }

    @Override
    public int room() {
        return 64;
    }

    @Override
    public int mtu(PacketInfo info) {
        return 1500;
    }

    @Override
    public boolean chooseSource(PacketInfo info) {
        info.sourceHigh = 0;
        info.sourceLow = address;
        return true;
    }

    @Override
    public boolean isLocal(long high, long low) {
        return high == 0 && low == address;
    }

    @Override
    public void rejectPort(int frame, PacketInfo info, long nowNs) {
        frames.release(frame);
    }

    @Override
    public void confirmReachable(PacketInfo info, long nowNs) {}

    @Override
    public boolean hasChecksumOffload() {
        return false;
    }

    @Override
    public int maxSegmentationLength() {
        return 0;
    }
}
