package io.ringway.cli;

import io.ringway.cli.show.Table;
import io.ringway.cli.show.Terminal;
import io.ringway.cli.show.Units;
import io.ringway.testkit.swarm.Clients;
import io.ringway.testkit.swarm.ShortSwarm;
import io.ringway.testkit.swarm.Swarm;
import io.ringway.testkit.swarm.SwarmConfig;
import io.ringway.testkit.swarm.SwarmListener;
import io.ringway.wire.Endpoint;

import org.HdrHistogram.Histogram;

import java.io.PrintWriter;
import java.util.Locale;

/** The course of {@code ringway swarm}: open, exchange, close; a line each second, then a table. */
final class SwarmRun implements SwarmListener {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long LONGEST_NS = 3_600 * SECOND_NS;
    private static final long PATIENCE_NS = 5 * SECOND_NS;
    private static final int WORK_BETWEEN_LOOKS = 64;

    private final SwarmConfig config;
    private final Endpoint server;
    private final Terminal terminal;
    private final PrintWriter out;
    private final long mostMessages;
    private final Histogram lastSecond = new Histogram(1_000, LONGEST_NS, 3);
    private final Histogram all = new Histogram(lastSecond);
    private boolean isCounting;
    private long lineNs;
    private long lineOpened;
    private long lineMessages;
    private long progress = -1;
    private long progressNs;

    /**
     * Prepares it.
     *
     * @param mostMessages replies after which it ends; 0 for no such end
     */
    SwarmRun(SwarmConfig config, Terminal terminal, PrintWriter out, long mostMessages) {
        this.config = config;
        this.server = new Endpoint(config.server(), config.serverPort());
        this.terminal = terminal;
        this.out = out;
        this.mostMessages = mostMessages;
    }

    @Override
    public void onMessage(long roundTripNs) {
        long ns = Math.min(roundTripNs, LONGEST_NS);
        lastSecond.recordValue(ns);
        if (isCounting) {
            all.recordValue(ns);
        }
    }

    /** Runs it all and returns the exit status. */
    int run(Clients clients, long durationNs) {
        long startNs = System.nanoTime();
        lineNs = startNs;
        reach(clients);
        long openNs = System.nanoTime();
        open(clients);
        double openSeconds = (System.nanoTime() - openNs) / 1e9;
        long openedBefore = clients.opened();
        long before = clients.messages();
        isCounting = true;
        long heldNs = System.nanoTime();
        while (System.nanoTime() - heldNs < durationNs
                && (mostMessages == 0 || clients.messages() - before < mostMessages)) {
            turn(clients, "running");
        }
        double seconds = (System.nanoTime() - heldNs) / 1e9;
        isCounting = false;
        long messages = clients.messages() - before;
        long opened = clients.opened() - openedBefore;
        int open = clients.open();
        clients.closeAll();
        progressNs = System.nanoTime();
        progress = -1;
        while (!clients.isClosed() && comesOn(clients)) {
            turn(clients, "closing");
        }
        Table table = new Table("ringway swarm to " + server, "");
        if (clients instanceof Swarm) {
            table.row("connections open at once", number(open))
                    .row("opens a second at the beginning", rate(openedBefore, openSeconds));
        }
        if (clients instanceof ShortSwarm || config.turnoverPerSecond() > 0) {
            table.row("connections a second", rate(opened, seconds));
        }
        table.row("replies", number(messages))
                .row("replies a second", rate(messages, seconds))
                .row(
                        "p50, p99, p99.9, longest",
                        quantile(all, 50)
                                + ", "
                                + quantile(all, 99)
                                + ", "
                                + quantile(all, 99.9)
                                + ", "
                                + quantile(all, 100))
                .row("wrong replies, resets", clients.wrong() + ", " + clients.resets())
                .row("segments sent again", number(clients.resent()))
                .row("left open after closing", number(clients.open()));
        table.lines(terminal).forEach(out::println);
        boolean isFine = clients.wrong() == 0 && clients.resets() == 0 && clients.isClosed();
        return isFine ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private void reach(Clients clients) {
        long startNs = System.nanoTime();
        while (!clients.isReachable()) {
            clients.doWork(System.nanoTime());
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                throw new Failure(
                        ExitStatus.TIMED_OUT,
                        "nobody on the wire says that "
                                + config.nextHop()
                                + " is there: is the address right, and the interface up?");
            }
            Thread.onSpinWait();
        }
    }

    private void open(Clients clients) {
        progressNs = System.nanoTime();
        while (clients instanceof Swarm swarm ? !swarm.isOpened() : clients.opened() == 0) {
            turn(clients, "opening");
            boolean isRefused = clients.opened() == 0 && clients.resets() > 0;
            if (isRefused) {
                throw Failure.failed(server + " refuses connections: does the server listen?");
            }
            if (!comesOn(clients)) {
                throw new Failure(
                        ExitStatus.TIMED_OUT,
                        "no connection opened for "
                                + Units.duration(PATIENCE_NS)
                                + ", and "
                                + number(clients.open())
                                + " are open: is "
                                + server
                                + " full, or its way back to "
                                + config.firstClient()
                                + " missing?");
            }
        }
    }

    private boolean comesOn(Clients clients) {
        long now = clients.opened() - clients.open();
        now = now * 31 + clients.open();
        if (now != progress) {
            progress = now;
            progressNs = System.nanoTime();
        }
        return System.nanoTime() - progressNs < PATIENCE_NS;
    }

    private void turn(Clients clients, String phase) {
        int work = 0;
        long nowNs = System.nanoTime();
        for (int i = 0; i < WORK_BETWEEN_LOOKS; i++) {
            nowNs = System.nanoTime();
            work += clients.doWork(nowNs);
        }
        if (nowNs - lineNs >= SECOND_NS) {
            line(clients, phase, nowNs);
        }
        if (work == 0) {
            Thread.onSpinWait();
        }
    }

    private void line(Clients clients, String phase, long nowNs) {
        double seconds = Math.max(1, nowNs - lineNs) / 1e9;
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "  %-8s %7s open  %7s opens/s  %7s msg/s  p50 %s  p99 %s  p99.9 %s",
                        phase,
                        Units.count(clients.open()),
                        Units.count(Math.round((clients.opened() - lineOpened) / seconds)),
                        Units.count(Math.round((clients.messages() - lineMessages) / seconds)),
                        quantile(lastSecond, 50),
                        quantile(lastSecond, 99),
                        quantile(lastSecond, 99.9)));
        lastSecond.reset();
        lineNs = nowNs;
        lineOpened = clients.opened();
        lineMessages = clients.messages();
    }

    private static String quantile(Histogram of, double percent) {
        return of.getTotalCount() == 0 ? "-" : Units.duration(of.getValueAtPercentile(percent));
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String rate(long count, double seconds) {
        return number(Math.round(count / seconds));
    }
}
