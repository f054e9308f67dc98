package io.ringway.cli;

import io.ringway.Stack;
import io.ringway.cli.show.Terminal;
import io.ringway.cli.show.Units;
import io.ringway.memory.Counter;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What {@code --stats} prints: at each interval one line of what all lanes have done in it. It
 * reads their counters from a thread of its own, and does not stop them.
 */
final class StatsLine implements AutoCloseable {
    private static final Counter[] COUNTERS = Counter.values();

    private final Stack stack;
    private final Terminal terminal;
    private final long intervalNs;
    private final Thread thread =
            Thread.ofPlatform().name("ringway-stats").daemon().unstarted(this::run);
    private volatile boolean isClosed;

    StatsLine(Stack stack, Terminal terminal, long intervalNs) {
        this.stack = stack;
        this.terminal = terminal;
        this.intervalNs = intervalNs;
    }

    void start() {
        thread.start();
    }

    private void run() {
        long[] before = read();
        long beforeNs = System.nanoTime();
        try {
            while (!isClosed) {
                TimeUnit.NANOSECONDS.sleep(intervalNs);
                long[] now = read();
                long nowNs = System.nanoTime();
                terminal.line(line(before, now, nowNs - beforeNs, connections()));
                before = now;
                beforeNs = nowNs;
            }
        } catch (InterruptedException e) {
            // The stack is closed, and there is nothing more to print.
        }
    }

    private long[] read() {
        long[] values = new long[COUNTERS.length];
        for (Counter counter : COUNTERS) {
            values[counter.ordinal()] = stack.counter(counter);
        }
        return values;
    }

    /** How many connections there are, or -1 when a lane does not say. */
    private int connections() throws InterruptedException {
        try {
            return stack.connectionCount().get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return -1;
        }
    }

    /** One interval in a line. */
    static String line(long[] before, long[] now, long elapsedNs, int connections) {
        double seconds = elapsedNs / 1e9;
        long busy = change(before, now, Counter.BUSY_NS);
        long idle = change(before, now, Counter.IDLE_NS);
        long all = Math.max(1, busy + idle);
        StringBuilder text = new StringBuilder(160);
        direction(
                text,
                "in",
                change(before, now, Counter.FRAMES_RECEIVED),
                change(before, now, Counter.OCTETS_RECEIVED),
                seconds);
        direction(
                text,
                "out",
                change(before, now, Counter.FRAMES_SENT),
                change(before, now, Counter.OCTETS_SENT),
                seconds);
        text.append(connections).append(" connections  ");
        text.append(change(before, now, Counter.TCP_RETRANSMITTED)).append(" retransmitted  ");
        text.append("busy ")
                .append(percent(busy, all))
                .append(" %  idle ")
                .append(percent(idle, all))
                .append(" %");
        drops(text, before, now);
        return text.toString();
    }

    private static void direction(
            StringBuilder text, String name, long frames, long octets, double seconds) {
        text.append(name)
                .append(' ')
                .append(Units.count(Math.round(frames / seconds)))
                .append(" frames/s ")
                .append(Units.rate(octets * 8 / seconds))
                .append("  ");
    }

    private static void drops(StringBuilder text, long[] before, long[] now) {
        String separator = "  dropped: ";
        for (Counter counter : COUNTERS) {
            long count = change(before, now, counter);
            if (counter.isDrop() && count > 0) {
                text.append(separator).append(counter.label()).append(' ').append(count);
                separator = ", ";
            }
        }
    }

    private static long percent(long part, long all) {
        return Math.round(part * 100.0 / all);
    }

    private static long change(long[] before, long[] now, Counter counter) {
        return now[counter.ordinal()] - before[counter.ordinal()];
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }
}
