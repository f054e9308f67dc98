package io.ringway.netty;

import io.ringway.tcp.CloseReason;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;

/** Why a connection did not open or is over, in the exceptions that users of Netty know. */
final class Failures {
    private Failures() {}

    static IOException ofConnecting(CloseReason reason) {
        return switch (reason) {
            case REFUSED, RESET_BY_PEER -> new ConnectException("Connection refused");
            case TIMED_OUT, KEEPALIVE_TIMED_OUT -> new ConnectException("Connection timed out");
            case UNREACHABLE -> new NoRouteToHostException("No route to host");
            case NO_RESOURCES ->
                    new ConnectException("the stack is out of frames, connections or ports");
            case STACK_CLOSED -> new ConnectException("the stack was closed");
            case CLOSED, CLOSED_WITH_DATA, ABORTED, HANDLER_FAILED ->
                    new ConnectException("the connection was closed before it opened");
        };
    }

    static IOException ofConnection(CloseReason reason) {
        return new IOException(
                switch (reason) {
                    case CLOSED -> "Connection closed";
                    case RESET_BY_PEER, REFUSED -> "Connection reset";
                    case TIMED_OUT, KEEPALIVE_TIMED_OUT -> "Connection timed out";
                    case UNREACHABLE -> "No route to host";
                    case CLOSED_WITH_DATA -> "Connection reset: octets were left unread";
                    case ABORTED -> "Connection aborted";
                    case HANDLER_FAILED -> "Connection lost to a failure of this program";
                    case NO_RESOURCES -> "the stack is out of frames or connections";
                    case STACK_CLOSED -> "the stack was closed";
                });
    }
}
