package io.ringway;

import io.ringway.tcp.Tcp;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Where a connection is: its lane, and its number there. One that is held follows its connection
 * when that moves to another lane; a cursor is pointed from one to the next.
 */
abstract sealed class ConnectionPlace permits TcpConnection {
    private static final int NONE = -1;
    static final String CURSOR = "the handler's connection is the lane's cursor: ask one of hold()";

    /** In place of its number, while it is on its way to another lane. */
    private static final int IN_TRANSIT = -2;

    // These three change when a held connection moves to another lane, and never for a cursor.
    Lane lane;
    Tcp tcp;
    private int generation;

    final MemorySegment memory;
    final boolean isHeld;
    int tcb = NONE;

    /** The cursor of {@code lane}; {@link #point} places it. */
    ConnectionPlace(Lane lane) {
        this.lane = lane;
        this.tcp = lane.tcp();
        this.memory = lane.frames().memory();
        this.isHeld = false;
        this.generation = 0;
    }

    /** A connection to keep; {@link Connections#held} makes them, one for each. */
    ConnectionPlace(Lane lane, int tcb) {
        this.lane = lane;
        this.tcp = lane.tcp();
        this.memory = lane.frames().memory();
        this.isHeld = true;
        this.tcb = tcb;
        this.generation = tcp.generation(tcb);
    }

    /** Points the cursor to a connection for the time of a callback. */
    void point(int tcb) {
        this.tcb = tcb;
    }

    void pointNowhere() {
        tcb = NONE;
    }

    int tcb() {
        if (!isOpen()) {
            throw stale();
        }
        return tcb;
    }

    private IllegalStateException stale() {
        return new IllegalStateException(
                isHeld
                        ? "the connection is over; ask isOpen() first, or listen to onClosed"
                        : "this view of the connection ended with its callback; keep hold()"
                                + " instead");
    }

    /** Whether there still is a connection behind this object, closed or not on either side. */
    public boolean isOpen() {
        if (isHeld && !lane.isOnLane()) {
            throw new IllegalStateException(
                    "the connection belongs to " + lane + ", and may move: use its execute(…)");
        }
        if (tcb < 0 || lane.isClosed()) {
            return false;
        }
        // A record is not freed during its callback, so the cursor needs no look at it.
        return !isHeld || tcp.generation(tcb) == generation;
    }

    /**
     * Runs {@code task} on the connection's lane, wherever that is by then: a connection may move
     * from lane to lane, and {@link Lane#execute} does not go after it. For one that is held. Any
     * thread.
     *
     * @throws StackException when the lane is closed
     */
    public void execute(Consumer<TcpConnection> task) {
        if (!isHeld) {
            throw new IllegalStateException(CURSOR);
        }
        Lane to = lane;
        to.execute(() -> run(to, task));
    }

    private void run(Lane on, Consumer<TcpConnection> task) {
        if (lane == on && !isInTransit()) {
            task.accept((TcpConnection) this);
        } else {
            lane.pass(on, () -> run(lane, task));
        }
    }

    /** The connection is about to arrive at {@code to}. The lane that it leaves. */
    void leave(Lane to) {
        lane = to;
        tcb = IN_TRANSIT;
    }

    /** It has arrived, as this number. Its new lane. */
    void arrive(int newTcb) {
        tcp = lane.tcp();
        tcb = newTcb;
        generation = tcp.generation(newTcb);
    }

    boolean isInTransit() {
        return tcb == IN_TRANSIT;
    }

    /** The lane that the connection lives on, or is on its way to. */
    public Lane lane() {
        return lane;
    }
}
