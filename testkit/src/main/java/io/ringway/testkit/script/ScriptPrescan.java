package io.ringway.testkit.script;

import io.ringway.wire.TcpHeader;

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
