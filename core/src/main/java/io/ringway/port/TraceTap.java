package io.ringway.port;

import io.ringway.memory.FramePool;
import io.ringway.wire.PacketPrinter;

import java.io.IOException;
import java.util.Locale;

/** Writes a line for each frame of a queue. */
final class TraceTap implements FrameTap {
    private static final long SECOND_NS = 1_000_000_000;

    private final FramePool frames;
    private final String name;
    private final Appendable out;
    private final long originNs;
    private final PacketPrinter printer = new PacketPrinter();
    private String line = "";
    private boolean isBroken;

    TraceTap(FramePool frames, String name, Appendable out, long originNs) {
        this.frames = frames;
        this.name = name;
        this.out = out;
        this.originNs = originNs;
    }

    @Override
    public void observe(int frame, boolean isOutbound, long nowNs) {
        long timeNs = nowNs - originNs;
        String packet = printer.frame(frames.memory(), frames.data(frame), frames.length(frame));
        line =
                String.format(
                        Locale.ROOT,
                        "%3d.%09d %s %s %s%s%n",
                        Math.floorDiv(timeNs, SECOND_NS),
                        Math.floorMod(timeNs, SECOND_NS),
                        name,
                        isOutbound ? ">" : "<",
                        packet,
                        superFrame(frame));
    }

    private String superFrame(int frame) {
        return frames.segmentation(frame) == FramePool.SEGMENTATION_NONE
                ? ""
                : " (super-frame, segments of " + frames.segmentSize(frame) + ")";
    }

    @Override
    public void keep() {
        if (isBroken) {
            return;
        }
        try {
            synchronized (out) {
                out.append(line);
            }
        } catch (IOException e) {
            // Whoever reads the trace is gone, which shall not stop the stack.
            isBroken = true;
        }
    }

    @Override
    public void forget() {
        line = "";
    }

    @Override
    public void onTime(long nowNs) {}

    @Override
    public void close() {}
}
