package io.ringway.testkit.script;

import io.ringway.tcp.Ecn;

/** The defaults that scripts of the two systems take for granted, as far as our stack has them. */
final class Profiles {
    private static final long MILLI = 1_000_000;

    /** Slow start without a limit to what one ACK adds, as Linux has it. */
    private static final int MOST_SEGMENTS = 65_535;

    private Profiles() {}

    /** Whether a script was written for FreeBSD: its commands tell. */
    static boolean isFreeBsd(Script script) {
        boolean isSetUpSo = script.setup().stream().anyMatch(Profiles::isOfFreeBsd);
        return isSetUpSo
                || script.events().stream()
                        .anyMatch(event ->
                                event.action() instanceof Action.Command command
                                        && isOfFreeBsd(command.text()));
    }

    private static boolean isOfFreeBsd(String command) {
        return command.contains("net.inet.")
                || command.contains("net.inet6.")
                || command.contains("kern.")
                || command.contains("kldload");
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
        config.isFastOpenForAll = true;
        config.tcp
                .congestion(congestion ->
                        congestion
                                .withEcn(Ecn.OFF)
                                .withRestartAfterIdle(false)
                                .withSlowStartSegments(MOST_SEGMENTS))
                .defence(defence -> defence.toleratesMissingTimestamps(true))
                .minRtoOfVariation(true)
                .synRetries(5)
                .synAckRetries(5);
    }

    private static void freeBsd(ScriptConfig config) {
        config.buffers(65_536, 32_768);
        config.receiveSpace = 65_536;
        config.receiveMost(2_097_152);
        config.tcp
                .bsdOptionOrder(true)
                .sendBufferBytes(2_097_152)
                .congestion(congestion -> congestion.withAlgorithm("cubic").withEcn(Ecn.PASSIVE))
                .minRtoNs(30 * MILLI)
                .delayedAckNs(40 * MILLI);
    }
}
