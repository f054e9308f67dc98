package io.ringway;

import io.ringway.tcp.ListenOptions;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A port at which threads that are not a lane accept connections. {@link Stack#openTcpServerSocket}
 * makes one.
 *
 * <p>Every lane listens, and keeps the connections that come to it in a queue of its own. {@link
 * #accept} takes from the lanes in turn, so that none is left behind the others. All of them
 * together hold as many as {@link ListenOptions#backlog} says. When they are full, SYNs and the
 * last segments of handshakes are counted and dropped, so whoever sent them sends again.
 *
 * <p>Any thread, platform or virtual; several that accept take turns.
 */
public final class TcpServerSocket implements AutoCloseable {
    private static final int FIRST_DYNAMIC_PORT = 49_152;
    private static final int DYNAMIC_PORTS = 16_384;
    private static final int PORT_TRIES = 64;

    private final Stack stack;
    private volatile int inputOctets = TcpSocket.DEFAULT_RING_OCTETS;
    private volatile int outputOctets = TcpSocket.DEFAULT_RING_OCTETS;
    private volatile boolean isUrgentInline = true;
    private final List<AcceptQueue> queues = new ArrayList<>();
    private final TcpListener listener;
    private final ReentrantLock accepting = new ReentrantLock();
    private volatile long acceptTimeoutNs;
    private volatile @Nullable Thread acceptor;
    private final AtomicReference<@Nullable Runnable> hook = new AtomicReference<>();
    private volatile boolean isClosed;
    private int next;

    TcpServerSocket(Stack stack, Endpoint local, ListenOptions options) {
        this.stack = stack;
        for (int i = 0; i < stack.laneCount(); i++) {
            queues.add(new AcceptQueue(stack.lane(i), this, options.backlog()));
        }
        this.listener = listen(local, options);
    }

    private TcpListener listen(Endpoint local, ListenOptions options) {
        if (local.port() != 0) {
            return stack.listenOnLanes(local, lane -> queues.get(lane.index()), options);
        }
        for (int i = 0; ; i++) {
            int port = FIRST_DYNAMIC_PORT + ThreadLocalRandom.current().nextInt(DYNAMIC_PORTS);
            try {
                return listen(new Endpoint(local.address(), port), options);
            } catch (StackException inUse) {
                if (i == PORT_TRIES) {
                    throw inUse;
                }
            }
        }
    }

    /** As {@link TcpSocket#rings}, for the connections that come from now on. */
    public void rings(int input, int output) {
        inputOctets = TcpSocket.requireRing("input", input);
        outputOctets = TcpSocket.requireRing("output", output);
    }

    /** As {@link TcpSocket#urgentInline}, for the connections that come from now on. */
    public void urgentInline(boolean isInline) {
        isUrgentInline = isInline;
    }

    /** How long {@link #accept} waits at most; zero, as it is at first, is for ever. */
    public void acceptTimeout(Duration timeout) {
        acceptTimeoutNs = Require.notNegative("acceptTimeout", timeout);
    }

    /**
     * The next connection; waits for one.
     *
     * @throws SocketTimeoutException when none came for {@link #acceptTimeout}
     * @throws SocketException when the server socket is closed
     * @throws InterruptedIOException when the thread was interrupted, which it then still is
     */
    public TcpSocket accept() throws IOException {
        return accept(acceptTimeoutNs);
    }

    /** The same, waiting for at most {@code timeout} this time; zero is for ever. */
    public TcpSocket accept(Duration timeout) throws IOException {
        return accept(Require.notNegative("timeout", timeout));
    }

    private TcpSocket accept(long timeoutNs) throws IOException {
        long deadlineNs = timeoutNs == 0 ? SocketNote.NEVER : System.nanoTime() + timeoutNs;
        try {
            accepting.lockInterruptibly();
        } catch (InterruptedException interrupted) {
            throw interrupted();
        }
        try {
            acceptor = Thread.currentThread();
            TcpSocket accepted = poll();
            while (accepted == null) {
                askLanes();
                accepted = poll();
                if (accepted == null) {
                    await(deadlineNs, timeoutNs);
                }
            }
            return accepted;
        } finally {
            acceptor = null;
            accepting.unlock();
        }
    }

    /**
     * The next connection, or null when there is none now.
     *
     * @throws SocketException when the server socket is closed
     */
    public @Nullable TcpSocket acceptNow() throws IOException {
        if (!accepting.tryLock()) {
            // Another thread takes what there is.
            return null;
        }
        try {
            return poll();
        } finally {
            accepting.unlock();
        }
    }

    private @Nullable TcpSocket poll() throws SocketException {
        if (isClosed) {
            throw new SocketException("the server socket is closed");
        }
        for (int i = 0; i < queues.size(); i++) {
            AcceptQueue queue = queues.get(next);
            next = next + 1 == queues.size() ? 0 : next + 1;
            TcpSocket accepted = queue.poll();
            if (accepted != null) {
                return accepted;
            }
        }
        return null;
    }

    private void askLanes() {
        for (AcceptQueue queue : queues) {
            queue.ask();
        }
    }

    private void await(long deadlineNs, long timeoutNs) throws IOException {
        for (AcceptQueue queue : queues) {
            if (queue.lane().isClosed()) {
                throw new SocketException("the stack was closed");
            }
            if (queue.lane().isOnLane()) {
                throw new IllegalStateException(
                        "accept would block a lane; use acceptNow there, or a TcpHandler");
            }
        }
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
        if (deadlineNs == SocketNote.NEVER) {
            LockSupport.park(this);
            return;
        }
        long leftNs = deadlineNs - System.nanoTime();
        if (leftNs <= 0) {
            throw SocketErrors.timedOut("no connection was accepted", timeoutNs);
        }
        LockSupport.parkNanos(this, leftNs);
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("the thread was interrupted while it accepted");
    }

    /** Whether {@link #acceptNow} would give a connection, or fail. */
    public boolean isAcceptable() {
        return isClosed || queues.stream().anyMatch(queue -> !queue.isEmpty());
    }

    /**
     * Runs {@code then} once as soon as there is a connection, on its lane; perhaps inline. Null
     * takes it back. For selectors; to be told again, ask again.
     */
    public void whenAcceptable(@Nullable Runnable then) {
        hook.set(then);
        if (then != null) {
            askLanes();
            if (isAcceptable()) {
                wake();
            }
        }
    }

    /** There is a connection, or there will be none. A lane, or who closes. */
    void wake() {
        LockSupport.unpark(acceptor);
        // Lanes may be here at the same time, and it is to run once.
        Runnable due = hook.get() == null ? null : hook.getAndSet(null);
        if (due != null) {
            due.run();
        }
    }

    /** Connections that nobody has accepted yet. */
    int untaken() {
        int sum = 0;
        for (int i = 0; i < queues.size(); i++) {
            sum += queues.get(i).size();
        }
        return sum;
    }

    Stack stack() {
        return stack;
    }

    /** The lane's half of a socket for a connection that came. */
    LaneSocket half(Lane lane) {
        LaneSocket half = new LaneSocket(lane, inputOctets, outputOctets, null);
        half.urgent().isInline(isUrgentInline);
        return half;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Whether a thread waits for a connection. */
    boolean hasWaiter() {
        return acceptor != null;
    }

    /** The address and port; the unspecified address stands for all of the stack's. */
    public Endpoint local() {
        return listener.local();
    }

    /**
     * Listens no more, and resets the connections that nobody has accepted. Threads that wait get a
     * {@link SocketException}. Does nothing the second time.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        wake();
        listener.close();
        accepting.lock();
        try {
            for (AcceptQueue queue : queues) {
                for (TcpSocket left = queue.poll(); left != null; left = queue.poll()) {
                    left.abort();
                }
            }
        } finally {
            accepting.unlock();
        }
    }

    @Override
    public String toString() {
        return "TCP server socket at " + local();
    }
}
