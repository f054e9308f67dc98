package io.ringway.cli;

import io.ringway.cli.http.ByteRange;
import io.ringway.cli.show.Table;
import io.ringway.cli.show.Terminal;
import io.ringway.cli.show.Units;
import io.ringway.port.ImpairmentConfig;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the demo does on whatever wire there is, and what it says of it at the end. */
final class Demo {
    private static final int PINGS = 5;
    private static final int SPARKLINE = 60;
    private static final int PARALLEL = 8;

    /** Opens a wire, in this condition. */
    @FunctionalInterface
    interface WireFactory {
        DemoWire open(ImpairmentConfig impairment) throws IOException;
    }

    private final Terminal terminal;
    private final DemoFile file;
    private final ImpairmentConfig impairment;
    private final long impairedOctets;
    private final List<Transfer> transfers = new ArrayList<>();
    private final List<DemoWire.Pings> pings = new ArrayList<>();

    Demo(Terminal terminal, DemoFile file, ImpairmentConfig impairment, long impairedOctets) {
        this.terminal = terminal;
        this.file = file;
        this.impairment = impairment;
        this.impairedOctets = Math.min(impairedOctets, file.octets());
    }

    /** Runs all of it; whatever happens, what was made is gone afterwards. */
    void run(WireFactory wires) throws IOException, InterruptedException {
        try (DemoWire wire = wires.open(ImpairmentConfig.NONE)) {
            List<ByteRange> whole = List.of(new ByteRange(0, file.octets()));
            transfer(wire, wire.client() + " over IPv4", true, whole);
            transfer(wire, wire.client() + " over IPv6", false, whole);
            ping(wire.pingUs(PINGS));
            ping(wire.pingThem(PINGS));
        }
        terminal.line("");
        terminal.line(
                "  Now the wire loses "
                        + String.format(Locale.ROOT, "%.3g", impairment.loss() * 100)
                        + " % of the frames and delays the others by "
                        + Units.duration(impairment.delayNs())
                        + ", each way. One flow gets little over");
        terminal.line("  such a wire, with any TCP, so " + PARALLEL + " of them share the work:");
        try (DemoWire wire = wires.open(impairment)) {
            transfer(wire, PARALLEL + " x " + wire.client() + ", impaired", true, parts());
        }
        summary();
    }

    private List<ByteRange> parts() {
        List<ByteRange> parts = new ArrayList<>();
        long part = Math.max(1, impairedOctets / PARALLEL);
        for (int i = 0; i < PARALLEL; i++) {
            parts.add(new ByteRange(i * part, part));
        }
        return parts;
    }

    private void transfer(DemoWire wire, String label, boolean isIpv4, List<ByteRange> parts)
            throws IOException, InterruptedException {
        transfers.add(Transfer.run(wire, file, label, isIpv4, parts, terminal));
    }

    private void ping(DemoWire.Pings result) {
        pings.add(result);
        boolean isGood = result.received() == result.sent();
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "  %-30s %s %d of %d came back, %s on average",
                        result.who(),
                        isGood ? terminal.either("✔", "ok:") : terminal.either("✘", "no:"),
                        result.received(),
                        result.sent(),
                        Units.duration(result.meanNs())));
        if (!isGood) {
            throw Failure.failed(
                    result.who()
                            + ": only "
                            + result.received()
                            + " of "
                            + result.sent()
                            + " came back");
        }
    }

    private void summary() {
        Table table = new Table("Summary", "size", "time", "rate", "sent again", "SHA-256");
        for (Transfer transfer : transfers) {
            table.row(
                    transfer.label(),
                    Units.octets(transfer.octets()),
                    Units.duration(transfer.elapsedNs()),
                    Units.rate(transfer.octets(), transfer.elapsedNs()),
                    Long.toString(transfer.retransmitted()),
                    "correct");
        }
        for (DemoWire.Pings result : pings) {
            table.row(
                    result.who(),
                    result.sent() + " echoes",
                    Units.duration(result.meanNs()),
                    "",
                    "",
                    "");
        }
        terminal.line("");
        table.lines(terminal).forEach(terminal::line);
        terminal.line("");
        int width =
                transfers.stream().mapToInt(transfer -> transfer.label().length()).max().orElse(0);
        for (Transfer transfer : transfers) {
            if (!transfer.rates().isEmpty()) {
                terminal.line(
                        String.format(
                                "  %-" + width + "s  %s  at most %s",
                                transfer.label(),
                                transfer.rates().draw(terminal, SPARKLINE),
                                Units.rate(transfer.rates().maximum())));
            }
        }
    }
}
