package io.ringway.testkit.script;

import io.ringway.wire.TcpHeader;

import java.util.HashSet;
import java.util.Set;

/** Looks ahead in a script for what must be known before it is played. */
final class ScriptPrescan {
    private final Script script;

    ScriptPrescan(Script script) {
        this.script = script;
    }

    /** Whether a connection is opened behind the event of this index. */
    boolean hasOpeningAfter(int index) {
        return script.events().stream()
                .skip(index + 1L)
                .anyMatch(event ->
                        switch (event.action()) {
                            case Action.Packet(boolean isInbound, PacketSpec.Tcp tcp) ->
                                    isInbound && tcp.isFirstSyn();
                            case Action.Call call ->
                                    call.name().equals("socket") || call.name().equals("listen");
                            default -> false;
                        });
    }

    /** Whether the script sets TCP_FASTOPEN, which it may do after it has called listen. */
    boolean hasFastOpenServer() {
        return script.events().stream()
                .anyMatch(event ->
                        event.action() instanceof Action.Call call
                                && call.name().equals("setsockopt")
                                && call.arguments().size() == 5
                                && call.arguments().get(2) instanceof Expr.Name(String name)
                                && name.equals("TCP_FASTOPEN"));
    }

    /**
     * The cookies that peers bring without having been given them, and with which the script has
     * data taken: what it regards as the stack's own, by a key that it knows.
     */
    Set<String> ownCookies() {
        Set<String> cookies = new HashSet<>();
        String brought = "";
        long seq = 0;
        for (Script.Event event : script.events()) {
            if (!(event.action() instanceof Action.Packet(boolean isInbound, PacketSpec.Tcp tcp))
                    || !tcp.has(TcpHeader.SYN)) {
                continue;
            }
            if (isInbound) {
                brought = tcp.has(TcpHeader.ACK) ? "" : cookie(tcp);
                seq = tcp.seq();
            } else if (!brought.isEmpty() && tcp.has(TcpHeader.ACK) && tcp.ack() > seq + 1) {
                cookies.add(brought);
            }
        }
        return cookies;
    }

    private static String cookie(PacketSpec.Tcp segment) {
        if (segment.options() != null) {
            for (OptionSpec option : segment.options()) {
                if (option instanceof OptionSpec.FastOpen fastOpen) {
                    return fastOpen.cookie();
                }
            }
        }
        return "";
    }

    /** Whether a packet has the option by which Fast Open was tried before it had a number. */
    boolean hasExperimentalFastOpen() {
        return script.events().stream()
                .anyMatch(event ->
                        event.action() instanceof Action.Packet(boolean _, PacketSpec.Tcp tcp)
                                && tcp.options() != null
                                && tcp.options().stream()
                                        .anyMatch(option ->
                                                option instanceof OptionSpec.FastOpen fastOpen
                                                        && fastOpen.isExperimental()));
    }

    /** The MSS in the first SYN that the stack receives, or 0 when there is none. */
    int peerMss() {
        for (Script.Event event : script.events()) {
            if (event.action() instanceof Action.Packet(boolean isInbound, PacketSpec.Tcp tcp)
                    && isInbound
                    && tcp.has(TcpHeader.SYN)
                    && tcp.options() != null) {
                for (OptionSpec option : tcp.options()) {
                    if (option instanceof OptionSpec.Mss(int octets)) {
                        return octets;
                    }
                }
            }
        }
        return 0;
    }
}
