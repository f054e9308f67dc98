package io.ringway;

import io.ringway.memory.Counter;
import io.ringway.memory.SpscRing;
import io.ringway.tcp.CloseReason;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The connections of a {@link TcpServerSocket} on one lane that nobody has accepted yet; and the
 * message "accept": tell me when there is one. The lane puts in, one acceptor at a time takes out.
 *
 * <p>As a message it is under way, or waits on the lane for its answer, once at most. So whoever
 * accepts asks all lanes, those that still have his last question excepted.
 */
final class AcceptQueue implements SocketVerb, TcpHandler {
    private static final VarHandle ASKED;

    static {
        try {
            ASKED =
                    MethodHandles.lookup()
                            .findVarHandle(AcceptQueue.class, "isAsked", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Lane lane;
    private final TcpServerSocket server;
    private final SpscRing<TcpSocket> waiting;

    @SuppressWarnings("UnusedVariable") // Used by its handle.
    private volatile boolean isAsked;

    // The lane's: somebody waits for an answer.
    private boolean isWanted;

    AcceptQueue(Lane lane, TcpServerSocket server, int backlog) {
        this.lane = lane;
        this.server = server;
        this.waiting = new SpscRing<>(backlog);
    }

    Lane lane() {
        return lane;
    }

    // --- who accepts ---

    @Nullable TcpSocket poll() {
        return waiting.poll();
    }

    /** How many wait, with those of the other lanes. Any thread. */
    int untaken() {
        return server.untaken();
    }

    int size() {
        return waiting.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Makes the lane tell the server when there is a connection. */
    void ask() {
        if (!(boolean) ASKED.getAndSet(this, true)) {
            lane.tell(this);
        }
    }

    // --- the lane ---

    @Override
    public void run(Lane on) {
        isWanted = true;
        if (!waiting.isEmpty()) {
            answer();
        }
    }

    @Override
    public void refuse() {
        server.wake();
    }

    private void answer() {
        if (isWanted) {
            isWanted = false;
            boolean _ = (boolean) ASKED.getAndSet(this, false);
            server.wake();
        }
    }

    @Override
    public void onOpen(TcpConnection connection) {
        LaneSocket half = server.half(lane);
        new Attach(half, connection.hold()).run(lane);
        if (server.isClosed() || !waiting.offer(new TcpSocket(server.stack(), half))) {
            lane.counters().increment(Counter.TCP_ACCEPT_QUEUE_FULL);
            connection.abort(CloseReason.NO_RESOURCES);
            return;
        }
        answer();
    }

    @Override
    public void onReadable(TcpConnection connection) {
        LaneSocket.HANDLER.onReadable(connection);
    }

    @Override
    public void onWritable(TcpConnection connection) {
        LaneSocket.HANDLER.onWritable(connection);
    }

    @Override
    public void onClosed(TcpConnection connection, CloseReason reason) {
        LaneSocket.HANDLER.onClosed(connection, reason);
    }
}
