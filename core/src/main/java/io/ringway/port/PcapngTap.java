package io.ringway.port;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

/**
 * Writes the frames of a queue into a capture as they would be on the wire: super-frames cut,
 * checksums complete.
 */
final class PcapngTap implements FrameTap {
    private static final long FLUSH_NS = 1_000_000_000;

    private final FramePool frames;
    private final PcapngWriter writer;
    private final Segmentation segments = new Segmentation();
    private boolean isDirty;
    private long flushNs = Long.MAX_VALUE;

    PcapngTap(FramePool frames, PcapngWriter writer) {
        this.frames = frames;
        this.writer = writer;
    }

    @Override
    public void observe(int frame, boolean isOutbound, long nowNs) {
        writer.makeRoom();
        if (isToBeCut(frame)) {
            for (int i = 0; i < segments.count(); i++) {
                int length = segments.length(i);
                segments.write(i, writer.memory(), writer.beginFrame(length, nowNs));
                writer.endFrame(length, isOutbound);
            }
        } else {
            writeWhole(frame, isOutbound, nowNs);
        }
        if (!isDirty) {
            isDirty = true;
            flushNs = nowNs + FLUSH_NS;
        }
    }

    private boolean isToBeCut(int frame) {
        return segments.wrap(frames, frame)
                && (long) segments.count() * (segments.length(0) + PcapngWriter.RECORD)
                        <= PcapngWriter.MOST_OCTETS;
    }

    private void writeWhole(int frame, boolean isOutbound, long nowNs) {
        int length = frames.length(frame);
        long at = writer.beginFrame(length, nowNs);
        Octets.copy(frames.memory(), frames.data(frame), writer.memory(), at, length);
        if (frames.checksum(frame) == FramePool.CHECKSUM_NEEDED) {
            Segmentation.completeChecksum(
                    writer.memory(),
                    at,
                    length,
                    frames.checksumStart(frame),
                    frames.checksumOffset(frame));
        }
        writer.endFrame(length, isOutbound);
    }

    @Override
    public void keep() {
        writer.keep();
    }

    @Override
    public void forget() {
        writer.forget();
    }

    @Override
    public void onTime(long nowNs) {
        if (isDirty && nowNs >= flushNs) {
            writer.flush();
            isDirty = false;
        }
    }

    @Override
    public void close() {
        writer.flush();
    }
}
