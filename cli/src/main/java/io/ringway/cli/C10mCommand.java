package io.ringway.cli;

import io.ringway.Profile;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.cli.show.Terminal;
import io.ringway.ip.DuplicateDetection;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.testkit.swarm.Swarm;
import io.ringway.testkit.swarm.SwarmConfig;

import org.HdrHistogram.Histogram;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code ringway c10m}: ten million connections in this process. */
@Command(
        name = "c10m",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Open ten million TCP connections to a stack of ours, in this one process, and keep"
                    + " them: some are always exchanging messages, and what comes back is checked"
                    + " octet for octet.",
            "",
            "The clients are a swarm that needs nine octets for each connection, so that the memory"
                    + " you see is the server's. Both are joined in memory: it needs no privileges"
                    + " and touches no network. At the end all connections are closed."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ringway c10m --connections 1m --duration 5s",
            "  ringway c10m --connections 10m --active 2 --every 500ms"
        })
final class C10mCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = {"-n", "--connections"},
            paramLabel = "COUNT",
            order = 1,
            defaultValue = "10m",
            description = "How many: 100k, 10m (default: ${DEFAULT-VALUE}).")
    private Count connections = new Count(10_000_000);

    @Option(
            names = "--active",
            paramLabel = "PERCENT",
            order = 2,
            defaultValue = "1",
            description =
                    "How many of a hundred exchange messages at a time (default:"
                            + " ${DEFAULT-VALUE}).")
    private double activePercent;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            order = 3,
            defaultValue = "1s",
            description =
                    "Time between two messages of an active connection (default:"
                            + " ${DEFAULT-VALUE}).")
    private StackOptions.Interval every = new StackOptions.Interval(1_000_000_000);

    @Option(
            names = "--size",
            paramLabel = "OCTETS",
            order = 4,
            defaultValue = "64",
            description = "Octets of a message (default: ${DEFAULT-VALUE}).")
    private int octets;

    @Option(
            names = "--opens",
            paramLabel = "COUNT",
            order = 5,
            defaultValue = "0",
            description = "Opens in a second at most; 0 for no limit (default: ${DEFAULT-VALUE}).")
    private Count opens = new Count(0);

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            order = 6,
            defaultValue = "20s",
            description = "How long all of them are held (default: ${DEFAULT-VALUE}).")
    private StackOptions.Interval duration = new StackOptions.Interval(20_000_000_000L);

    @Option(
            names = "--verify",
            paramLabel = "COUNT",
            order = 7,
            defaultValue = "100k",
            description =
                    "Connections, spread over all, that must answer at the end (default:"
                            + " ${DEFAULT-VALUE}).")
    private Count verified = new Count(100_000);

    @Option(
            names = "--verify-all",
            order = 8,
            description = "Every connection must answer at the end, each once.")
    private boolean isVerifyingAll;

    @Override
    public Integer call() {
        SwarmConfig config = swarmConfig();
        LinkConfig wire =
                LinkConfig.builder()
                        .isThreaded(true)
                        .queueFrames(4096)
                        .transitOctets(8 << 20)
                        .build();
        Histogram lastSecond = new Histogram(1_000, 60_000_000_000L, 3);
        try (LinkPort.Pair link = LinkPort.pair(wire);
                Stack stack = Stack.open(stackConfig(config.connections()), link.a())) {
            Swarm swarm =
                    new Swarm(
                            config,
                            link.b(),
                            ns -> lastSecond.recordValue(Math.min(ns, 60_000_000_000L)));
            stack.listen(config.serverPort(), new EchoHandler());
            stack.start();
            // The swarm's thread is this one, and it ends before the stack does.
            try (swarm) {
                var run =
                        new C10mRun(
                                config,
                                swarm,
                                stack,
                                lastSecond,
                                Terminal.standard(),
                                spec.commandLine().getOut());
                return run.run(duration.nanoseconds(), verified());
            }
        }
    }

    private int verified() {
        return isVerifyingAll ? connections.value() : verified.value();
    }

    private SwarmConfig swarmConfig() {
        if (!(activePercent >= 0 && activePercent <= 100)) {
            throw Failure.usage("--active is a percentage, from 0 to 100; given " + activePercent);
        }
        int count = connections.value();
        try {
            return SwarmConfig.builder()
                    .connections(count)
                    .active((int) Math.ceil(count * activePercent / 100))
                    .thinkNs(every.nanoseconds())
                    .octets(octets)
                    .opensPerSecond(opens.value())
                    .timeoutNs(3_000_000_000L)
                    .build();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage()));
        }
    }

    private static StackConfig stackConfig(int connections) {
        int most = connections + 1024;
        return StackConfig.builder(Profile.C10M)
                .address("198.18.0.1/24")
                .gateway("198.18.0.2")
                .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                .tcp(tcp -> tcp.initialConnections(Math.min(1 << 16, most)).maxConnections(most))
                .smallFrames(32 * 1024)
                .build();
    }
}
