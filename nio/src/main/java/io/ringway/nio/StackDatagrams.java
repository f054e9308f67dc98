package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.UdpBatch;
import io.ringway.UdpChannel;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The stack's half of a channel that is bound on Ringway, and the kernel's half beside it when it
 * has one. One thread at a time receives, and one sends; the channel sees to that.
 */
final class StackDatagrams implements AutoCloseable {
    /** A wait without an end. */
    static final long FOREVER = Long.MAX_VALUE;

    private static final int LONGEST = 65_527;

    /** Says what of a datagram that arrived is for this channel. */
    interface Filter {
        boolean accepts(IpAddress peer, int port);
    }

    private final Stack stack;
    private final UdpChannel udp;
    private final Filter filter;
    private final AtomicBoolean isEnded = new AtomicBoolean();
    private volatile @Nullable KernelDatagrams kernel;
    private volatile @Nullable Thread reader;

    // The reader's: most datagrams have the source of the one before.
    private Endpoint lastPeer = new Endpoint(IpAddress.ANY_IPV6, 0);
    private @Nullable InetSocketAddress lastAddress;

    StackDatagrams(Stack stack, UdpChannel udp, Filter filter) {
        this.stack = stack;
        this.udp = udp;
        this.filter = filter;
    }

    Stack stack() {
        return stack;
    }

    UdpChannel udp() {
        return udp;
    }

    /** The kernel's half from now on. */
    void kernel(KernelDatagrams half) {
        kernel = half;
    }

    @Nullable KernelDatagrams kernel() {
        return kernel;
    }

    /** Whether this peer is the kernel's, and the channel may be known there. */
    boolean isForKernel(InetSocketAddress to) {
        return udp.local().address().isUnspecified() && !DatagramWays.isReachable(stack, to);
    }

    // --- receiving ---

    /**
     * Receives what waits, cut to what the buffer holds; null when nothing does.
     *
     * @throws java.net.PortUnreachableException when nobody listens at the connected peer's port
     */
    @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
        UdpBatch one = place(into);
        while (udp.receiveNow(one) > 0) {
            if (filter.accepts(one.peer(0).address(), one.peerPort(0))) {
                into.position(into.position() + Math.min(one.length(0), into.remaining()));
                return source(one.peer(0));
            }
        }
        KernelDatagrams beside = kernel;
        return beside == null ? null : beside.poll(into);
    }

    /** The buffer itself as the place for a datagram; where it holds none, a place to cut it. */
    private static UdpBatch place(ByteBuffer into) {
        int room = Math.min(into.remaining(), LONGEST);
        return room == 0 ? new UdpBatch(1, 1) : new UdpBatch(MemorySegment.ofBuffer(into), 1, room);
    }

    private InetSocketAddress source(Endpoint peer) {
        InetSocketAddress known = lastAddress;
        if (known == null || !peer.equals(lastPeer)) {
            known = peer.toInetSocketAddress();
            lastPeer = peer;
            lastAddress = known;
        }
        return known;
    }

    boolean isReadable() {
        KernelDatagrams beside = kernel;
        return udp.isReadable() || (beside != null && beside.isReadable());
    }

    /** Runs {@code then} when there may be something to receive; perhaps twice, perhaps inline. */
    void whenReadable(Runnable then) {
        udp.whenReadable(then);
        KernelDatagrams beside = kernel;
        if (beside != null) {
            beside.whenReadable(then);
        }
    }

    /**
     * Parks the reader until there may be something, it is woken or interrupted, or the time is
     * over.
     *
     * @param deadlineNs of {@link System#nanoTime}, or {@link #FOREVER}
     */
    void awaitReadable(long deadlineNs) {
        Thread self = Thread.currentThread();
        reader = self;
        try {
            whenReadable(() -> LockSupport.unpark(self));
            if (isReadable() || self.isInterrupted()) {
                return;
            }
            if (deadlineNs == FOREVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, deadlineNs - System.nanoTime());
            }
        } finally {
            reader = null;
        }
    }

    /** Makes who receives look again. */
    void wakeReader() {
        LockSupport.unpark(reader);
    }

    // --- sending ---

    /**
     * Sends a datagram by the stack.
     *
     * @param to null for the connected peer
     * @param isWaiting whether to wait for room where there is none
     * @return how many octets; 0 when there was no room
     * @throws SocketException when it is too long
     */
    int send(ByteBuffer from, @Nullable Endpoint to, boolean isWaiting) throws IOException {
        int length = from.remaining();
        Endpoint peer = to == null ? udp.remote() : to;
        int most = udp.maxLength(peer == null || peer.address().isIpv4());
        if (length > most) {
            throw new SocketException(
                    "Message too long: "
                            + length
                            + " octets; a datagram has at most "
                            + most
                            + " here");
        }
        UdpBatch one = new UdpBatch(memory(from), 1, Math.max(1, length));
        int _ = one.add(to, length);
        int sent = isWaiting ? udp.send(one) : udp.sendNow(one, 0);
        if (sent == 0) {
            return 0;
        }
        from.position(from.limit());
        return length;
    }

    private static MemorySegment memory(ByteBuffer from) {
        return from.hasRemaining()
                ? MemorySegment.ofBuffer(from)
                : MemorySegment.ofArray(new byte[1]);
    }

    // --- ending ---

    /** Whether this is the first call: who gets true closes it. */
    boolean end() {
        return isEnded.compareAndSet(false, true);
    }

    /** What was sent goes out first; who receives or sends is woken. */
    @Override
    public void close() throws IOException {
        KernelDatagrams beside = kernel;
        udp.close();
        wakeReader();
        if (beside != null) {
            beside.close();
        }
    }
}
