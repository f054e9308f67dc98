package io.ringway.cli;

import io.ringway.cli.show.Terminal;
import io.ringway.linux.TapOffloads;
import io.ringway.port.ImpairmentConfig;
import io.ringway.wire.IpPrefix;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code ringway bridge}: a bad path between two kernels. */
@Command(
        name = "bridge",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Join two kernels by a path that loses, delays, reorders, duplicates, corrupts and"
                    + " limits, with a seed that repeats it: what netem does, without its module.",
            "",
            "It makes two network namespaces, a and b, with a TAP in each, and forwards between"
                + " them. With a COMMAND it runs that in a, and ends with its exit status; without"
                + " one it says how to enter the namespaces, and runs until Ctrl-C. 'up' is from a"
                + " to b, 'down' from b to a."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nWhat a path can be:%n",
        footer = {
            "  loss=1%%          frames lost            delay=20ms    time on the way, each way",
            "  duplicate=1%%     frames arriving twice  jitter=5ms    by how much that varies",
            "  corrupt=0.1%%     one bit flipped        rate=100mbit  bits a second",
            "  reorder=2%%       frames 1 to 3 late     queue=200     frames that wait for the"
                    + " rate",
            "  seed=7           of all decisions",
            "",
            "Examples:",
            "  ringway bridge --impair delay=20ms,loss=1%%,seed=7 ping -c 5 198.18.0.2",
            "  ringway bridge --impair-up rate=100mbit,queue=165,delay=10ms --impair-down"
                    + " delay=10ms \\",
            "      --server 'iperf3 -s' --stats 1s -- iperf3 -c 198.18.0.2",
            "  ringway bridge --netns-a left --netns-b right --impair loss=3%%,delay=50ms",
            "",
            "In COMMAND and --server, $RINGWAY_A and $RINGWAY_B are the addresses of the two ends."
        })
final class BridgeCommand implements Callable<Integer> {
    private static final int LEAST_MTU = 68;
    private static final int LARGEST_MTU = 65_521;
    private static final int LEAST_MTU_IPV6 = 1280;

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "Program to run in namespace a, with its arguments.")
    private List<String> command = List.of();

    @Option(
            names = "--server",
            paramLabel = "LINE",
            order = 1,
            description =
                    "Shell command to run in namespace b meanwhile; COMMAND begins when it"
                            + " listens.")
    private @Nullable String server;

    @Option(
            names = "--impair",
            paramLabel = "WHAT",
            order = 2,
            description = "What is bad about the path, each way; see below.")
    private ImpairmentConfig both = ImpairmentConfig.NONE;

    @Option(
            names = "--impair-up",
            paramLabel = "WHAT",
            order = 3,
            description = "Only from a to b, instead of --impair.")
    private @Nullable ImpairmentConfig up;

    @Option(
            names = "--impair-down",
            paramLabel = "WHAT",
            order = 4,
            description = "Only from b to a, instead of --impair.")
    private @Nullable ImpairmentConfig down;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            order = 5,
            description = "End after this time: 30s, 5m.")
    private StackOptions.@Nullable Interval duration;

    @Option(
            names = "--netns-a",
            paramLabel = "NAME",
            order = 10,
            description =
                    "Name of namespace a, as in 'ip netns'; it is made when it is not there, and"
                            + " then removed at the end.")
    private @Nullable String netnsA;

    @Option(names = "--netns-b", paramLabel = "NAME", order = 11, description = "The same for b.")
    private @Nullable String netnsB;

    @Option(
            names = "--tap-a",
            paramLabel = "NAME",
            order = 12,
            description =
                    "Name of the TAP in a. Without --netns-a it is in this process's own namespace,"
                            + " and gets no address but those of --address-a.")
    private @Nullable String tapA;

    @Option(names = "--tap-b", paramLabel = "NAME", order = 13, description = "The same for b.")
    private @Nullable String tapB;

    @Option(
            names = "--address-a",
            paramLabel = "CIDR",
            order = 14,
            description =
                    "Address of the kernel at a, with its network; may be given several times."
                            + " Default: 198.18.0.1/24 and 2001:2::1/64.")
    private @Nullable List<IpPrefix> addressesA;

    @Option(
            names = "--address-b",
            paramLabel = "CIDR",
            order = 15,
            description = "The same for b. Default: 198.18.0.2/24 and 2001:2::2/64.")
    private @Nullable List<IpPrefix> addressesB;

    @Option(
            names = "--mtu",
            paramLabel = "OCTETS",
            order = 16,
            description = "Octets of the largest IP packet (default: ${DEFAULT-VALUE}).")
    private int mtu = 1500;

    @Option(
            names = "--offload",
            order = 17,
            description =
                    "Let the kernels leave segmentation and checksums to us: faster, and still"
                            + " impaired segment by segment.")
    private boolean isOffloading;

    @Option(
            names = "--pcap",
            paramLabel = "FILE",
            order = 20,
            description = "Record what a sends, before the path, and what it gets, after it.")
    private @Nullable Path pcapA;

    @Option(names = "--pcap-b", paramLabel = "FILE", order = 21, description = "The same for b.")
    private @Nullable Path pcapB;

    @Option(
            names = "--stats",
            paramLabel = "INTERVAL",
            order = 22,
            description = "Print a line of statistics this often, on standard error: 1s, 500ms.")
    private StackOptions.@Nullable Interval stats;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Terminal terminal = Terminal.standard();
        try (BridgeRun run =
                BridgeRun.open(
                        wish("a", netnsA, tapA, addressesA, "198.18.0.1/24", "2001:2::1/64"),
                        wish("b", netnsB, tapB, addressesB, "198.18.0.2/24", "2001:2::2/64"),
                        (a, b) ->
                                BridgePath.open(
                                        a.port(),
                                        b.port(),
                                        up == null ? both : up,
                                        down == null ? both : down,
                                        pcapA,
                                        pcapB),
                        terminal,
                        stats == null ? 0 : stats.nanoseconds())) {
            long limitNs = duration == null ? Long.MAX_VALUE : duration.nanoseconds();
            return command.isEmpty()
                    ? run.untilInterrupted(limitNs, server, spec.commandLine().getOut())
                    : run.command(command, server, limitNs);
        }
    }

    private void check() {
        if (mtu < LEAST_MTU || mtu > LARGEST_MTU) {
            throw Failure.usage(
                    "--mtu has to be from "
                            + LEAST_MTU
                            + " to "
                            + LARGEST_MTU
                            + " octets; given "
                            + mtu);
        }
        if (netnsA != null && netnsA.equals(netnsB)) {
            throw Failure.usage(
                    "--netns-a and --netns-b have to differ: in one namespace the kernel does not"
                            + " send to itself over a wire; given "
                            + netnsA
                            + " for both");
        }
        if (pcapA != null && pcapA.equals(pcapB)) {
            throw Failure.usage("--pcap and --pcap-b are two files; given " + pcapA + " for both");
        }
    }

    private BridgeEnd.Wish wish(
            String letter,
            @Nullable String netns,
            @Nullable String tap,
            @Nullable List<IpPrefix> addresses,
            String ipv4,
            String ipv6) {
        List<IpPrefix> given = addresses;
        if (given == null) {
            boolean isHere = netns == null && tap != null;
            given = isHere ? List.of() : List.of(IpPrefix.parse(ipv4), IpPrefix.parse(ipv6));
            given = mtu < LEAST_MTU_IPV6 && !isHere ? given.subList(0, 1) : given;
        }
        return new BridgeEnd.Wish(
                letter, netns, tap, given, mtu, isOffloading ? TapOffloads.ALL : TapOffloads.NONE);
    }
}
