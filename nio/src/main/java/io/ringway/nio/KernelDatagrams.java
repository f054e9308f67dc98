package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The kernel's half of a channel that is bound on Ringway and has sent to an address that is not on
 * Ringway: what comes back is taken by a virtual thread and waits here beside what comes from the
 * stack. What finds no room is dropped, as a datagram may be.
 */
final class KernelDatagrams implements AutoCloseable {
    private static final int MOST_WAITING = 256;
    private static final int LONGEST = 65_535;

    private record Arrived(InetSocketAddress from, ByteBuffer payload) {}

    private final DatagramChannel channel;
    private final ConcurrentLinkedQueue<Arrived> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicReference<@Nullable Runnable> hook = new AtomicReference<>();

    /**
     * @param channel one that blocks and is bound; it is closed with this
     */
    KernelDatagrams(DatagramChannel channel) {
        this.channel = channel;
        Thread _ = Thread.ofVirtual().name("ringway-kernel-datagrams").start(this::takeAll);
    }

    private void takeAll() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST);
        while (channel.isOpen()) {
            try {
                take(buffer);
            } catch (IOException failed) {
                // Closed, which the loop sees; or ICMP said that a datagram was lost, as they may.
            }
        }
        wake();
    }

    private void take(ByteBuffer buffer) throws IOException {
        buffer.clear();
        SocketAddress from = channel.receive(buffer);
        if (from instanceof InetSocketAddress known && count.get() < MOST_WAITING) {
            ByteBuffer payload = ByteBuffer.allocate(buffer.flip().remaining());
            payload.put(buffer).flip();
            count.incrementAndGet();
            waiting.add(new Arrived(known, payload));
            wake();
        }
    }

    private void wake() {
        Runnable due = hook.getAndSet(null);
        if (due != null) {
            due.run();
        }
    }

    /** Joins the key's group, too. */
    void join(RingwayMembershipKey key) throws IOException {
        key.joinBy(channel);
    }

    <T> void setOption(SocketOption<T> name, @Nullable T value) throws IOException {
        DatagramChannel _ = channel.setOption(name, value);
    }

    int send(ByteBuffer from, InetSocketAddress to) throws IOException {
        return channel.send(from, to);
    }

    /** Takes the first one that waits, cut to what the buffer holds; null when none waits. */
    @Nullable InetSocketAddress poll(ByteBuffer into) {
        Arrived first = waiting.poll();
        if (first == null) {
            return null;
        }
        count.decrementAndGet();
        ByteBuffer payload = first.payload;
        into.put(payload.limit(Math.min(payload.limit(), into.remaining())));
        return first.from;
    }

    boolean isReadable() {
        return !waiting.isEmpty();
    }

    /** Runs {@code then} once as soon as {@link #isReadable}; perhaps inline. */
    void whenReadable(Runnable then) {
        hook.set(then);
        if (isReadable()) {
            wake();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
