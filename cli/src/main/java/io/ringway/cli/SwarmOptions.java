package io.ringway.cli;

import io.ringway.testkit.swarm.SwarmConfig;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** How many clients there are, where they come from, and what they do. */
final class SwarmOptions {
    /** How far the first client's address is from the swarm's own, unless the user says. */
    private static final int DISTANCE = 14;

    private static final long SECOND_NS = 1_000_000_000L;

    @Option(
            names = {"-n", "--connections"},
            paramLabel = "COUNT",
            order = 1,
            defaultValue = "1000",
            description =
                    "Connections, all open at once; with --short, how many there are at a time:"
                            + " 500, 100k, 2m (default: ${DEFAULT-VALUE}).")
    private Count connections = new Count(1000);

    @Option(
            names = "--active",
            paramLabel = "PERCENT",
            order = 2,
            defaultValue = "100",
            description =
                    "How many of a hundred exchange messages at a time (default:"
                            + " ${DEFAULT-VALUE}).")
    private double activePercent = 100;

    @Option(
            names = "--rate",
            paramLabel = "COUNT",
            order = 3,
            defaultValue = "0",
            description =
                    "Requests in a second over all connections; with --short, connections in a"
                            + " second. 0: the next one when the reply is there (default:"
                            + " ${DEFAULT-VALUE}).")
    private Count rate = new Count(0);

    @Option(
            names = "--size",
            paramLabel = "OCTETS",
            order = 4,
            defaultValue = "64",
            description = "Octets of a request and of its reply (default: ${DEFAULT-VALUE}).")
    private int octets = 64;

    @Option(
            names = "--short",
            order = 5,
            description = "Each connection makes one request and is closed: connect, ask, close.")
    private boolean isShort;

    @Option(
            names = "--opens",
            paramLabel = "COUNT",
            order = 6,
            defaultValue = "0",
            description =
                    "Opens in a second at the beginning; 0 for as many as the server takes"
                            + " (default: ${DEFAULT-VALUE}).")
    private Count opens = new Count(0);

    @Option(
            names = "--turnover",
            paramLabel = "COUNT",
            order = 7,
            defaultValue = "0",
            description =
                    "Connections at rest that are closed and opened again in a second (default:"
                            + " ${DEFAULT-VALUE}).")
    private Count turnover = new Count(0);

    @Option(
            names = "--clients",
            paramLabel = "ADDRESS",
            order = 8,
            description =
                    "Address of the first clients; others follow where there are more than 60,000"
                            + " connections. Default: 14 above the swarm's own, which is the"
                            + " --address.")
    private @Nullable IpAddress firstClient;

    @Option(
            names = "--addresses",
            paramLabel = "COUNT",
            order = 9,
            defaultValue = "1",
            description =
                    "Addresses to spread the clients over, at least (default: ${DEFAULT-VALUE}).")
    private Count addresses = new Count(1);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            order = 9,
            defaultValue = "1s",
            description =
                    "How long a client waits for an answer before it sends again (default:"
                            + " ${DEFAULT-VALUE}).")
    private StackOptions.Interval timeout = new StackOptions.Interval(SECOND_NS);

    boolean isShort() {
        return isShort;
    }

    /** All of it for a server, on the network that {@code options} describe. */
    SwarmConfig config(IpAddress server, int port, StackOptions options) {
        if (!(activePercent >= 0 && activePercent <= 100)) {
            throw Failure.usage("--active is a percentage, from 0 to 100; given " + activePercent);
        }
        if (isShort && (turnover.value() > 0 || opens.value() > 0)) {
            throw Failure.usage("--short has neither --opens nor --turnover: give --rate");
        }
        boolean isIpv4 = server.isIpv4();
        IpAddress own = options.address(isIpv4);
        if (own == null) {
            throw Failure.usage(
                    "--address has to be of the server's version as well; the server is " + server);
        }
        IpAddress router = options.gateway(isIpv4);
        IpAddress first =
                firstClient != null ? firstClient : new IpAddress(own.high(), own.low() + DISTANCE);
        int count = connections.value();
        int active = isShort ? 0 : (int) Math.ceil(count * activePercent / 100);
        int requests = rate.value();
        int opensPerSecond = isShort ? requests : opens.value();
        long thinkNs = requests == 0 ? 0 : Math.max(1, SECOND_NS * active / requests);
        try {
            return SwarmConfig.builder()
                    .connections(count)
                    .server(server, port)
                    .nextHop(router != null ? router : server)
                    .clients(own, first)
                    .clientAddresses(addresses.value())
                    .opensPerSecond(opensPerSecond)
                    .turnoverPerSecond(turnover.value())
                    .active(active)
                    .thinkNs(thinkNs)
                    .octets(octets)
                    .timeoutNs(timeout.nanoseconds())
                    .build();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage()));
        }
    }
}
