package io.ringway.testkit.script;

import io.ringway.tcp.Ecn;
import io.ringway.wire.TcpHeader;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/** The defaults that scripts of the two systems take for granted, as far as our stack has them. */
final class Profiles {
    private static final long MILLI = 1_000_000;

    /** Slow start without a limit to what one ACK adds, as Linux has it. */
    private static final int MOST_SEGMENTS = 65_535;

    /** Octets that a socket of FreeBSD begins with for receiving. */
    private static final int RECEIVE_SPACE = 65_536;

    /** Options of sockets that only FreeBSD's have. */
    private static final Set<String> BSD_OPTIONS =
            Set.of(
                    "TCP_NOPUSH",
                    "TCP_NOOPT",
                    "TCP_KEEPINIT",
                    "TCP_CCALGO",
                    "TCP_FUNCTION_BLK",
                    "TCP_LOG",
                    "TCP_LOGID",
                    "SO_NOSIGPIPE");

    private Profiles() {}

    /** Whether a script was written for FreeBSD: its commands tell. */
    static boolean isFreeBsd(Script script) {
        return script.setup().stream().anyMatch(Profiles::isFreeBsd)
                || script.events().stream().anyMatch(event -> isOfFreeBsd(event.action()));
    }

    /** Whether a command, or all of a script, names what only FreeBSD has. */
    static boolean isFreeBsd(String text) {
        return text.contains("net.inet.")
                || text.contains("net.inet6.")
                || text.contains("kern.")
                || text.contains("kldload");
    }

    private static boolean isOfFreeBsd(Action action) {
        return switch (action) {
            case Action.Command command -> isFreeBsd(command.text());
            case Action.Packet packet ->
                    !packet.isInbound()
                            && packet.spec() instanceof PacketSpec.Tcp tcp
                            && tcp.has(TcpHeader.SYN)
                            && isBsdOrder(tcp.options());
            case Action.Call call -> isOfFreeBsd(call);
            case Action.Code _ -> false;
        };
    }

    private static boolean isOfFreeBsd(Action.Call call) {
        List<Expr> arguments = call.arguments();
        if (arguments.size() < 4 || !(arguments.get(2) instanceof Expr.Name(String name))) {
            return false;
        }
        boolean isDefaultBuffer =
                call.name().equals("getsockopt")
                        && name.equals("SO_RCVBUF")
                        && arguments.get(3) instanceof Expr.Items(List<Expr> values)
                        && values.getFirst() instanceof Expr.Num(long octets)
                        && octets == RECEIVE_SPACE;
        return isDefaultBuffer || BSD_OPTIONS.contains(name);
    }

    // Linux has the window scale behind all others, the BSDs behind the MSS.
    private static boolean isBsdOrder(@Nullable List<OptionSpec> options) {
        boolean isScaled = false;
        for (OptionSpec option : options == null ? List.<OptionSpec>of() : options) {
            isScaled |= option instanceof OptionSpec.WindowScale;
            boolean isOther =
                    option instanceof OptionSpec.SackPermitted
                            || option instanceof OptionSpec.Timestamps;
            if (isScaled && isOther) {
                return true;
            }
        }
        return false;
    }

    static void apply(ScriptConfig config) {
        config.tcp
                .initialConnections(64)
                .maxConnections(4096)
                .maxHalfOpen(256)
                .maxTimeWait(1024)
                .maxFlights(1024);
        if (config.isFreeBsd()) {
            freeBsd(config);
        } else {
            linux(config);
        }
    }

    private static void linux(ScriptConfig config) {
        config.buffers(131_072, 65_536);
        config.receiveMost(15 << 20);
        config.tcp
                .sendBufferBytes(4 << 20)
                .congestion(congestion -> congestion.withAlgorithm("cubic").withEcn(Ecn.PASSIVE))
                .minRtoNs(200 * MILLI)
                .delayedAckNs(40 * MILLI);
    }

    /**
     * What the script named defaults.sh sets, with which the public suites for Linux begin; and
     * what else these take for granted of Linux.
     */
    static void defaultsScript(ScriptConfig config) {
        config.tcp
                .congestion(congestion ->
                        congestion
                                .withEcn(Ecn.OFF)
                                .withRestartAfterIdle(false)
                                .withSlowStartSegments(MOST_SEGMENTS))
                .defence(defence -> defence.toleratesMissingTimestamps(true))
                .ways(ways -> ways.withMinRtoOfVariation(true))
                .synRetries(5)
                .synAckRetries(5);
    }

    private static void freeBsd(ScriptConfig config) {
        config.buffers(RECEIVE_SPACE, 32_768);
        config.receiveSpace = RECEIVE_SPACE;
        config.receiveMost(2_097_152);
        config.tcp
                .ways(ways ->
                        ways.withBsdOptionOrder(true)
                                .withRtoMarginNs(200 * MILLI)
                                .withEcnSynRetries(1)
                                .withCrossedFinRepeated(true))
                .synRetries(12)
                .keepAliveProbes(8)
                .maxRtoNs(64_000 * MILLI)
                .sendBufferBytes(2_097_152)
                .congestion(congestion -> congestion.withAlgorithm("cubic").withEcn(Ecn.PASSIVE))
                .minRtoNs(30 * MILLI)
                .delayedAckNs(40 * MILLI);
    }
}
