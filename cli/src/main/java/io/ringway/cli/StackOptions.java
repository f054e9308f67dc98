package io.ringway.cli;

import static java.util.stream.Collectors.joining;

import io.ringway.IdleStrategy;
import io.ringway.LanesConfig;
import io.ringway.Profile;
import io.ringway.StackConfig;
import io.ringway.cli.show.Units;
import io.ringway.ip.DuplicateDetection;
import io.ringway.linux.PortRange;
import io.ringway.linux.PortSpec;
import io.ringway.port.ImpairmentConfig;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The options of every command that runs a stack: where it is attached, what it is called, what is
 * recorded of it.
 */
final class StackOptions {
    private static final List<IpPrefix> ADDRESSES =
            List.of(IpPrefix.parse("198.18.0.2/24"), IpPrefix.parse("2001:2::2/64"));
    private static final List<IpPrefix> HOST_ADDRESSES =
            List.of(IpPrefix.parse("198.18.0.1/24"), IpPrefix.parse("2001:2::1/64"));
    private static final int LEAST_MTU = 68;
    private static final int LEAST_MTU_IPV6 = 1280;
    private static final int LARGEST_MTU = 65_521;

    @Option(
            names = "--tap",
            paramLabel = "NAME",
            order = 10,
            description =
                    "TAP interface to use; it is made when it is not there. Without this option and"
                            + " --netns the stack gets a private network namespace, which ends with"
                            + " it.")
    private @Nullable String tap;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            order = 9,
            description =
                    "What the stack is attached to: a TAP (tap0), or an interface that stays the"
                            + " kernel's as well, by packet:eth0, xdp:eth0 or the better of both,"
                            + " auto:eth0. Options follow: queues=2, mode=native (xdp), and"
                            + " ports=80+8000-8100, which are ours where the kernel has the"
                            + " address too; connections are opened from a range of them.")
    private @Nullable PortSpec port;

    @Option(
            names = "--netns",
            paramLabel = "NAME",
            order = 11,
            description =
                    "Network namespace of the TAP, as in 'ip netns'; it is made when it is not"
                            + " there, and then removed at the end.")
    private @Nullable String netns;

    @Option(
            names = "--address",
            paramLabel = "CIDR",
            order = 12,
            description =
                    "Address of the stack with its network; give it several times for several"
                            + " addresses. Default: 198.18.0.2/24 and 2001:2::2/64.")
    private @Nullable List<IpPrefix> addresses;

    @Option(
            names = "--host-address",
            paramLabel = "CIDR",
            order = 13,
            description =
                    "Address of the kernel's end of a TAP that we make. Default: 198.18.0.1/24 and"
                            + " 2001:2::1/64.")
    private @Nullable List<IpPrefix> hostAddresses;

    @Option(
            names = "--gateway",
            paramLabel = "ADDRESS",
            order = 14,
            description = "Router for everything that is not on the network of an address.")
    private @Nullable List<IpAddress> gateways;

    @Option(
            names = "--mtu",
            paramLabel = "OCTETS",
            order = 15,
            description = "Octets of the largest IP packet (default: ${DEFAULT-VALUE}).")
    private int mtu = 1500;

    @Option(
            names = {"--cc", "--congestion"},
            paramLabel = "NAME",
            order = 20,
            description = "Congestion control: cubic (default), newreno, bbr or dctcp.")
    private @Nullable String congestion;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            order = 21,
            description = "Preset: default, latency, c10m, capture or wan.")
    private Profile profile = Profile.DEFAULT;

    @Option(
            names = "--idle",
            paramLabel = "HOW",
            order = 22,
            description =
                    "What a lane does when idle: spin, spin-then-poll or poll (default: as the"
                            + " profile says).")
    private @Nullable IdleStrategy idle;

    @Option(
            names = "--lanes",
            paramLabel = "COUNT",
            order = 23,
            description =
                    "Lanes, each with a thread of its own; flows are dealt to them (default: as"
                            + " many as --cores, or one).")
    private @Nullable Integer lanes;

    @Option(
            names = {"--cores", "--pin"},
            paramLabel = "CPU",
            split = ",",
            order = 24,
            description = "Keep each lane on one of these processors: 0,1.")
    private List<Integer> cores = List.of();

    @Option(
            names = "--balance",
            order = 25,
            description =
                    "Move flows from busy lanes to idle ones each second ('ringway lanes' shows"
                            + " them).")
    private boolean isBalanced;

    @Option(
            names = "--pcap",
            paramLabel = "FILE",
            order = 30,
            description = "Record every frame to a pcapng file, for Wireshark and tshark.")
    private @Nullable Path pcap;

    @Option(
            names = "--trace",
            order = 31,
            description = "Print every frame on standard error, as tcpdump does.")
    private boolean isTracing;

    @Option(
            names = "--impair",
            paramLabel = "WHAT",
            order = 32,
            description =
                    "Make the network worse, each way and repeatably: loss=1%%,delay=20ms,seed=7;"
                            + " further jitter=, reorder=, duplicate=, corrupt=, rate=, queue=.")
    private @Nullable ImpairmentConfig impairment;

    @Option(
            names = "--stats",
            paramLabel = "INTERVAL",
            order = 33,
            description = "Print a line of statistics this often, on standard error: 1s, 500ms.")
    private @Nullable Interval stats;

    /** A duration on the command line. */
    record Interval(long nanoseconds) {
        static Interval parse(String text) {
            long nanoseconds = Units.parseDurationNs(text);
            if (nanoseconds < 1_000_000) {
                throw new IllegalArgumentException("an interval is at least 1ms; given " + text);
            }
            return new Interval(nanoseconds);
        }
    }

    @Nullable String tap() {
        return port != null && port.kind() == PortSpec.Kind.TAP ? port.interfaceName() : tap;
    }

    /** What the user gave; a TAP by its name is {@link #tap}'s. */
    @Nullable PortSpec port() {
        if (port != null && tap != null) {
            throw Failure.usage("--tap NAME is the same as --port NAME: give one of them");
        }
        return port;
    }

    /** A port to listen on; it is ours where the kernel has an address of ours too. */
    void listensOn(int number) {
        if (port != null) {
            List<PortRange> ports = new ArrayList<>(port.ports());
            ports.add(new PortRange(number, number));
            port =
                    new PortSpec(
                            port.kind(), port.interfaceName(), port.mode(), port.queues(), ports);
        }
    }

    @Nullable String netns() {
        return netns;
    }

    @Nullable Path pcap() {
        return pcap;
    }

    boolean isTracing() {
        return isTracing;
    }

    @Nullable ImpairmentConfig impairment() {
        return impairment;
    }

    @Nullable Interval stats() {
        return stats;
    }

    /** The MTU. */
    int mtu() {
        if (mtu < LEAST_MTU || mtu > LARGEST_MTU) {
            throw Failure.usage(
                    "--mtu has to be from "
                            + LEAST_MTU
                            + " to "
                            + LARGEST_MTU
                            + " octets; given "
                            + mtu);
        }
        return mtu;
    }

    /**
     * The stack's addresses; with an MTU that IPv6 cannot have, its default address is left out.
     */
    List<IpPrefix> addresses() {
        return addresses != null ? addresses : fitting(ADDRESSES);
    }

    /** The addresses of the kernel's end, if we make it. */
    List<IpPrefix> hostAddresses() {
        return hostAddresses != null ? hostAddresses : fitting(HOST_ADDRESSES);
    }

    private List<IpPrefix> fitting(List<IpPrefix> defaults) {
        return mtu >= LEAST_MTU_IPV6 ? defaults : defaults.subList(0, 1);
    }

    /** The stack's address of a version: what a client is told to type. */
    @Nullable IpAddress address(boolean isIpv4) {
        return addresses().stream()
                .map(IpPrefix::address)
                .filter(address -> address.isIpv4() == isIpv4)
                .findFirst()
                .orElse(null);
    }

    /** The router for packets of a version, if there is one. */
    @Nullable IpAddress gateway(boolean isIpv4) {
        return gateways == null
                ? null
                : gateways.stream()
                        .filter(gateway -> gateway.isIpv4() == isIpv4)
                        .findFirst()
                        .orElse(null);
    }

    /** What the stack is told. */
    StackConfig config() {
        StackConfig.Builder builder = StackConfig.builder(profile);
        addresses().forEach(builder::address);
        if (gateways != null) {
            gateways.forEach(gateway -> builder.gateway(neighbour(gateway)));
        }
        if (congestion != null) {
            builder.congestionControl(congestion);
        }
        if (idle != null) {
            builder.idle(idle);
        }
        builder.lanes(this::lanes);
        if (tap == null && port == null) {
            // Nobody else is on a wire that we have just made, so nobody has to be asked whether
            // our
            // addresses are free.
            builder.ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF));
        }
        localPorts(builder);
        return builder.build();
    }

    /** Where the kernel has our address too, connections are opened from ports that are ours. */
    private void localPorts(StackConfig.Builder builder) {
        if (port == null) {
            return;
        }
        for (PortRange range : port.ports()) {
            if (range.last() > range.first()) {
                builder.tcp(tcp ->
                        tcp.defence(defence -> defence.localPorts(range.first(), range.last())));
            }
        }
    }

    /** How many lanes there are, and where. */
    private LanesConfig lanes(LanesConfig defaults) {
        if (lanes != null && !cores.isEmpty() && lanes != cores.size()) {
            throw Failure.usage(
                    "--cores has to name a processor for each of the "
                            + lanes
                            + " lanes; given "
                            + cores);
        }
        try {
            LanesConfig dealt = lanes == null ? defaults : defaults.withCount(lanes);
            dealt = dealt.withBalanced(isBalanced);
            return cores.isEmpty() ? dealt : dealt.withCores(cores);
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage()));
        }
    }

    /** A router that is on no network of ours could never be asked for. */
    private IpAddress neighbour(IpAddress gateway) {
        boolean isNeighbour =
                gateway.isLinkLocal()
                        || addresses().stream().anyMatch(prefix -> prefix.contains(gateway));
        if (!isNeighbour) {
            throw Failure.usage(
                    "--gateway has to be on the network of an address, "
                            + addresses().stream().map(IpPrefix::toString).collect(joining(" or "))
                            + "; given "
                            + gateway);
        }
        return gateway;
    }

    /** What the demo sets by itself. */
    static StackOptions impaired(ImpairmentConfig config) {
        StackOptions options = new StackOptions();
        options.impairment = config.isNone() ? null : config;
        return options;
    }
}
