package io.ringway.cli;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.cli.show.Terminal;
import io.ringway.ip.DuplicateDetection;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.testkit.swarm.SoakWatch;
import io.ringway.testkit.swarm.Swarm;
import io.ringway.testkit.swarm.SwarmConfig;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code ringway soak}: full load for long, and then nothing may be left of it. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Keep a stack of ours under full load over a bad link, in memory: messages as fast as"
                + " replies come, connections that close and open again, flows that move from lane"
                + " to lane. Every octet is checked. At the end every connection must answer once"
                + " more, all are closed, and nothing may be left: no connection, no frame.",
            "",
            "It needs no privileges and touches no network."
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing was lost, nothing stood still, nothing is left",
            "1:something was: the table says what"
        },
        footerHeading = "%nExamples:%n",
        footer = "  ringway soak --duration 10m --lanes 2")
final class SoakCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            order = 1,
            defaultValue = "1m",
            description = "How long (default: ${DEFAULT-VALUE}).")
    private StackOptions.Interval duration = new StackOptions.Interval(60_000_000_000L);

    @Option(
            names = {"-n", "--connections"},
            paramLabel = "COUNT",
            order = 2,
            defaultValue = "10k",
            description = "Connections (default: ${DEFAULT-VALUE}).")
    private Count connections = new Count(10_000);

    @Option(
            names = "--active",
            paramLabel = "COUNT",
            order = 3,
            defaultValue = "500",
            description =
                    "Connections that exchange messages at a time (default: ${DEFAULT-VALUE}).")
    private Count active = new Count(500);

    @Option(
            names = "--turnover",
            paramLabel = "COUNT",
            order = 4,
            defaultValue = "1k",
            description =
                    "Connections closed and opened again in a second (default: ${DEFAULT-VALUE}).")
    private Count turnover = new Count(1000);

    @Option(
            names = "--size",
            paramLabel = "OCTETS",
            order = 5,
            defaultValue = "512",
            description = "Octets of a message (default: ${DEFAULT-VALUE}).")
    private int octets;

    @Option(
            names = "--lanes",
            paramLabel = "COUNT",
            order = 6,
            defaultValue = "2",
            description = "Lanes of the stack (default: ${DEFAULT-VALUE}).")
    private int lanes;

    @Option(
            names = "--moves",
            paramLabel = "COUNT",
            order = 7,
            defaultValue = "8",
            description =
                    "Buckets of flows that move to another lane in a second (default:"
                            + " ${DEFAULT-VALUE}).")
    private Count moves = new Count(8);

    @Option(
            names = "--impair",
            paramLabel = "WHAT",
            order = 8,
            defaultValue = "loss=0.1%,delay=1ms,jitter=200us,reorder=1%,duplicate=0.1%,seed=7",
            description =
                    "What the link does, each way, as with other commands (default:"
                            + " ${DEFAULT-VALUE}).")
    private ImpairmentConfig impairment = ImpairmentConfig.parse("loss=0%");

    @Override
    public Integer call() {
        SwarmConfig config = swarmConfig();
        LinkConfig wire =
                LinkConfig.builder()
                        .isThreaded(true)
                        .queueFrames(4096)
                        .transitOctets(8 << 20)
                        .build();
        SoakWatch watch = new SoakWatch();
        try (LinkPort.Pair link = LinkPort.pair(wire);
                Stack stack = Stack.open(stackConfig(), link.a());
                Swarm swarm = new Swarm(config, new ImpairmentPort(link.b(), impairment), watch)) {
            stack.listen(config.serverPort(), new EchoHandler());
            stack.start();
            var run = new SoakRun(config, swarm, stack, watch, moves.value(), Terminal.standard());
            return run.run(duration.nanoseconds(), spec.commandLine().getOut());
        }
    }

    private SwarmConfig swarmConfig() {
        try {
            return SwarmConfig.builder()
                    .connections(connections.value())
                    .active(active.value())
                    .thinkNs(0)
                    .octets(octets)
                    .turnoverPerSecond(turnover.value())
                    .timeoutNs(1_000_000_000L)
                    .build();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage()));
        }
    }

    private StackConfig stackConfig() {
        try {
            return StackConfig.builder()
                    .address("198.18.0.1/24")
                    .gateway("198.18.0.2")
                    .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                    .tcp(tcp -> tcp.maxConnections(2 * connections.value() + 1024))
                    .smallFrames(32 * 1024)
                    .lanes(lanes)
                    .build();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage()));
        }
    }
}
