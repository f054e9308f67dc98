package io.ringway;

import io.ringway.layer.IcmpError;
import io.ringway.layer.SourceFilter;
import io.ringway.udp.Udp;
import io.ringway.udp.UdpBinding;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A UDP socket for threads that are not a lane. {@link Stack#openUdpChannel} makes one.
 *
 * <p>It is in every lane, with a receive ring in each; {@link #receive} takes from them in turn, a
 * few datagrams each, so that none is left behind the others. Datagrams of one source come to one
 * lane, and so in order; when the source's bucket moves to another lane only {@link
 * UdpOptions#keepsSourceOrder} keeps those that came later from overtaking. (Where IP puts a
 * datagram together from fragments, it is as late as its last fragment.)
 *
 * <p>Any thread, platform or virtual; who blocks is parked, and holds neither a lane nor a carrier.
 * Several threads that receive take turns, and so do those that send. What finds no room in a ring
 * is dropped and counted ({@code udp-queue-full}); who sends waits for room instead.
 *
 * <p>An interrupted thread gets {@link InterruptedIOException} and stays interrupted. When another
 * thread closes the channel, who waits gets {@link SocketException}.
 */
public final class UdpChannel implements AutoCloseable {
    private static final VarHandle HOOK;

    private static final long FLUSH_NS = 1_000_000_000;
    private static final int HEARD_HERE = 1 << 16;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HOOK = lookup.findVarHandle(UdpChannel.class, "hook", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Stack stack;
    private final UdpLanes lanes;
    private final UdpInbox inbox;
    private final UdpDepartures departures;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile long receiveTimeoutNs;
    private volatile int marking = HEARD_HERE | 1;
    private final UdpPeerError error = new UdpPeerError();
    private volatile @Nullable Thread reader;

    @SuppressWarnings("UnusedVariable") // Used by its handle.
    private volatile @Nullable Runnable hook;

    UdpChannel(Stack stack, UdpOptions options) {
        this.stack = stack;
        this.inbox = new UdpInbox(stack, this, options);
        this.departures = new UdpDepartures(this, stack.laneToConnect(), options.sendOctets());
        this.lanes =
                new UdpLanes(
                        stack,
                        options,
                        (lane, all) -> new UdpHalf(lane, all, this, inbox.of(lane)));
    }

    UdpLanes lanes() {
        return lanes;
    }

    /** The address and port; the unspecified address stands for all of the stack's. */
    public Endpoint local() {
        return Objects.requireNonNull(lanes.local());
    }

    /** The peer it is connected to, or null. */
    public @Nullable Endpoint remote() {
        return lanes.remote();
    }

    public boolean isClosed() {
        return lanes.isClosed();
    }

    /**
     * Sets what datagrams have in their IP header from now on.
     *
     * @param trafficClass 0 to 255; its two lowest bits are ECN's and not used (RFC 2474, RFC 3168)
     * @param groupHopLimit how far those to multicast groups go, 0 to 255; 0 is not beyond this
     *     stack
     * @param isHeardHere whether those to multicast groups come also to who listens on this stack
     */
    public void marking(int trafficClass, int groupHopLimit, boolean isHeardHere) {
        marking =
                Require.inRange("trafficClass", trafficClass, 0, 255) << 8
                        | Require.inRange("groupHopLimit", groupHopLimit, 0, 255)
                        | (isHeardHere ? HEARD_HERE : 0);
    }

    /** Gives a binding of its own what was set last. That lane only. */
    void mark(UdpBinding binding) {
        int set = marking;
        binding.marking(set >>> 8 & 0xff, set & 0xff, (set & HEARD_HERE) != 0);
    }

    /** Octets of the longest datagram that can be sent over IPv4, or over IPv6. */
    public int maxLength(boolean isIpv4) {
        return stack.lane(0).udp().maxLength(isIpv4);
    }

    // --- connecting ---

    /**
     * From now on receives from {@code remote} only, sends there by default, and hears of ICMP
     * errors about it. Waits until all lanes know. What waits already is received all the same.
     *
     * @throws java.net.ConnectException when no route leads there, or another socket has the same
     *     address, port and peer
     */
    public void connect(Endpoint remote) throws IOException {
        stack.requireMayWait();
        SocketReader.take(writing);
        try {
            requireOpen();
            error.set(null);
            UdpFlow flow = answer(lanes.connect(remote));
            departures.moveTo(stack.lane(flow.home()));
        } finally {
            writing.unlock();
        }
    }

    /** Receives from anybody again. */
    public void disconnect() throws IOException {
        stack.requireMayWait();
        SocketReader.take(writing);
        try {
            requireOpen();
            Object _ = answer(lanes.connect((UdpFlow) null).thenApply(_ -> this));
            error.set(null);
        } finally {
            writing.unlock();
        }
    }

    /**
     * From now on receives what these sources send to a multicast group; {@link SourceFilter#NONE}
     * leaves it. Waits until all lanes know.
     *
     * @throws IllegalArgumentException when it is no multicast group
     * @throws SocketException when the stack is in too many groups, or the channel is closed
     */
    public void listen(IpAddress group, SourceFilter from) throws IOException {
        stack.requireMayWait();
        requireOpen();
        Object _ = answer(lanes.listen(group, from).thenApply(_ -> this));
    }

    private static <T> T answer(CompletableFuture<T> reply) throws IOException {
        try {
            return reply.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof IllegalArgumentException wrong) {
                throw wrong;
            }
            throw SocketErrors.notOpened(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the lanes were asked");
        }
    }

    // --- receiving ---

    /** How long {@link #receive} waits at most; zero, as it is at first, is for ever. */
    public void receiveTimeout(Duration timeout) {
        receiveTimeoutNs = Require.notNegative("receiveTimeout", timeout);
    }

    /**
     * Fills the batch, emptied before, with what is there, and waits for the first datagram.
     *
     * @return how many, at least 1
     * @throws SocketTimeoutException when nothing came for {@link #receiveTimeout}
     * @throws PortUnreachableException when nobody listens at the connected peer's port
     * @throws SocketException when the channel is closed, or the connected peer cannot be reached
     */
    public int receive(UdpBatch into) throws IOException {
        long timeoutNs = receiveTimeoutNs;
        long deadlineNs = timeoutNs == 0 ? SocketNote.NEVER : System.nanoTime() + timeoutNs;
        SocketReader.take(reading);
        try {
            reader = Thread.currentThread();
            int count = take(into);
            while (count == 0) {
                inbox.askLanes();
                count = take(into);
                if (count == 0) {
                    await(deadlineNs, timeoutNs);
                }
            }
            return count;
        } finally {
            reader = null;
            reading.unlock();
        }
    }

    /**
     * Fills the batch, emptied before, with what is there, and does not wait.
     *
     * @return how many, perhaps 0
     */
    public int receiveNow(UdpBatch into) throws IOException {
        into.clear();
        if (!reading.tryLock()) {
            // Another thread takes what there is.
            return 0;
        }
        try {
            return take(into);
        } finally {
            reading.unlock();
        }
    }

    private int take(UdpBatch into) throws IOException {
        requireOpen();
        error.throwOnce(lanes.remote());
        into.clear();
        inbox.take(into);
        return into.count();
    }

    private void await(long deadlineNs, long timeoutNs) throws IOException {
        requireOffLane();
        if (inbox.isLaneClosed()) {
            throw SocketErrors.over(null);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the thread was interrupted while it received");
        }
        if (deadlineNs == SocketNote.NEVER) {
            LockSupport.park(this);
            return;
        }
        long leftNs = deadlineNs - System.nanoTime();
        if (leftNs <= 0) {
            throw SocketErrors.timedOut("no datagram was received", timeoutNs);
        }
        LockSupport.parkNanos(this, leftNs);
    }

    private void requireOffLane() {
        if (stack.laneOfThisThread() != null) {
            throw new IllegalStateException(
                    "this call would block a lane; use receiveNow or sendNow there, or a"
                            + " UdpHandler");
        }
    }

    // --- sending ---

    /** Sends one datagram; otherwise as {@link #send(UdpBatch)}. */
    public void send(Endpoint to, byte[] payload) throws IOException {
        UdpBatch one = new UdpBatch(MemorySegment.ofArray(payload.clone()), 1, payload.length);
        int _ = one.add(to, payload.length);
        int _ = send(one);
    }

    /** Sends one datagram to the connected peer; otherwise as {@link #send(UdpBatch)}. */
    public void send(byte[] payload) throws IOException {
        UdpBatch one = new UdpBatch(MemorySegment.ofArray(payload.clone()), 1, payload.length);
        int _ = one.add(null, payload.length);
        int _ = send(one);
    }

    /**
     * Sends all datagrams of a batch, and waits for room where there is none. They are the stack's
     * then; the caller may use the batch again.
     *
     * @return how many
     * @throws IllegalArgumentException when one is longer than {@link #maxLength}
     * @throws SocketException when the channel is closed, one names no peer and the channel is not
     *     connected, or the connected peer cannot be reached
     */
    public int send(UdpBatch from) throws IOException {
        SocketReader.take(writing);
        try {
            int sent = put(from, 0);
            while (sent < from.count()) {
                requireOffLane();
                departures.awaitRoom(from.length(sent));
                sent += put(from, sent);
            }
            return sent;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Sends those datagrams of a batch that there is room for, in order from {@code first} on, and
     * does not wait.
     *
     * @return how many
     */
    public int sendNow(UdpBatch from, int first) throws IOException {
        SocketReader.take(writing);
        try {
            return put(from, first);
        } finally {
            writing.unlock();
        }
    }

    private int put(UdpBatch from, int first) throws IOException {
        requireOpen();
        error.throwOnce(lanes.remote());
        int at = first;
        try {
            while (at < from.count() && put(from, at, requirePeer(from, at))) {
                at++;
            }
        } finally {
            if (at > first) {
                departures.post();
            }
        }
        return at - first;
    }

    private @Nullable Endpoint requirePeer(UdpBatch from, int index) throws SocketException {
        Endpoint connected = from.peerPort(index) == 0 ? lanes.remote() : null;
        if (connected == null && from.peerPort(index) == 0) {
            throw new SocketException(
                    "the datagram names no peer, and the channel is connected to none");
        }
        boolean isIpv4 =
                connected == null
                        ? IpAddress.isIpv4(from.peerHigh(index), from.peerLow(index))
                        : connected.address().isIpv4();
        int length = from.length(index);
        int longest = from.segmentSize(index) == 0 ? length : from.segmentSize(index);
        if (longest > maxLength(isIpv4) || length > Udp.MAX_PAYLOAD_IPV6) {
            throw new IllegalArgumentException(
                    "a datagram has at most " + maxLength(isIpv4) + " octets; given " + longest);
        }
        return connected;
    }

    /** Puts one into the ring, for {@code to} when it names no peer. */
    private boolean put(UdpBatch from, int index, @Nullable Endpoint to) {
        return departures.put(
                to == null ? from.peerHigh(index) : to.address().high(),
                to == null ? from.peerLow(index) : to.address().low(),
                to == null ? from.peerPort(index) : to.port(),
                from.localHigh(index),
                from.localLow(index),
                from.segmentSize(index),
                from.memory(),
                from.offset(index),
                from.length(index));
    }

    // --- for selectors ---

    /** Whether {@link #receiveNow} would give a datagram, or fail. */
    public boolean isReadable() {
        return isOver() || error.isSet() || !inbox.isEmpty();
    }

    /** Whether a quarter of what may wait to be sent is free, or {@link #sendNow} would fail. */
    public boolean isWritable() {
        return isOver() || departures.isWritable();
    }

    /**
     * Runs {@code then} once as soon as {@link #isReadable}, on a lane; perhaps inline. It must not
     * block. Null takes it back; to be told again, ask again.
     */
    public void whenReadable(@Nullable Runnable then) {
        hook = then;
        if (then != null) {
            inbox.askLanes();
            if (isReadable()) {
                wakeReader();
            }
        }
    }

    /** The same for {@link #isWritable}. */
    public void whenWritable(@Nullable Runnable then) {
        departures.whenWritable(then);
        if (then != null && isOver()) {
            departures.wake();
        }
    }

    // --- the lanes ---

    /** What it is bound by in a lane. That lane only. */
    @Nullable UdpBinding binding(Lane lane) {
        return lanes.replica(lane.index()).bindingOrNull();
    }

    /** The connected peer cannot be reached. */
    void failed(IcmpError.Kind kind) {
        error.set(kind);
        wakeReader();
    }

    /** There is something to receive, or an error. Any thread. */
    void wakeReader() {
        LockSupport.unpark(reader);
        Runnable due = (Runnable) HOOK.getAndSet(this, null);
        if (due != null) {
            due.run();
        }
    }

    void wakeAll() {
        wakeReader();
        departures.wake();
    }

    /** Whether nothing will be received or sent any more. */
    boolean isOver() {
        return lanes.isClosed() || stack.lane(0).isClosed();
    }

    boolean hasReader() {
        return reader != null;
    }

    private void requireOpen() throws SocketException {
        if (lanes.isClosed()) {
            throw SocketErrors.closed();
        }
        if (stack.lane(0).isClosed()) {
            throw SocketErrors.over(null);
        }
    }

    /**
     * Unbinds the channel in all lanes; what waits to be received is lost, what was sent goes out
     * first, for up to a second. Threads that wait get a {@link SocketException}. Does nothing the
     * second time.
     */
    @Override
    public void close() {
        if (!lanes.isClosed() && stack.laneOfThisThread() == null) {
            flush();
        }
        CompletableFuture<Void> done = lanes.close();
        wakeAll();
        if (stack.laneOfThisThread() == null) {
            done.join();
        }
    }

    private void flush() {
        if (!writing.tryLock()) {
            // Another thread waits for room; it is told that there will be none.
            return;
        }
        try {
            departures.flush(System.nanoTime() + FLUSH_NS);
        } catch (InterruptedIOException hurried) {
            // Who is interrupted does not want to wait.
            Thread.currentThread().interrupt();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public String toString() {
        return "UDP channel " + lanes.local() + (isClosed() ? " (closed)" : "");
    }
}
