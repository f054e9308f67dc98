package io.ringway;

import io.ringway.tcp.CloseReason;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A TCP connection for threads that are not a lane: with calls that block, as {@link
 * java.net.Socket} has, and the same ones that do not. {@link Stack#openTcpSocket} makes one,
 * {@link TcpServerSocket#accept} another.
 *
 * <p>Any thread, platform or virtual; who blocks is parked, and holds neither a lane nor a carrier.
 * Several threads that read take turns, and so do those that write. Between the caller and the lane
 * are two byte rings, which take no memory while they are empty, and messages.
 *
 * <p>When a waiting thread is interrupted the call ends with {@link InterruptedIOException}, the
 * thread stays interrupted, and the socket stays as it is. When another thread closes the socket,
 * it ends with {@link SocketException}. What had arrived before the peer reset the connection can
 * still be read.
 *
 * <p>A handler, or anything else that runs on a lane, must not block: there the calls that would
 * have to wait throw {@link IllegalStateException}.
 */
public final class TcpSocket implements AutoCloseable {
    /** Octets that each direction's ring holds at most, unless {@link #rings} says otherwise. */
    public static final int DEFAULT_RING_OCTETS = 256 * 1024;

    private static final int LEAST_RING_OCTETS = 2048;
    private static final Duration FOREVER = Duration.ZERO;

    private final Stack stack;
    private final SocketReader reader = new SocketReader();
    private final SocketWriter writer = new SocketWriter();
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private volatile @Nullable LaneSocket half;
    private volatile long lingerNs;
    private @Nullable Endpoint bound;
    private int inputOctets = DEFAULT_RING_OCTETS;
    private int outputOctets = DEFAULT_RING_OCTETS;
    private boolean isUrgentInline = true;
    private @Nullable Consumer<TcpConnection> setup;

    /** A socket that is not connected yet. */
    TcpSocket(Stack stack) {
        this.stack = stack;
    }

    /** The socket of a connection that is open. */
    TcpSocket(Stack stack, LaneSocket half) {
        this.stack = stack;
        this.half = half;
    }

    // --- opening ---

    /**
     * Sets how many octets each direction's ring holds at most; before {@link #connect}. What the
     * peer may send is that and the receive window of the connection.
     *
     * @throws IllegalArgumentException when one is less than 2,048
     */
    public synchronized void rings(int input, int output) {
        inputOctets = requireRing("input", input);
        outputOctets = requireRing("output", output);
    }

    static int requireRing(String name, int octets) {
        return Require.inRange(name, octets, LEAST_RING_OCTETS, 1 << 30);
    }

    /** Connects from {@code local}; its port may be 0 to have one chosen. Before connecting. */
    public synchronized void bind(Endpoint local) throws SocketException {
        if (half != null) {
            throw new SocketException("bind comes before connect");
        }
        bound = local;
    }

    /** Opens the connection and waits until it is there, for as long as TCP tries. */
    public void connect(Endpoint remote) throws IOException {
        connect(remote, FOREVER);
    }

    /**
     * Opens the connection and waits until it is there.
     *
     * @param timeout how long to wait at most; zero is as long as TCP tries
     * @throws SocketTimeoutException when it is not there by then; the socket is closed
     * @throws java.net.ConnectException when the peer refuses or cannot be reached
     */
    public void connect(Endpoint remote, Duration timeout) throws IOException {
        CompletableFuture<Void> opening = startConnect(remote);
        long timeoutNs = timeout.toNanos();
        try {
            if (!opening.isDone()) {
                connected().requireOffLane();
            }
            if (timeoutNs == 0) {
                opening.get();
            } else {
                opening.get(timeoutNs, TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException failure) {
            boolean wasClosed = isClosed.get();
            close();
            throw wasClosed ? SocketErrors.closedWhileWaiting() : SocketErrors.notOpened(failure);
        } catch (TimeoutException late) {
            abort();
            throw SocketErrors.timedOut("no connection to " + remote, timeoutNs);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            abort();
            throw new InterruptedIOException("interrupted while connecting to " + remote);
        }
    }

    /**
     * Begins to open the connection without waiting. The future ends when it is open, or with the
     * {@link StackException} that says why not; what depends on it runs on the lane.
     *
     * @throws SocketException when the socket is connected or closed already
     */
    public CompletableFuture<Void> startConnect(Endpoint remote) throws SocketException {
        CompletableFuture<Void> opening = new CompletableFuture<>();
        LaneSocket socket;
        synchronized (this) {
            if (isClosed.get()) {
                throw SocketErrors.closed();
            }
            if (half != null) {
                throw new SocketException("the socket is connected already, or was");
            }
            socket = new LaneSocket(stack.laneToConnect(), inputOctets, outputOctets, opening);
            socket.setup(setup);
            socket.urgent().isInline(isUrgentInline);
            half = socket;
        }
        socket.tell(
                new SocketVerb.Connect(stack, socket, bound, remote, ConnectionOptions.DEFAULT));
        return opening;
    }

    private LaneSocket connected() throws SocketException {
        LaneSocket socket = half;
        if (isClosed.get()) {
            throw SocketErrors.closed();
        }
        if (socket == null) {
            throw SocketErrors.notConnected();
        }
        return socket;
    }

    // --- reading ---

    /** How long a read waits at most; zero, as it is at first, is for ever. */
    public void readTimeout(Duration timeout) {
        reader.timeout(Require.notNegative("readTimeout", timeout));
    }

    /** The same into a whole array. */
    public int read(byte[] into) throws IOException {
        return read(into, 0, into.length);
    }

    /** The same into an array. */
    public int read(byte[] into, int offset, int length) throws IOException {
        return read(MemorySegment.ofArray(into), offset, length);
    }

    /** The same into a buffer, direct or not, whose position moves behind what was read. */
    public int read(ByteBuffer into) throws IOException {
        int count = read(MemorySegment.ofBuffer(into), 0, into.remaining());
        into.position(into.position() + Math.max(0, count));
        return count;
    }

    /**
     * Reads what is there, at most {@code length} octets, and waits for the first one.
     *
     * @return how many, at least 1 unless {@code length} is 0; or -1 at the end of the stream
     * @throws SocketTimeoutException when nothing came for {@link #readTimeout}
     * @throws SocketException when the connection broke off, or the socket is closed
     */
    public int read(MemorySegment into, long offset, int length) throws IOException {
        return reader.read(connected(), into, offset, length, true);
    }

    /** The same, waiting for at most {@code timeout} this time; zero is for ever. */
    public int read(MemorySegment into, long offset, int length, Duration timeout)
            throws IOException {
        return reader.read(
                connected(), into, offset, length, Require.notNegative("timeout", timeout));
    }

    /**
     * Reads what is there, and does not wait.
     *
     * @return how many octets, 0 when there are none yet, or -1 at the end of the stream
     * @throws SocketException when the connection broke off, or the socket is closed
     */
    public int readNow(MemorySegment into, long offset, int length) throws IOException {
        return reader.read(connected(), into, offset, length, false);
    }

    /** Octets that can be read without waiting, or more. */
    public int available() throws SocketException {
        return connected().input().size();
    }

    // --- writing ---

    /** The same for a whole array. */
    public void write(byte[] from) throws IOException {
        write(from, 0, from.length);
    }

    /** The same for an array. */
    public void write(byte[] from, int offset, int length) throws IOException {
        write(MemorySegment.ofArray(from), offset, length);
    }

    /** The same for a buffer, direct or not, whose position moves to its limit. */
    public void write(ByteBuffer from) throws IOException {
        write(MemorySegment.ofBuffer(from), 0, from.remaining());
        from.position(from.limit());
    }

    /**
     * Writes all octets, and waits for room where there is none. They are the stack's then; the
     * caller may change the memory.
     *
     * @throws SocketException when the connection broke off, or the output or the socket is closed
     * @throws InterruptedIOException when the thread was interrupted; {@link
     *     InterruptedIOException#bytesTransferred} says how much was written before
     */
    public void write(MemorySegment from, long offset, int length) throws IOException {
        writer.write(connected(), from, offset, length);
    }

    /**
     * Writes what there is room for, and does not wait.
     *
     * @return how many octets, 0 to {@code length}
     * @throws SocketException when the connection broke off, or the output or the socket is closed
     */
    public int writeNow(MemorySegment from, long offset, int length) throws IOException {
        return writer.writeNow(connected(), from, offset, length);
    }

    /**
     * Writes one octet and tells the peer that it is urgent (RFC 9293 §3.8.5); does not wait.
     *
     * @return false when there is no room
     * @throws SocketException when the connection broke off, or the output or the socket is closed
     */
    public boolean writeUrgentNow(byte octet) throws IOException {
        return writer.writeUrgentNow(connected(), octet);
    }

    /**
     * Whether an urgent octet that comes from now on stays in the stream, as it does at first and
     * as RFC 6093 §3.1 wants it, or is thrown away, as sockets without SO_OOBINLINE have it.
     */
    public synchronized void urgentInline(boolean isInline) {
        isUrgentInline = isInline;
        LaneSocket socket = half;
        if (socket != null) {
            socket.urgent().isInline(isInline);
        }
    }

    // --- ending ---

    /** Reads no more: what comes is thrown away, and reads say that the stream has ended. */
    public void shutdownInput() throws SocketException {
        LaneSocket socket = connected();
        socket.shutInputHere();
        socket.tell(new SocketVerb.Shutdown(socket, false, 0));
    }

    /** Ends our stream behind what was written (a FIN); the peer may go on sending. */
    public void shutdownOutput() throws SocketException {
        LaneSocket socket = connected();
        socket.shutOutputHere();
        long end = socket.output().writtenPosition();
        socket.tell(new SocketVerb.Shutdown(socket, true, end));
    }

    /**
     * How long {@link #close} waits until all is delivered (SO_LINGER). What is not acknowledged by
     * then is lost, and the peer gets a RST. Zero makes a RST of every close. Without it, close
     * does not wait, and the stack delivers behind the caller's back.
     */
    public void linger(Duration timeout) throws IOException {
        lingerNs = Require.notNegative("linger", timeout);
        configure(connection -> connection.linger(timeout));
    }

    /**
     * Closes the socket: what was written is sent, then our end of stream. Threads that wait for
     * the socket get a {@link SocketException}. Where octets were left unread the peer gets a RST,
     * because it must not believe that they were taken (RFC 9293 §3.6.1). Does nothing the second
     * time.
     */
    @Override
    public void close() {
        LaneSocket socket = letGo();
        if (socket != null) {
            long end = socket.output().writtenPosition();
            socket.tell(new SocketVerb.Disconnect(socket, end));
            socket.tell(new SocketVerb.Detach(socket));
            if (lingerNs > 0) {
                Delivery.await(socket, System.nanoTime() + lingerNs);
            }
        }
    }

    /** Ends the connection at once with a RST; what was written and not yet sent is lost. */
    public void abort() {
        LaneSocket socket = letGo();
        if (socket != null) {
            socket.tell(new SocketVerb.Abort(socket, CloseReason.ABORTED));
            socket.tell(new SocketVerb.Detach(socket));
        }
    }

    private @Nullable LaneSocket letGo() {
        LaneSocket socket;
        synchronized (this) {
            if (!isClosed.compareAndSet(false, true)) {
                return null;
            }
            socket = half;
        }
        if (socket != null) {
            socket.letGo();
        }
        return socket;
    }

    // --- options, and what it is ---

    /**
     * Sets options by the methods of {@link TcpConnection}, on its lane, and waits until that is
     * done: {@code socket.configure(c -> c.noDelay(true))}. Before connecting, the last ones given
     * are set before the SYN leaves.
     *
     * @throws SocketException when the connection is over
     */
    public void configure(Consumer<TcpConnection> options) throws IOException {
        synchronized (this) {
            if (half == null && !isClosed.get()) {
                setup = setup == null ? options : setup.andThen(options);
                return;
            }
        }
        Object _ =
                query(connection -> {
                    options.accept(connection);
                    return true;
                });
    }

    /**
     * The same without waiting. The future ends when the options are set; with {@link
     * IllegalArgumentException} when one was refused, and {@link IllegalStateException} when the
     * connection is over.
     *
     * @throws SocketException when the socket is not connected, or closed
     */
    public CompletableFuture<?> startConfigure(Consumer<TcpConnection> options)
            throws SocketException {
        LaneSocket socket = connected();
        CompletableFuture<Boolean> reply = new CompletableFuture<>();
        socket.tell(
                new SocketVerb.Control<>(
                        socket,
                        connection -> {
                            options.accept(connection);
                            return true;
                        },
                        reply));
        return reply;
    }

    /**
     * Asks the connection something, on its lane: {@code socket.query(TcpConnection::info)}.
     *
     * @throws SocketException when the connection is over
     */
    public <T> T query(Function<TcpConnection, T> question) throws IOException {
        LaneSocket socket = connected();
        CompletableFuture<T> reply = new CompletableFuture<>();
        socket.tell(new SocketVerb.Control<>(socket, question, reply));
        try {
            if (!reply.isDone()) {
                connected().requireOffLane();
            }
            return reply.get();
        } catch (ExecutionException failure) {
            throw SocketErrors.refused(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the lane was asked");
        }
    }

    /** This side's address and port; null before it is connected. */
    public @Nullable Endpoint local() {
        LaneSocket socket = half;
        return socket == null || socket.local() == null ? bound : socket.local();
    }

    /** The peer's address and port; null before it is connected. */
    public @Nullable Endpoint remote() {
        LaneSocket socket = half;
        return socket == null ? null : socket.remote();
    }

    /** Why the connection is over; null while it is not, or there has been none. */
    public @Nullable CloseReason closeReason() {
        LaneSocket socket = half;
        return socket == null ? null : socket.reason();
    }

    public boolean isClosed() {
        return isClosed.get();
    }

    /** What reads from this socket; closing it closes the socket. */
    public InputStream inputStream() {
        return new TcpInputStream(this);
    }

    /** What writes to this socket, without a buffer; closing it closes the socket. */
    public OutputStream outputStream() {
        return new TcpOutputStream(this);
    }

    /** What a selector needs to know of this socket. */
    public Readiness readiness() throws SocketException {
        return new Readiness(connected());
    }

    /** The lane's half. */
    @Nullable LaneSocket half() {
        return half;
    }

    /** Whether a thread waits for the peer. */
    boolean hasWaiter() {
        LaneSocket socket = half;
        return socket != null && (socket.received().hasWaiter() || socket.send().hasWaiter());
    }

    @Override
    public String toString() {
        return "TCP socket " + local() + " → " + remote() + (isClosed.get() ? " (closed)" : "");
    }
}
