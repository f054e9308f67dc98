package io.ringway.port;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;

/** The queue pair of one end of a {@link LinkPort}. */
final class LinkQueue implements PortQueue {
    private final FramePool frames;
    private final Counters counters;
    private final LinkDirection out;
    private final Transit in;

    LinkQueue(FramePool frames, Counters counters, LinkDirection out, Transit in) {
        this.frames = frames;
        this.counters = counters;
        this.out = out;
        this.in = in;
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        int before = into.count();
        int received = in.receive(into, nowNs);
        if (received > 0) {
            long octets = 0;
            for (int i = before; i < before + received; i++) {
                octets += frames.length(into.get(i));
            }
            counters.add(Counter.FRAMES_RECEIVED, received);
            counters.add(Counter.OCTETS_RECEIVED, octets);
        }
        return received;
    }

    @Override
    public int transmit(FrameBatch from, long nowNs) {
        int count = from.count();
        int sent = 0;
        long octets = 0;
        while (sent < count && out.send(frames, from.get(sent), nowNs)) {
            octets += frames.length(from.get(sent));
            frames.release(from.get(sent));
            sent++;
        }
        if (sent > 0) {
            counters.add(Counter.FRAMES_SENT, sent);
            counters.add(Counter.OCTETS_SENT, octets);
            out.publish();
            from.removeFirst(sent);
        }
        return sent;
    }

    @Override
    public long nextDeadlineNs() {
        return Math.min(in.nextArrivalNs(), out.retryNs());
    }

    @Override
    public int pollDescriptor() {
        return -1;
    }

    @Override
    public void close() {
        if (in.isAttached()) {
            in.detach();
        }
    }
}
