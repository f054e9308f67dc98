package io.ringway;

import io.ringway.memory.ChunkPool;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.tcp.ListenOptions;
import io.ringway.tcp.Tcp;
import io.ringway.tcp.TcpError;
import io.ringway.tcp.TcpUser;
import io.ringway.tcp.Trouble;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A lane's TCP connections as the application has them: which handler each belongs to, what is
 * attached to it, and who waits for it to open. The lane only.
 *
 * <p>Per connection there is nothing here, unless the application attaches something or waits for a
 * future; then there is an array by the connection's index.
 */
final class Connections implements TcpUser {
    /** Memory of sockets' rings that is kept for reuse: 8 MiB. */
    private static final int RETAINED_CHUNKS = 1024;

    private final Lane lane;
    private final Counters counters;
    private final HandlerTable handlers = new HandlerTable();
    private final FailureLog failures = new FailureLog();
    private final ChunkPool chunks = new ChunkPool(RETAINED_CHUNKS);
    private final ListeningPorts listening = new ListeningPorts();
    private @Nullable Object[] attachments = new Object[0];
    private @Nullable Opening[] openings = new Opening[0];
    private @Nullable TcpConnection[] held = new TcpConnection[0];

    /** Who waits for a connection to open, and where it goes. */
    private record Opening(CompletableFuture<TcpConnection> future, Endpoint remote) {}

    Connections(Lane lane, Counters counters) {
        this.lane = lane;
        this.counters = counters;
    }

    // Made after this object, which its constructor needs.
    private Tcp tcp() {
        return lane.tcp();
    }

    /** Where the rings of sockets borrow from. Any thread. */
    ChunkPool chunks() {
        return chunks;
    }

    /** Where the lane accepts connections. Any thread. */
    ListeningPorts listening() {
        return listening;
    }

    /** Listens and returns TCP's number of the listener. */
    int listen(Endpoint local, TcpHandler handler, ListenOptions options) {
        int application = handlers.add(handler, HandlerTable.PASSIVE);
        int listener =
                tcp().listen(
                                local.address().high(),
                                local.address().low(),
                                local.port(),
                                options,
                                application);
        if (listener < 0) {
            handlers.release(application);
            throw new StackException(
                    "cannot listen at " + local + ": " + TcpError.message(listener));
        }
        handlers.listener(listener, application);
        listening.add(listener, local);
        return listener;
    }

    void unlisten(int listener) {
        int application = handlers.endListener(listener);
        if (application >= 0) {
            tcp().unlisten(listener);
            listening.remove(listener);
            handlers.release(application);
        }
    }

    /** Opens a connection and returns its index. */
    int connect(
            @Nullable Endpoint local,
            Endpoint remote,
            TcpHandler handler,
            ConnectionOptions options,
            @Nullable CompletableFuture<TcpConnection> future) {
        if (remote.port() == 0 || remote.address().isUnspecified()) {
            throw new StackException(
                    "cannot connect to " + remote + ": an address and a port are needed");
        }
        int application = handlers.add(handler, HandlerTable.ACTIVE);
        IpAddress from =
                local == null || local.address().isUnspecified()
                        ? IpAddress.ANY_IPV6
                        : local.address();
        int tcb =
                tcp().connect(
                                from.high(),
                                from.low(),
                                local == null ? 0 : local.port(),
                                remote.address().high(),
                                remote.address().low(),
                                remote.port(),
                                application,
                                options,
                                lane.nowNs());
        if (tcb < 0) {
            handlers.release(application);
            throw new StackException("cannot connect to " + remote + ": " + TcpError.message(tcb));
        }
        if (future != null) {
            opening(tcb, new Opening(future, remote));
        }
        return tcb;
    }

    private void opening(int tcb, Opening opening) {
        if (tcb >= openings.length) {
            openings = Arrays.copyOf(openings, grown(openings.length, tcb));
        }
        openings[tcb] = opening;
    }

    @Override
    public void onReady(int tcb, int application, int events, long nowNs) {
        TcpConnection connection = lane.cursor();
        TcpHandler handler = handlers.get(application);
        connection.point(tcb);
        try {
            if ((events & OPENED) != 0) {
                opened(tcb, application, handler, connection);
            }
            if ((events & URGENT) != 0) {
                handler.onUrgent(connection);
            }
            if ((events & READABLE) != 0) {
                handler.onReadable(connection);
            }
            if ((events & WRITABLE) != 0) {
                handler.onWritable(connection);
            }
            if (events >= FIRST_TROUBLE) {
                tellTrouble(handler, connection, events);
            }
        } catch (Throwable thrown) {
            failed(handler, thrown);
            tcp().abort(tcb, CloseReason.HANDLER_FAILED);
        }
        if ((events & CLOSED) != 0) {
            closed(tcb, application, handler, connection);
        }
        connection.pointNowhere();
    }

    @Override
    public int untaken(int application) {
        return handlers.get(application) instanceof AcceptQueue queue ? queue.untaken() : 0;
    }

    private static void tellTrouble(TcpHandler handler, TcpConnection connection, int events) {
        int left = events;
        for (Trouble trouble = Trouble.first(left); trouble != null; ) {
            handler.onTrouble(connection, trouble);
            left &= ~(FIRST_TROUBLE << trouble.ordinal());
            trouble = Trouble.first(left);
        }
    }

    private void opened(int tcb, int application, TcpHandler handler, TcpConnection connection) {
        handlers.opened(application);
        Opening opening = tcb < openings.length ? openings[tcb] : null;
        handler.onOpen(connection);
        if (opening != null) {
            openings[tcb] = null;
            opening.future().complete(held(tcb));
        }
    }

    private void closed(int tcb, int application, TcpHandler handler, TcpConnection connection) {
        CloseReason reason = tcp().closeReason(tcb);
        try {
            handler.onClosed(connection, reason);
        } catch (Throwable thrown) {
            failed(handler, thrown);
        }
        if (tcb < attachments.length) {
            attachments[tcb] = null;
        }
        if (tcb < held.length) {
            held[tcb] = null;
        }
        Opening opening = tcb < openings.length ? openings[tcb] : null;
        if (opening != null) {
            openings[tcb] = null;
            fail(opening, reason);
        }
        handlers.closed(application);
    }

    private void failed(TcpHandler handler, Throwable thrown) {
        counters.increment(Counter.HANDLER_FAILURES);
        failures.report(handler, thrown, lane.nowNs());
    }

    /** A task from another thread threw. */
    void taskFailed(Object task, Throwable thrown) {
        failures.report(task, thrown, lane.nowNs());
    }

    /** Nobody will open what is still waited for: the lane is closed. */
    void failOpenings() {
        for (Opening opening : openings) {
            if (opening != null) {
                fail(opening, CloseReason.STACK_CLOSED);
            }
        }
        for (Object attachment : attachments) {
            if (attachment instanceof LaneSocket socket) {
                socket.over(CloseReason.STACK_CLOSED);
            }
        }
    }

    private static void fail(Opening opening, CloseReason reason) {
        opening.future()
                .completeExceptionally(
                        new StackException(
                                "cannot connect to " + opening.remote() + ": " + words(reason)));
    }

    /** Why a connection did not open, in words. */
    static String words(CloseReason reason) {
        return switch (reason) {
            case REFUSED -> "the peer refused the connection";
            case TIMED_OUT, KEEPALIVE_TIMED_OUT -> "the peer does not answer";
            case UNREACHABLE -> "the peer cannot be reached";
            case RESET_BY_PEER -> "the peer reset the connection";
            case NO_RESOURCES -> "the stack is out of frames, connections or ports";
            case STACK_CLOSED -> "the stack was closed";
            case CLOSED, CLOSED_WITH_DATA, ABORTED, HANDLER_FAILED ->
                    "it was closed before it opened";
        };
    }

    /** The object that stays with a connection. */
    TcpConnection held(int tcb) {
        if (tcb >= held.length) {
            held = Arrays.copyOf(held, grown(held.length, tcb));
        }
        TcpConnection connection = held[tcb];
        if (connection == null) {
            connection = new TcpConnection(lane, tcb);
            held[tcb] = connection;
        }
        return connection;
    }

    /** What the application has of a connection that moves. */
    private record Moved(
            TcpHandler handler,
            boolean isShown,
            @Nullable Object attachment,
            @Nullable Opening opening,
            @Nullable TcpConnection held) {}

    /** Takes along what the application has of connections that go to {@code to}. */
    void leaving(int tcb, int application, boolean isShown, Lane to, List<Object> moved) {
        TcpConnection connection = tcb < held.length ? held[tcb] : null;
        Opening opening = tcb < openings.length ? openings[tcb] : null;
        Object attachment = attachment(tcb);
        TcpHandler handler = handlers.get(application);
        moved.add(new Moved(handler, isShown, attachment, opening, connection));
        handlers.left(application, isShown);
        if (connection != null) {
            connection.leave(to);
            held[tcb] = null;
        }
        if (opening != null) {
            openings[tcb] = null;
        }
        attachment(tcb, null);
        if (attachment instanceof LaneSocket socket) {
            socket.moveTo(to);
        }
    }

    /** A connection has come from another lane; returns its application's number here. */
    int arrived(Object from, int tcb) {
        Moved moved = (Moved) from;
        attachment(tcb, moved.attachment());
        if (moved.opening() != null) {
            opening(tcb, moved.opening());
        }
        TcpConnection connection = moved.held();
        if (connection != null) {
            connection.arrive(tcb);
            if (tcb >= held.length) {
                held = Arrays.copyOf(held, grown(held.length, tcb));
            }
            held[tcb] = connection;
        }
        return handlers.arrived(moved.handler(), moved.isShown());
    }

    /** A connection that came from another lane has found no room. */
    void lost(Object from) {
        Moved moved = (Moved) from;
        if (moved.opening() != null) {
            fail(moved.opening(), CloseReason.NO_RESOURCES);
        }
        if (moved.attachment() instanceof LaneSocket socket) {
            socket.over(CloseReason.NO_RESOURCES);
        } else if (moved.isShown()) {
            TcpConnection nowhere = lane.cursor();
            nowhere.pointNowhere();
            try {
                moved.handler().onClosed(nowhere, CloseReason.NO_RESOURCES);
            } catch (Throwable thrown) {
                failed(moved.handler(), thrown);
            }
        }
    }

    @Nullable Object attachment(int tcb) {
        return tcb < attachments.length ? attachments[tcb] : null;
    }

    void attachment(int tcb, @Nullable Object value) {
        if (tcb >= attachments.length) {
            if (value == null) {
                return;
            }
            attachments = Arrays.copyOf(attachments, grown(attachments.length, tcb));
        }
        attachments[tcb] = value;
    }

    private static int grown(int length, int index) {
        return Math.max(index + 1, Math.max(64, length + (length >> 1)));
    }

    /**
     * Connections that the application has closed, and of which the peer has not acknowledged
     * everything.
     */
    int undelivered() {
        int[] count = new int[1];
        tcp().forEachConnection(tcb -> {
            boolean isUndelivered =
                    switch (tcp().state(tcb)) {
                        case FIN_WAIT_1, CLOSING, LAST_ACK -> true;
                        case ESTABLISHED, CLOSE_WAIT ->
                                attachment(tcb) instanceof LaneSocket socket && socket.isLetGo();
                        case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, FIN_WAIT_2, TIME_WAIT -> false;
                    };
            count[0] += isUndelivered ? 1 : 0;
        });
        return count[0];
    }

    /** Closes what has a socket, whether its application has or not. */
    void hangUp() {
        tcp().forEachConnection(tcb -> {
            if (attachment(tcb) instanceof LaneSocket socket) {
                socket.endOutput(socket.output().writtenPosition(), true);
            }
        });
    }

    /** Ends all connections with a RST; their handlers hear of it in the next dispatch. */
    void abortAll(CloseReason reason) {
        tcp().forEachConnection(tcb -> tcp().abort(tcb, reason));
    }
}
