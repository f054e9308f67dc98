package io.ringway.testkit.network;

import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.LinkPort;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Carries frames from host to host by their link-layer address, in a thread of its own. What
 * becomes of them on the way is decided at the line to who receives them.
 */
final class Switch implements Runnable, AutoCloseable {
    private static final int BURST = 64;
    private static final int FRAMES = 4096;
    private static final long SHORTEST_NAP_NS = 20_000;
    private static final long LONGEST_NAP_NS = 500_000;
    private static final long GROUP_BIT = 0x0100_0000_0000L;

    private final FramePool frames = new FramePool(FRAMES, 0);
    private final List<SwitchLine> lines = new ArrayList<>();
    private final FrameBatch batch = new FrameBatch(BURST);
    private final ConcurrentLinkedQueue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    // Until when nothing gets from host to host, by from × hosts + to; the thread's.
    private final long[] cutUntilNs;
    private volatile boolean isClosed;

    Switch(List<LinkPort> ports, ImpairmentConfig impairment) {
        for (LinkPort port : ports) {
            lines.add(new SwitchLine(port, frames, lines.size()));
        }
        lines.forEach(line -> line.impair(impairment));
        this.cutUntilNs = new long[lines.size() * lines.size()];
        heal(System.nanoTime());
        this.thread = Thread.ofPlatform().name("ringway-switch").daemon().unstarted(this);
    }

    void start() {
        frames.guard().give(thread);
        thread.start();
    }

    void cut(int from, int to, long untilNs) {
        order(() -> cutUntilNs[from * lines.size() + to] = untilNs);
    }

    void heal() {
        order(() -> heal(System.nanoTime()));
    }

    private void heal(long nowNs) {
        Arrays.fill(cutUntilNs, nowNs);
    }

    void impair(int to, ImpairmentConfig impairment) {
        order(() -> lines.get(to).impair(impairment));
    }

    private void order(Runnable order) {
        orders.add(order);
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        long napNs = SHORTEST_NAP_NS;
        while (!isClosed) {
            for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
                order.run();
            }
            long nowNs = System.nanoTime();
            int work = 0;
            long deadlineNs = Long.MAX_VALUE;
            for (SwitchLine line : lines) {
                work += line.receive(batch, nowNs);
                for (int i = 0; i < batch.count(); i++) {
                    forward(line, batch.get(i), nowNs);
                }
                batch.clear();
            }
            for (SwitchLine line : lines) {
                line.flush(nowNs);
                deadlineNs = Math.min(deadlineNs, line.nextDeadlineNs());
            }
            if (work > 0) {
                napNs = SHORTEST_NAP_NS;
            } else {
                // Nobody tells when a frame comes, so naps stay short.
                LockSupport.parkNanos(this, Math.clamp(deadlineNs - nowNs, 1, napNs));
                napNs = Math.min(2 * napNs, LONGEST_NAP_NS);
            }
        }
        lines.forEach(SwitchLine::close);
        frames.close();
    }

    private void forward(SwitchLine from, int frame, long nowNs) {
        long to = Octets.u64(frames.memory(), frames.data(frame)) >>> 16;
        boolean isGroup = (to & GROUP_BIT) != 0;
        for (SwitchLine line : lines) {
            boolean isWanted = isGroup ? line != from : line.mac() == to;
            if (isWanted && cutUntilNs[from.index() * lines.size() + line.index()] <= nowNs) {
                frames.retain(frame);
                line.send(frame, nowNs);
            }
        }
        frames.release(frame);
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
