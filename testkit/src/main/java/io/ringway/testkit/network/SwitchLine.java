package io.ringway.testkit.network;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.Port;
import io.ringway.port.PortDecorator;
import io.ringway.port.PortQueue;

import java.util.ArrayList;
import java.util.List;

/** The switch's end of the line to a host. The switch's thread, once that runs. */
final class SwitchLine {
    private static final int BURST = 64;

    private final Port port;
    private final FramePool frames;
    private final int index;
    private final Counters counters = new Counters();
    private final PortQueue bare;
    private final FrameBatch leaving = new FrameBatch(BURST);
    private final FrameBatch nothing = new FrameBatch(1);
    // Impaired ways that are used no more, and still have frames under way.
    private final List<PortQueue> former = new ArrayList<>();
    private PortQueue way;

    SwitchLine(Port port, FramePool frames, int index) {
        this.port = port;
        this.frames = frames;
        this.index = index;
        this.bare = port.open(0, frames, counters);
        this.way = bare;
    }

    int index() {
        return index;
    }

    long mac() {
        return NumberedPort.mac(index);
    }

    /** What is sent from now on meets this fate. */
    void impair(ImpairmentConfig impairment) {
        if (!way.equals(bare)) {
            former.add(way);
        }
        way =
                impairment.isNone()
                        ? bare
                        : new ImpairmentPort(
                                        new Opened(port, bare),
                                        impairment.withSeed(impairment.seed() + index),
                                        ImpairmentConfig.NONE)
                                .open(0, frames, counters);
    }

    int receive(FrameBatch into, long nowNs) {
        return bare.receive(into, nowNs);
    }

    /** Sends a frame to the host, of which one hold passes. */
    void send(int frame, long nowNs) {
        leaving.add(frame);
        if (leaving.room() == 0) {
            flush(nowNs);
        }
    }

    /** Puts on the line what is due; what finds no room there is lost, as at any switch. */
    void flush(long nowNs) {
        int _ = way.transmit(leaving, nowNs);
        for (int i = 0; i < leaving.count(); i++) {
            frames.release(leaving.get(i));
        }
        leaving.clear();
        for (PortQueue old : former) {
            int _ = old.transmit(nothing, nowNs);
        }
        former.removeIf(old -> old.nextDeadlineNs() == Long.MAX_VALUE);
    }

    long nextDeadlineNs() {
        long deadlineNs = way.nextDeadlineNs();
        for (PortQueue old : former) {
            deadlineNs = Math.min(deadlineNs, old.nextDeadlineNs());
        }
        return deadlineNs;
    }

    void close() {
        way.close();
    }

    /** A port whose queue is open already. */
    private static final class Opened extends PortDecorator {
        private final PortQueue queue;

        Opened(Port port, PortQueue queue) {
            super(port);
            this.queue = queue;
        }

        @Override
        public PortQueue open(int which, FramePool pool, Counters counters) {
            return queue;
        }
    }
}
