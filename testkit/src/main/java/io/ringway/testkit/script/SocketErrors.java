package io.ringway.testkit.script;

import io.ringway.tcp.CloseReason;

import org.jspecify.annotations.Nullable;

/** The errors that a socket gives for the end of its connection. Pure. */
final class SocketErrors {
    private SocketErrors() {}

    /**
     * The error's name, or null when there is none.
     *
     * @param wasConnecting whether it never was established
     * @param isEnded whether the peer had ended its stream before
     * @param options of the socket, which know whether an ICMP error was about a prohibition: to
     *     FreeBSD that is a refusal
     */
    static @Nullable String of(
            CloseReason reason, boolean wasConnecting, boolean isEnded, OptionValues options) {
        return switch (reason) {
            // To RFC 9293 a reset that comes while closing is no trouble; FreeBSD tells of it.
            case CLOSED -> options.isFreeBsd() && options.isReset() ? "ECONNRESET" : null;
            case RESET_BY_PEER -> {
                boolean isPipe = isEnded && !options.isFreeBsd();
                yield wasConnecting ? "ECONNREFUSED" : isPipe ? "EPIPE" : "ECONNRESET";
            }
            case REFUSED -> "ECONNREFUSED";
            case TIMED_OUT, KEEPALIVE_TIMED_OUT -> "ETIMEDOUT";
            case UNREACHABLE -> options.isProhibited() ? "ECONNREFUSED" : "EHOSTUNREACH";
            case ABORTED, CLOSED_WITH_DATA -> "ECONNABORTED";
            case HANDLER_FAILED, NO_RESOURCES, STACK_CLOSED -> "ENOBUFS";
        };
    }
}
