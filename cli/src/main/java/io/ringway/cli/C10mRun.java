package io.ringway.cli;

import io.ringway.Stack;
import io.ringway.cli.show.Table;
import io.ringway.cli.show.Terminal;
import io.ringway.cli.show.Units;
import io.ringway.testkit.swarm.Swarm;
import io.ringway.testkit.swarm.SwarmConfig;

import org.HdrHistogram.Histogram;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The course of {@code ringway c10m}: open, hold, ask some of all, close. It drives the swarm, and
 * says each second how things are.
 */
final class C10mRun {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long PATIENCE_NS = 60 * SECOND_NS;
    private static final int CELLS = 20;
    private static final int WORK_BETWEEN_LOOKS = 64;

    private final SwarmConfig config;
    private final Swarm swarm;
    private final Stack stack;
    private final Histogram lastSecond;
    private final Histogram held;
    private final Terminal terminal;
    private final PrintWriter out;
    private final ProcessMemory memory;
    private long residentBefore;
    private long heapBefore;
    private long lineNs;
    private int lineOpen;
    private long lineMessages;
    private long progressNs;
    private long progress;

    /** What was found, for the table at the end. */
    private record Opened(double perSecond, long octetsEach, long resident, long heap) {}

    C10mRun(
            SwarmConfig config,
            Swarm swarm,
            Stack stack,
            Histogram lastSecond,
            Terminal terminal,
            PrintWriter out) {
        this.config = config;
        this.swarm = swarm;
        this.stack = stack;
        this.lastSecond = lastSecond;
        this.held = new Histogram(lastSecond);
        this.terminal = terminal;
        this.out = out;
        System.gc();
        this.memory = new ProcessMemory();
    }

    /** Runs it all and returns the exit status. */
    int run(long holdNs, int verified) {
        residentBefore = ProcessMemory.residentOctets();
        heapBefore = ProcessMemory.heapOctets();
        long startNs = System.nanoTime();
        lineNs = startNs;
        boolean isFine = turnUntil(Phase.OPENING, Long.MAX_VALUE);
        double openSeconds = (System.nanoTime() - startNs) / 1e9;
        int open = swarm.open();
        long heldNs = System.nanoTime();
        long heldBefore = swarm.messages();
        isFine = isFine && turnUntil(Phase.HOLDING, heldNs + holdNs);
        double messagesPerSecond =
                (swarm.messages() - heldBefore) / ((System.nanoTime() - heldNs) / 1e9);
        Opened opened =
                new Opened(
                        open / openSeconds,
                        octetsEach(),
                        ProcessMemory.residentOctets(),
                        ProcessMemory.heapOctets());
        swarm.sweep(verified);
        isFine = isFine && turnUntil(Phase.VERIFYING, Long.MAX_VALUE);
        int answered = swarm.swept();
        int wanted = Math.min(verified, config.connections());
        swarm.closeAll();
        isFine = isFine && turnUntil(Phase.CLOSING, Long.MAX_VALUE);
        int left = leftAtServer();
        show(open, opened, messagesPerSecond, answered, wanted, left);
        return isFine
                        && open == config.connections()
                        && answered == wanted
                        && left == 0
                        && swarm.wrong() == 0
                        && swarm.resets() == 0
                ? 0
                : 1;
    }

    private enum Phase {
        OPENING,
        HOLDING,
        VERIFYING,
        CLOSING
    }

    /** Drives the swarm until the phase is over; false when it does not come on any more. */
    private boolean turnUntil(Phase phase, long untilNs) {
        progressNs = System.nanoTime();
        progress = -1;
        while (true) {
            int work = 0;
            long nowNs = System.nanoTime();
            for (int i = 0; i < WORK_BETWEEN_LOOKS; i++) {
                nowNs = System.nanoTime();
                work += swarm.doWork(nowNs);
            }
            if (isOver(phase) || nowNs >= untilNs) {
                line(phase, nowNs);
                return true;
            }
            if (nowNs - lineNs >= SECOND_NS) {
                line(phase, nowNs);
                if (!comesOn(nowNs)) {
                    terminal.line("  nothing goes on any more; given up");
                    return false;
                }
            }
            if (work == 0) {
                Thread.onSpinWait();
            }
        }
    }

    private boolean isOver(Phase phase) {
        return switch (phase) {
            case OPENING -> swarm.isOpened();
            case HOLDING -> false;
            case VERIFYING -> swarm.isSwept();
            case CLOSING -> swarm.isClosed();
        };
    }

    private boolean comesOn(long nowNs) {
        long now = swarm.messages() + swarm.open() + swarm.ended();
        if (now != progress || config.active() == 0) {
            progress = now;
            progressNs = nowNs;
        }
        return nowNs - progressNs < PATIENCE_NS;
    }

    private void line(Phase phase, long nowNs) {
        double seconds = Math.max(1, nowNs - lineNs) / 1e9;
        int open = swarm.open();
        long messages = swarm.messages();
        int full = (int) ((long) open * CELLS / config.connections());
        String each = phase == Phase.CLOSING ? "" : "  " + octetsEach() + " B each";
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "  %-9s %s %7s open  %7s opens/s  %7s msg/s  p50 %s  p99 %s  p99.9 %s  RSS"
                                + " %s  heap %s  GC %d ms%s",
                        phase.name().toLowerCase(Locale.ROOT),
                        terminal.either("━", "=").repeat(full)
                                + terminal.either("╌", "-").repeat(CELLS - full),
                        Units.count(open),
                        Units.count(Math.max(0, Math.round((open - lineOpen) / seconds))),
                        Units.count(Math.round((messages - lineMessages) / seconds)),
                        quantile(lastSecond, 50),
                        quantile(lastSecond, 99),
                        quantile(lastSecond, 99.9),
                        Units.octets(ProcessMemory.residentOctets()),
                        Units.octets(ProcessMemory.heapOctets()),
                        memory.longestPauseMs(),
                        each));
        if (phase == Phase.HOLDING) {
            held.add(lastSecond);
        }
        lastSecond.reset();
        lineNs = nowNs;
        lineOpen = open;
        lineMessages = messages;
    }

    private static String quantile(Histogram of, double percent) {
        return of.getTotalCount() == 0 ? "-" : Units.duration(of.getValueAtPercentile(percent));
    }

    /** Octets of resident memory that each open connection has added. */
    private long octetsEach() {
        long added = ProcessMemory.residentOctets() - residentBefore;
        return swarm.open() == 0 ? 0 : Math.max(0, added) / swarm.open();
    }

    /** What the server still has a second after the last was closed. */
    private int leftAtServer() {
        try {
            for (int i = 0; i < 100; i++) {
                int left = stack.connectionCount().join();
                if (left == 0) {
                    return 0;
                }
                swarm.doWork(System.nanoTime());
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return stack.connectionCount().join();
    }

    private void show(
            int open, Opened opened, double messagesPerSecond, int answered, int wanted, int left) {
        Table table = new Table("ringway c10m", "");
        table.row("connections open at once", number(open))
                .row("opens a second", number(Math.round(opened.perSecond())))
                .row("resident memory, octets a connection", number(opened.octetsEach()))
                .row("resident memory of the process", Units.octets(opened.resident()))
                .row(
                        "Java heap, before and with all open",
                        Units.octets(heapBefore) + ", " + Units.octets(opened.heap()))
                .row(
                        "garbage collections, the longest pause",
                        memory.collected() + ", " + memory.longestPauseMs() + " ms")
                .row("messages a second while held", number(Math.round(messagesPerSecond)))
                .row(
                        "round trip p50, p99, p99.9",
                        quantile(held, 50)
                                + ", "
                                + quantile(held, 99)
                                + ", "
                                + quantile(held, 99.9))
                .row("connections that answered at the end", answered + " of " + wanted)
                .row("messages in all", number(swarm.messages()))
                .row("wrong octets, resets", swarm.wrong() + ", " + swarm.resets())
                .row("segments sent again", number(swarm.resent()))
                .row("left at the server after closing", number(left));
        table.lines(terminal).forEach(out::println);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
