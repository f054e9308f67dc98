package io.ringway;

import io.ringway.memory.ByteRing;
import io.ringway.memory.ChunkPool;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.tcp.TcpState;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The half of a {@link TcpSocket} that its lane works on: it carries octets from the connection's
 * frames into one byte ring and from the other into the send queue, and answers who waits.
 *
 * <p>The lane publishes by the rings and by some volatile fields; the application publishes by the
 * rings and by messages. What is neither a ring nor volatile is the lane's alone.
 *
 * <p>{@link #lane} is the one place that says which lane that is. It changes when the connection
 * moves, and messages that find another lane there go after it.
 */
final class LaneSocket {
    /** The handler of all connections that have a socket, which is their attachment. */
    static final TcpHandler HANDLER = new LaneSocketEvents();

    private static final long NEVER = Long.MAX_VALUE;

    /** The share of a ring that is free before who found it full goes on. */
    private static final int RESUME_SHARE = 4;

    private final ByteRing input;
    private final ByteRing output;
    private final SocketNote.Received received = new SocketNote.Received(this);
    private final SocketNote.Send send = new SocketNote.Send(this);
    private final UrgentOctets urgent = new UrgentOctets();
    private final @Nullable CompletableFuture<Void> opening;

    private volatile Lane lane;

    // What the lane tells.
    private volatile boolean isEndOfInput;
    private volatile @Nullable CloseReason reason;
    private volatile @Nullable Endpoint local;
    private volatile @Nullable Endpoint remote;
    private volatile @Nullable Runnable closedHook;
    private volatile ReadinessWatcher watcher = ReadinessWatcher.NOBODY;

    // What the application tells.
    private volatile boolean isInputShut;
    private volatile boolean isOutputShut;
    private volatile boolean isLetGo;
    private volatile @Nullable Consumer<TcpConnection> setup;

    // The lane's.
    private @Nullable TcpConnection connection;
    private long outputEnd = NEVER;
    private boolean isFinished;
    private boolean isClosing;

    /**
     * A socket on {@code lane}.
     *
     * @param opening who waits for the connection to open; null when it is open
     */
    LaneSocket(
            Lane lane,
            int inputOctets,
            int outputOctets,
            @Nullable CompletableFuture<Void> opening) {
        ChunkPool chunks = lane.connections().chunks();
        this.lane = lane;
        this.input = new ByteRing(chunks, inputOctets);
        this.output = new ByteRing(chunks, outputOctets);
        this.opening = opening;
    }

    // --- any thread ---

    /** The lane that it is on now. */
    Lane lane() {
        return lane;
    }

    boolean isOn(Lane which) {
        TcpConnection moving = connection;
        return lane == which && (moving == null || !moving.isInTransit());
    }

    /** Sends a message to where the socket is. */
    void tell(Message message) {
        lane.tell(message);
    }

    /** What the lane received; the application reads it. */
    ByteRing input() {
        return input;
    }

    /** What the lane sends; the application writes it. */
    ByteRing output() {
        return output;
    }

    SocketNote.Received received() {
        return received;
    }

    SocketNote.Send send() {
        return send;
    }

    /** Which octets are urgent. */
    UrgentOctets urgent() {
        return urgent;
    }

    /** Why the connection is over, or null. */
    @Nullable CloseReason reason() {
        return reason;
    }

    @Nullable Endpoint local() {
        return local;
    }

    @Nullable Endpoint remote() {
        return remote;
    }

    /** Whether the peer ended its stream in good order. */
    boolean isEndOfInput() {
        return isEndOfInput;
    }

    /** Whether nothing more will come into the input ring, or nobody wants it. */
    boolean isInputOver() {
        return isEndOfInput || reason != null || isInputShut || isLetGo || lane.isClosed();
    }

    /** Whether nothing will be taken from the output ring any more. */
    boolean isOutputOver() {
        return reason != null || isOutputShut || isLetGo || lane.isClosed();
    }

    /** Whether all input before {@code position} is there, or no more will be. */
    boolean hasReceived(long position) {
        return input.writtenPosition() >= position || isInputOver();
    }

    /** Whether all output before {@code position} has left the ring, or no more will. */
    boolean hasSent(long position) {
        return output.readPosition() >= position || isOutputOver();
    }

    boolean isReadable() {
        return !input.isEmpty() || isInputOver();
    }

    boolean isWritable() {
        return output.size() <= output.capacity() - resumeRoom(output) || isOutputOver();
    }

    private static int resumeRoom(ByteRing ring) {
        return Math.max(1, ring.capacity() / RESUME_SHARE);
    }

    // --- the application's threads ---

    /** Whether the application closed the socket. */
    boolean isLetGo() {
        return isLetGo;
    }

    /** Throws when the calling thread is the lane, which must not wait for itself. */
    void requireOffLane() {
        if (lane.isOnLane()) {
            throw new IllegalStateException(
                    "this call would block a lane; use readNow or writeNow there, or a TcpHandler");
        }
    }

    boolean isInputShut() {
        return isInputShut;
    }

    boolean isOutputShut() {
        return isOutputShut;
    }

    /** Nobody will read any more; who waits for it is woken. */
    void shutInputHere() {
        isInputShut = true;
        received.wake();
    }

    /** Nobody will write any more; who waits for room is woken. */
    void shutOutputHere() {
        isOutputShut = true;
        send.wake();
    }

    /** The application lets go of the socket; who waits is woken. */
    void letGo() {
        isLetGo = true;
        received.wake();
        send.wake();
    }

    /** Sets options as soon as there is a connection. Before {@link SocketVerb.Connect}. */
    void setup(@Nullable Consumer<TcpConnection> options) {
        setup = options;
    }

    /** Runs {@code hook} on the lane when the connection is over; at once when it is. */
    void whenClosed(Runnable hook) {
        closedHook = hook;
        received.post();
    }

    /** Tells {@code all} news from now on. */
    void watch(ReadinessWatcher all) {
        watcher = all;
    }

    /** The reader has taken octets: where the lane waits for room, it is told. */
    void afterRead() {
        if (input.isRoomDue()) {
            received.post();
        }
    }

    // --- the lane ---

    /** Passes on a message that came to a lane which the socket has left. */
    void follow(Lane from, Message message) {
        Lane to = lane;
        if (to == from) {
            // The message was faster than the connection.
            from.putOwn(message);
        } else if (to.isClosed()) {
            message.refuse();
        } else if (!to.offer(message)) {
            // A lane never waits for another one.
            from.putOwn(message);
        }
    }

    /**
     * The connection is on its way to {@code to}, and from now on messages go there. The lane that
     * it leaves.
     */
    void moveTo(Lane to) {
        lane = to;
    }

    /** The connection has arrived: whatever was missed meanwhile is done. Its new lane. */
    void arrived() {
        takeReceived();
        fillSendQueue();
    }

    void connect(Lane on, @Nullable Endpoint from, Endpoint to, ConnectionOptions options) {
        if (isLetGo) {
            failOpening(new StackException("cannot connect to " + to + ": the socket is closed"));
            return;
        }
        try {
            int tcb = on.connections().connect(from, to, HANDLER, options, null);
            TcpConnection opened = on.connections().held(tcb);
            connection = opened;
            remote = to;
            opened.attachment(this);
            Consumer<TcpConnection> wanted = setup;
            if (wanted != null) {
                wanted.accept(opened);
            }
        } catch (StackException refused) {
            failOpening(refused);
        } catch (RuntimeException wrongOption) {
            abort(CloseReason.ABORTED);
            failOpening(
                    new StackException(
                            "cannot connect to " + to + ": an option was refused", wrongOption));
        }
    }

    /** It is this connection's socket. */
    void attach(TcpConnection existing) {
        connection = existing;
        existing.attachment(this);
        opened(existing);
        takeReceived();
        fillSendQueue();
    }

    /** The connection is open. */
    void opened(TcpConnection existing) {
        local = existing.local();
        remote = existing.remote();
        if (opening != null) {
            opening.complete(null);
        }
    }

    /** There is no connection, and will be none. */
    void failOpening(StackException why) {
        reason = reason == null ? CloseReason.ABORTED : reason;
        if (opening != null) {
            opening.completeExceptionally(why);
        }
    }

    /**
     * The connection.
     *
     * @throws IllegalStateException when it is over
     */
    TcpConnection requireConnection() {
        if (connection == null || !connection.isOpen()) {
            throw new IllegalStateException("the connection is over: " + reason);
        }
        return connection;
    }

    private @Nullable TcpConnection openConnection() {
        return connection != null && connection.isOpen() ? connection : null;
    }

    /** Carries what came to the input ring, as far as there is room, and answers. */
    void takeReceived() {
        TcpConnection from = openConnection();
        if (from != null) {
            if (isClosing || isInputShut) {
                dropReceived(from);
            } else {
                carry(from);
            }
            // A connection that broke off has no end of stream: its reason will be told.
            if (from.isEndOfStream() && from.state() != TcpState.CLOSED) {
                isEndOfInput = true;
            }
        }
        received.answer();
        if (isReadable()) {
            watcher.onReadable();
        }
        runClosedHook();
    }

    private void carry(TcpConnection from) {
        for (int length = from.viewLength(); length > 0; length = from.viewLength()) {
            int plain = urgent.before(from, length);
            if (plain == 0) {
                // The next one is out of band.
                from.consume(1);
                continue;
            }
            int taken = input.write(from.memory(), from.viewOffset(), plain);
            from.consume(taken);
            if (taken < plain && !input.awaitRoom(resumeRoom(input))) {
                return;
            }
        }
    }

    /** The peer's octets are not wanted: it hears so when the socket is closed. */
    private void dropReceived(TcpConnection from) {
        int unread = from.available();
        if (unread > 0 && isClosing) {
            from.abort(CloseReason.CLOSED_WITH_DATA);
        } else if (unread > 0) {
            from.consume(unread);
        }
    }

    /** Carries what was written to the send queue, as far as there is room, and answers. */
    void fillSendQueue() {
        TcpConnection to = openConnection();
        if (to != null) {
            carry(to, outputEnd);
            if (output.readPosition() >= outputEnd) {
                finish(to);
            }
        }
        send.answer();
        if (isWritable()) {
            watcher.onWritable();
        }
    }

    private void carry(TcpConnection to, long end) {
        while (true) {
            int there = output.viewLength();
            long urgentEnd = urgent.sendEnd(output.readPosition());
            long most = Math.min(end, urgentEnd) - output.readPosition();
            int length = (int) Math.min(there, most);
            if (length <= 0) {
                return;
            }
            int taken = to.write(output.view(), output.viewOffset(), length);
            output.consume(taken);
            if (output.readPosition() == urgentEnd) {
                to.urgent().mark();
            }
            if (taken < length) {
                // WRITABLE follows.
                return;
            }
        }
    }

    private void finish(TcpConnection to) {
        output.clear();
        if (isClosing) {
            to.close();
        } else if (!isFinished) {
            to.shutdownOutput();
        }
        isFinished = true;
    }

    /** Our stream ends behind octet {@code position}; with {@code isClose} all does. */
    void endOutput(long position, boolean isClose) {
        outputEnd = Math.min(outputEnd, position);
        if (isClose) {
            isClosing = true;
            TcpConnection from = openConnection();
            if (from != null && !(input.isEmpty() && from.available() == 0)) {
                // The peer must not believe that its data was taken (RFC 9293 §3.6.1).
                from.abort(CloseReason.CLOSED_WITH_DATA);
            }
        }
        fillSendQueue();
    }

    /** What comes from now on is thrown away. */
    void shutInput() {
        takeReceived();
    }

    void abort(CloseReason why) {
        TcpConnection which = openConnection();
        if (which != null) {
            which.abort(why);
        } else if (reason == null) {
            over(why);
        }
    }

    /** Forgets who waits: there is nobody. */
    void detach() {
        closedHook = null;
        received.whenReady(null);
        send.whenReady(null);
    }

    /** The connection is over. */
    void over(CloseReason why) {
        connection = null;
        if (why == CloseReason.CLOSED) {
            isEndOfInput = true;
        }
        reason = why;
        if (opening != null && !opening.isDone()) {
            failOpening(
                    new StackException(
                            "cannot connect to " + remote + ": " + Connections.words(why)));
        }
        output.clear();
        received.answer();
        send.answer();
        watcher.onReadable();
        watcher.onWritable();
        runClosedHook();
    }

    private void runClosedHook() {
        Runnable hook = closedHook;
        if (hook != null && reason != null) {
            closedHook = null;
            hook.run();
        }
    }
}
