package io.ringway;

import io.ringway.tcp.TcpState;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Waits until a socket that was closed has delivered everything (SO_LINGER). */
final class Delivery {
    private static final long FIRST_NAP_NS = 200_000;
    private static final long LONGEST_NAP_NS = 50_000_000;

    private Delivery() {}

    /**
     * Returns when all is acknowledged or the connection over, when {@code deadlineNs} has come, or
     * when the thread is interrupted. Nothing tells when a FIN is acknowledged, and who lingers is
     * rare: so the lane is asked now and then.
     */
    static void await(LaneSocket socket, long deadlineNs) {
        if (socket.lane().isOnLane()) {
            return;
        }
        long napNs = FIRST_NAP_NS;
        while (System.nanoTime() < deadlineNs && !Thread.currentThread().isInterrupted()) {
            if (socket.reason() != null || isDone(socket)) {
                return;
            }
            LockSupport.parkNanos(napNs);
            napNs = Math.min(2 * napNs, LONGEST_NAP_NS);
        }
    }

    private static boolean isDone(LaneSocket socket) {
        CompletableFuture<TcpState> state = new CompletableFuture<>();
        socket.tell(new SocketVerb.Control<>(socket, TcpConnection::state, state));
        return state.handle((now, over) ->
                        over != null || now == TcpState.FIN_WAIT_2 || now == TcpState.TIME_WAIT)
                .join();
    }
}
