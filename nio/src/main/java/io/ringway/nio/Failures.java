package io.ringway.nio;

import io.ringway.TcpSocket;
import io.ringway.tcp.CloseReason;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/**
 * What has gone wrong in the words of the platform's sockets, because programs compare them:
 * "Connection refused", "Connection reset", "Broken pipe".
 */
final class Failures {
    private Failures() {}

    /** Why there is no connection. */
    static IOException notConnected(TcpSocket socket, Throwable failure) {
        CloseReason reason = socket.closeReason();
        IOException said =
                switch (reason == null ? CloseReason.ABORTED : reason) {
                    case REFUSED, RESET_BY_PEER -> new ConnectException("Connection refused");
                    case TIMED_OUT -> new ConnectException("Connection timed out");
                    case UNREACHABLE -> new NoRouteToHostException("No route to host");
                    default -> new ConnectException(words(failure));
                };
        said.initCause(failure);
        return said;
    }

    private static @Nullable String words(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause != null && cause.getMessage() != null
                ? cause.getMessage()
                : failure.getMessage();
    }

    /** Why nothing can be read. */
    static IOException ofRead(TcpSocket socket, IOException failure) {
        CloseReason reason = socket.closeReason();
        if (reason == CloseReason.RESET_BY_PEER) {
            return because("Connection reset", failure);
        }
        return isTimeout(reason) ? because("Connection timed out", failure) : failure;
    }

    /** Why nothing can be written. */
    static IOException ofWrite(TcpSocket socket, IOException failure) {
        CloseReason reason = socket.closeReason();
        if (reason == CloseReason.RESET_BY_PEER) {
            return because("Connection reset by peer", failure);
        }
        if (isTimeout(reason)) {
            return because("Connection timed out", failure);
        }
        return reason == null ? failure : because("Broken pipe", failure);
    }

    /**
     * What a socket says where its channel throws something of its own, or that itself where they
     * say the same.
     */
    static SocketException ofAdaptor(RuntimeException ofChannel) {
        String words =
                switch (ofChannel) {
                    case NotYetConnectedException _ -> "Socket is not connected";
                    case AlreadyConnectedException _ -> "Already connected";
                    case AlreadyBoundException _ -> "Already bound";
                    case NotYetBoundException _ -> "Socket is not bound yet";
                    case UnsupportedAddressTypeException _ -> "Unsupported address type";
                    case UnresolvedAddressException _ -> "Unresolved address";
                    default -> throw ofChannel;
                };
        return because(words, ofChannel);
    }

    /** An urgent octet has no room, and does not wait for any. */
    static SocketException noRoom() {
        return new SocketException("No buffer space available");
    }

    private static boolean isTimeout(@Nullable CloseReason reason) {
        return reason == CloseReason.TIMED_OUT || reason == CloseReason.KEEPALIVE_TIMED_OUT;
    }

    private static SocketException because(String words, Throwable cause) {
        SocketException said = new SocketException(words);
        said.initCause(cause);
        return said;
    }
}
