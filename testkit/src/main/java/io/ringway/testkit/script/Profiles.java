package io.ringway.testkit.script;

/** The defaults that scripts of the two systems take for granted, as far as our stack has them. */
final class Profiles {
    private static final long MILLI = 1_000_000;

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
        config.tcp
                .receiveBufferBytes(15 << 20)
                .sendBufferBytes(4 << 20)
                .congestionControl("cubic")
                .minRtoNs(200 * MILLI)
                .delayedAckNs(40 * MILLI);
    }

    private static void freeBsd(ScriptConfig config) {
        config.buffers(65_536, 32_768);
        config.tcp
                .bsdOptionOrder(true)
                .receiveBufferBytes(2_097_152)
                .sendBufferBytes(2_097_152)
                .congestionControl("cubic")
                .minRtoNs(30 * MILLI)
                .delayedAckNs(40 * MILLI);
    }
}
