package io.ringway;

import io.ringway.tcp.CloseReason;

import org.jspecify.annotations.Nullable;

import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** What the calls of sockets throw, in words. */
final class SocketErrors {
    private SocketErrors() {}

    static SocketException closed() {
        return new SocketException("the socket is closed");
    }

    static SocketException closedWhileWaiting() {
        return new SocketException("the socket was closed by another thread meanwhile");
    }

    static SocketException notConnected() {
        return new SocketException("the socket is not connected: call connect first");
    }

    static SocketException outputShut() {
        return new SocketException("the output is shut down: nothing more can be written");
    }

    static SocketTimeoutException timedOut(String what, long timeoutNs) {
        return new SocketTimeoutException(
                what + " within " + TimeUnit.NANOSECONDS.toMillis(timeoutNs) + " ms");
    }

    static ConnectException notOpened(ExecutionException why) {
        ConnectException failure = new ConnectException(message(why));
        failure.initCause(why);
        return failure;
    }

    /** What the lane answered in place of what it was asked. */
    static SocketException refused(ExecutionException why) {
        if (why.getCause() instanceof IllegalArgumentException wrong) {
            throw wrong;
        }
        return new SocketException(message(why), why);
    }

    private static @Nullable String message(ExecutionException why) {
        Throwable cause = why.getCause();
        return cause == null ? why.getMessage() : cause.getMessage();
    }

    /** Why a connection is over, for who wants to read or write. */
    static SocketException over(@Nullable CloseReason reason) {
        if (reason == null) {
            return new SocketException("the stack was closed");
        }
        return new SocketException(
                switch (reason) {
                    case CLOSED -> "the connection is closed";
                    case RESET_BY_PEER -> "the peer reset the connection";
                    case REFUSED -> "the peer refused the connection";
                    case TIMED_OUT -> "the peer did not answer in time";
                    case KEEPALIVE_TIMED_OUT -> "the peer did not answer keep-alive probes";
                    case UNREACHABLE -> "the peer cannot be reached";
                    case CLOSED_WITH_DATA -> "the connection was reset: octets were left unread";
                    case ABORTED -> "the connection was aborted";
                    case HANDLER_FAILED -> "the connection was lost to a failure of this program";
                    case NO_RESOURCES -> "the stack is out of frames or connections";
                    case STACK_CLOSED -> "the stack was closed";
                });
    }
}
