package io.ringway.cli;

import io.ringway.cli.show.Terminal;
import io.ringway.cli.show.Units;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code ringway discard}: takes everything, and says how fast it comes. */
@Command(
        name = "discard",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Listen on a TCP port, throw away everything that arrives (RFC 863), and print each"
                        + " second how fast it comes.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = "  ringway discard --profile wan --impair delay=20ms")
final class DiscardCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private StackOptions options;

    @Option(
            names = {"-p", "--listen"},
            paramLabel = "PORT",
            order = 1,
            defaultValue = "9",
            description = "TCP port to listen on (default: ${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() {
        DiscardHandler handler = new DiscardHandler();
        Thread.ofPlatform().name("ringway-rate").daemon().start(() -> printRate(handler));
        return ServerRun.untilInterrupted(
                options,
                port,
                handler,
                "Discarding what arrives",
                to -> "sh -c 'nc " + to.address() + " " + to.port() + " < /dev/zero'",
                spec.commandLine().getOut());
    }

    private static void printRate(DiscardHandler handler) {
        Terminal terminal = Terminal.standard();
        long octets = 0;
        long beforeNs = System.nanoTime();
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(1);
                long now = handler.octets();
                long nowNs = System.nanoTime();
                if (now != octets) {
                    terminal.line(
                            Units.octets(now) + "  " + Units.rate(now - octets, nowNs - beforeNs));
                }
                octets = now;
                beforeNs = nowNs;
            }
        } catch (InterruptedException e) {
            // The process is ending.
        }
    }
}
