package io.ringway.testkit;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.port.PortDecorator;
import io.ringway.port.PortQueue;
import io.ringway.port.PortQueueDecorator;
import io.ringway.wire.PacketPrinter;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps in memory every frame that passes a port, for a test to look at and for {@link
 * CaptureChecks}. Give it to {@link Pair.Builder#tap}. One thread.
 */
public final class Capture extends PortDecorator {
    /**
     * A frame that passed.
     *
     * @param timeNs when
     * @param isOutbound whether the stack sent it
     * @param isChecksumLeft whether its TCP or UDP checksum was left to a device, or has been
     *     verified by one
     * @param octets the whole frame
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares frames.
    public record Frame(long timeNs, boolean isOutbound, boolean isChecksumLeft, byte[] octets) {}

    private final List<Frame> captured = new ArrayList<>();

    public Capture(Port port) {
        super(port);
    }

    /** The frames so far, in their order. */
    public List<Frame> frames() {
        return captured;
    }

    /** A line for each frame, as tcpdump prints it, with the seconds since the first. */
    public String print() {
        PacketPrinter printer = new PacketPrinter();
        StringBuilder text = new StringBuilder();
        for (Frame frame : captured) {
            double seconds = (frame.timeNs() - captured.getFirst().timeNs()) / 1e9;
            text.append(String.format("%10.6f %s ", seconds, frame.isOutbound() ? ">" : "<"))
                    .append(
                            printer.frame(
                                    MemorySegment.ofArray(frame.octets()),
                                    0,
                                    frame.octets().length))
                    .append('\n');
        }
        return text.toString();
    }

    @Override
    public PortQueue open(int queue, FramePool pool, Counters counters) {
        return new CaptureQueue(port.open(queue, pool, counters), pool);
    }

    private final class CaptureQueue extends PortQueueDecorator {
        private final FramePool frames;

        CaptureQueue(PortQueue queue, FramePool frames) {
            super(queue);
            this.frames = frames;
        }

        @Override
        public int receive(FrameBatch into, long nowNs) {
            int before = into.count();
            int count = queue.receive(into, nowNs);
            for (int i = before; i < before + count; i++) {
                captured.add(copy(into.get(i), false, nowNs));
            }
            return count;
        }

        @Override
        public int transmit(FrameBatch from, long nowNs) {
            // They are copied before, because those that are accepted are gone afterwards.
            List<Frame> offered = new ArrayList<>();
            for (int i = 0; i < from.count(); i++) {
                offered.add(copy(from.get(i), true, nowNs));
            }
            int count = queue.transmit(from, nowNs);
            captured.addAll(offered.subList(0, count));
            return count;
        }

        private Frame copy(int frame, boolean isOutbound, long nowNs) {
            byte[] octets = new byte[frames.length(frame)];
            MemorySegment.copy(
                    frames.memory(),
                    frames.data(frame),
                    MemorySegment.ofArray(octets),
                    0,
                    octets.length);
            boolean isLeft = frames.checksum(frame) != FramePool.CHECKSUM_NONE;
            return new Frame(nowNs, isOutbound, isLeft, octets);
        }
    }
}
