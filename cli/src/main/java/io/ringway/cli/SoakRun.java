package io.ringway.cli;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.cli.show.Table;
import io.ringway.cli.show.Terminal;
import io.ringway.cli.show.Units;
import io.ringway.memory.Counter;
import io.ringway.testkit.swarm.SoakWatch;
import io.ringway.testkit.swarm.Swarm;
import io.ringway.testkit.swarm.SwarmConfig;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The course of {@code ringway soak}. It drives the swarm; the lanes have threads of their own. */
final class SoakRun {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long PATIENCE_NS = 60 * SECOND_NS;

    /** The longest silence that is no stall: several time-outs in a row on a busy machine. */
    private static final long STALL_NS = 10 * SECOND_NS;

    private final SwarmConfig config;
    private final Swarm swarm;
    private final Stack stack;
    private final SoakWatch watch;
    private final BucketMoves moves;
    private final Terminal terminal;
    private long lineNs;
    private long lineMessages;

    SoakRun(
            SwarmConfig config,
            Swarm swarm,
            Stack stack,
            SoakWatch watch,
            int movesEach,
            Terminal terminal) {
        this.config = config;
        this.swarm = swarm;
        this.stack = stack;
        this.watch = watch;
        this.moves = new BucketMoves(stack, movesEach);
        this.terminal = terminal;
    }

    /** Runs it all and returns the exit status. */
    int run(long durationNs, PrintWriter out) {
        lineNs = System.nanoTime();
        turnUntil("opening", swarm::isOpened);
        long startNs = System.nanoTime();
        long[] nextMoveNs = {startNs + SECOND_NS};
        while (System.nanoTime() - startNs < durationNs) {
            turn("soaking");
            watch.look(swarm, System.nanoTime());
            if (System.nanoTime() >= nextMoveNs[0]) {
                nextMoveNs[0] += SECOND_NS;
                moves.begin();
            }
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        long messages = swarm.messages();
        boolean isMoved = moves.end();
        swarm.endTurnover();
        turnUntil("opening", swarm::isOpened);
        int open = swarm.open();
        swarm.sweep(config.connections());
        turnUntil("asking", swarm::isSwept);
        swarm.closeAll();
        turnUntil("closing", swarm::isClosed);
        String left = left();
        Table table = new Table("ringway soak", "");
        table.row("messages, a second", number(messages) + ", " + rate(messages, seconds))
                .row("connections opened", number(swarm.opened()))
                .row("buckets moved, with connections", moves.moved() + ", " + moves.carried())
                .row("answered at the end", swarm.swept() + " of " + config.connections())
                .row("wrong octets, resets", swarm.wrong() + ", " + swarm.resets())
                .row("sent again by the clients, by the server", swarm.resent() + ", " + resent())
                .row("longest round trip", Units.duration(watch.longestRoundTripNs()))
                .row("longest time without a reply", Units.duration(watch.longestSilenceNs()))
                .row("left at the server", left.isEmpty() ? "nothing" : left);
        table.lines(terminal).forEach(out::println);
        boolean isFine =
                isMoved
                        && open == config.connections()
                        && swarm.swept() == config.connections()
                        && swarm.wrong() == 0
                        && swarm.resets() == 0
                        && swarm.isClosed()
                        && watch.longestSilenceNs() < STALL_NS
                        && left.isEmpty();
        return isFine ? ExitStatus.OK : ExitStatus.FAILED;
    }

    /** Goes on until it is so, or for as long as can be waited for. */
    private void turnUntil(String phase, BooleanSupplier isDone) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!isDone.getAsBoolean() && System.nanoTime() < endNs) {
            turn(phase);
        }
    }

    private void turn(String phase) {
        long nowNs = System.nanoTime();
        if (swarm.doWork(nowNs) == 0) {
            Thread.onSpinWait();
        }
        if (nowNs - lineNs >= SECOND_NS) {
            double seconds = (nowNs - lineNs) / 1e9;
            terminal.line(
                    String.format(
                            Locale.ROOT,
                            "  %-8s %7s open  %7s msg/s  %7s opened  %d buckets moved  RSS %s",
                            phase,
                            Units.count(swarm.open()),
                            Units.count(Math.round((swarm.messages() - lineMessages) / seconds)),
                            Units.count(swarm.opened()),
                            moves.moved(),
                            Units.octets(ProcessMemory.residentOctets())));
            lineNs = nowNs;
            lineMessages = swarm.messages();
        }
    }

    private long resent() {
        long count = 0;
        for (int i = 0; i < stack.laneCount(); i++) {
            count += stack.lane(i).counters().get(Counter.TCP_RETRANSMITTED);
        }
        return count;
    }

    /** What the server has not given back some seconds after the last was closed; or nothing. */
    private String left() {
        String found = "";
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (System.nanoTime() < endNs) {
            found = leftNow();
            if (found.isEmpty()) {
                return found;
            }
            swarm.doWork(System.nanoTime());
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return found;
            }
        }
        return found;
    }

    private String leftNow() {
        StringBuilder found = new StringBuilder();
        for (int i = 0; i < stack.laneCount(); i++) {
            Lane lane = stack.lane(i);
            found.append(lane.submit(() -> left(lane)).join());
        }
        return found.toString().strip();
    }

    private static String left(Lane lane) {
        lane.frames().collect();
        String connections =
                lane.connectionCount() == 0 ? "" : lane.connectionCount() + " connections ";
        return connections + (lane.frames().isFull() ? "" : lane.frames() + " ");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String rate(long count, double seconds) {
        return number(Math.round(count / seconds));
    }
}
