package io.ringway.cli;

import io.ringway.cli.show.Terminal;
import io.ringway.port.Port;
import io.ringway.testkit.swarm.Clients;
import io.ringway.testkit.swarm.ShortSwarm;
import io.ringway.testkit.swarm.Swarm;
import io.ringway.testkit.swarm.SwarmConfig;
import io.ringway.wire.IpAddress;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code ringway swarm}: a load generator for any TCP server that echoes. */
@Command(
        name = "swarm",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Open many TCP connections to an echo server, on whatever stack it runs; exchange"
                    + " messages on a share of them, check every octet that comes back, and say how"
                    + " long it took. At the end all are closed.",
            "",
            "The clients are no stack, but nine octets each, with addresses of their own on the"
                    + " wire: one thread makes millions of them. Times count from when a request"
                    + " ought to have been sent, so that a server that stalls is not spared. The"
                    + " thread never sleeps: it needs a processor.",
            "",
            "HOST is the kernel's end of the wire, or beyond it. Without --gateway it has to be on"
                    + " the wire itself. Of the options of a stack only those of the wire count"
                    + " here: --cc, --profile, --idle, --lanes, --cores and --stats have no effect."
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every request was answered, with what it should be",
            "1:refused, reset, or answered wrongly",
            "4:nobody answers"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ringway swarm --netns lab -n 1000 198.18.0.1 7",
            "  ringway swarm --netns lab -n 100k --active 1 --rate 20k 2001:2::1 7",
            "  ringway swarm --netns lab --short -n 50 --rate 5k 198.18.0.1 7"
        })
final class SwarmCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private SwarmOptions clients;

    @Mixin private StackOptions options;

    @Parameters(
            index = "0",
            paramLabel = "HOST",
            description = "IPv4 or IPv6 address of the server.")
    private IpAddress host;

    @Parameters(index = "1", paramLabel = "PORT", description = "TCP port of the server.")
    private int port;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            order = 5,
            defaultValue = "10s",
            description =
                    "How long messages are exchanged, from when all are open (default:"
                            + " ${DEFAULT-VALUE}).")
    private StackOptions.Interval duration = new StackOptions.Interval(10_000_000_000L);

    @Option(
            names = "--messages",
            paramLabel = "COUNT",
            order = 5,
            defaultValue = "0",
            description =
                    "End after so many replies, if that is sooner; 0 for no such end (default:"
                            + " ${DEFAULT-VALUE}).")
    private Count messages = new Count(0);

    @Override
    public Integer call() {
        ServerRun.checkPort(port);
        SwarmConfig config = clients.config(host, port, options);
        Terminal terminal = Terminal.standard();
        try (Network network = Network.open(options);
                Port outer = RunningStack.decorated(network.port(), options, terminal)) {
            var run = new SwarmRun(config, terminal, spec.commandLine().getOut(), messages.value());
            try (Clients opened =
                    clients.isShort()
                            ? new ShortSwarm(config, outer, run)
                            : new Swarm(config, outer, run)) {
                return run.run(opened, duration.nanoseconds());
            }
        }
    }
}
