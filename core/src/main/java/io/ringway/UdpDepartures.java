package io.ringway;

import io.ringway.memory.ByteRing;
import io.ringway.memory.FramePool;
import io.ringway.udp.Udp;
import io.ringway.udp.UdpBinding;

import org.jspecify.annotations.Nullable;

import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * What a {@link UdpChannel} sends, on its way to the lane that sends it; and the message "there is
 * something". One writer at a time puts in, the lane takes out, in this order, into frames.
 *
 * <p>The lane is one that the stack chooses, and the peer's when the channel is connected. The ring
 * goes along: the old lane lets go of it, says so, and the new one goes on where it stopped.
 */
final class UdpDepartures implements UdpVerb {
    private static final VarHandle QUEUED;
    private static final VarHandle HOOK;

    /** The share of the ring that is free before who found it full goes on. */
    private static final int RESUME_SHARE = 4;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            QUEUED = lookup.findVarHandle(UdpDepartures.class, "isQueued", boolean.class);
            HOOK = lookup.findVarHandle(UdpDepartures.class, "hook", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final UdpChannel channel;
    private final ByteRing ring;
    private volatile Lane home;

    @SuppressWarnings("UnusedVariable") // Used by its handle.
    private volatile boolean isQueued;

    private volatile int wanted;
    private volatile @Nullable Thread waiter;
    private volatile @Nullable Runnable hook;

    // The writer's.
    private final UdpRecord written = new UdpRecord();

    // The lane's.
    private final UdpRecord head = new UdpRecord();
    private boolean isHeld;
    private boolean isStalled;

    UdpDepartures(UdpChannel channel, Lane home, int octets) {
        this.channel = channel;
        this.home = home;
        this.ring = new ByteRing(home.connections().chunks(), octets);
    }

    /** The lane lets go of the ring. */
    record Hold(UdpDepartures departures, CompletableFuture<Boolean> reply) implements UdpVerb {
        @Override
        public void run(Lane lane) {
            departures.isHeld = true;
            reply.complete(true);
        }

        @Override
        public void refuse() {
            reply.complete(false);
        }
    }

    /** The lane has the ring from now on. */
    record Resume(UdpDepartures departures) implements UdpVerb {
        @Override
        public void run(Lane lane) {
            departures.isHeld = false;
            departures.isStalled = false;
            departures.work(lane);
        }
    }

    // --- who writes ---

    /** Moves to another lane; the writer, who waits for the old one. */
    void moveTo(Lane to) {
        Lane from = home;
        if (!from.equals(to)) {
            CompletableFuture<Boolean> reply = new CompletableFuture<>();
            from.tell(new Hold(this, reply));
            boolean _ = reply.join();
            home = to;
            to.tell(new Resume(this));
        }
    }

    /**
     * Appends one datagram, or several of equal length, if there is room. The lane hears of it with
     * {@link #post}.
     *
     * @param segmentSize octets of each datagram, or 0 when it is one
     */
    boolean put(
            long peerHigh,
            long peerLow,
            int peerPort,
            long localHigh,
            long localLow,
            int segmentSize,
            MemorySegment from,
            long offset,
            int length) {
        if (ring.writable() < UdpRecord.LENGTH + length) {
            return false;
        }
        written.set(length, peerPort, peerHigh, peerLow, localHigh, localLow, 0, segmentSize);
        written.write(ring, from, offset);
        return true;
    }

    /** Makes the lane look. Any thread. */
    void post() {
        // Always the atomic exchange: a look before it could be older than what we wrote last.
        if (!(boolean) QUEUED.getAndSet(this, true)) {
            home.tell(this);
        }
    }

    /** Waits until there is room for a datagram of {@code length} octets, or for ever none. */
    void awaitRoom(int length) throws InterruptedIOException {
        int room = Math.max(UdpRecord.LENGTH + length, ring.capacity() / RESUME_SHARE);
        await(room, SocketNote.NEVER);
    }

    /** Waits until all was taken, at most until {@code deadlineNs}. */
    void flush(long deadlineNs) throws InterruptedIOException {
        await(ring.capacity(), deadlineNs);
    }

    private void await(int room, long deadlineNs) throws InterruptedIOException {
        Thread self = Thread.currentThread();
        waiter = self;
        wanted = room;
        try {
            post();
            while (!hasRoom(room) && !channel.isOver()) {
                if (self.isInterrupted()) {
                    throw new InterruptedIOException(
                            "the thread was interrupted while it waited for room to send");
                }
                long leftNs = deadlineNs - System.nanoTime();
                if (deadlineNs == SocketNote.NEVER) {
                    LockSupport.park(this);
                } else if (leftNs > 0) {
                    LockSupport.parkNanos(this, leftNs);
                } else {
                    return;
                }
            }
        } finally {
            wanted = 0;
            waiter = null;
        }
    }

    private boolean hasRoom(int octets) {
        return ring.capacity() - ring.size() >= octets;
    }

    /** Whether a quarter of the ring is free. Any thread. */
    boolean isWritable() {
        return hasRoom(ring.capacity() / RESUME_SHARE);
    }

    /** Runs {@code then} once as soon as {@link #isWritable}; null takes it back. */
    void whenWritable(@Nullable Runnable then) {
        hook = then;
        if (then != null) {
            post();
        }
    }

    /** Wakes who waits, to look for itself. Any thread. */
    void wake() {
        LockSupport.unpark(waiter);
        Runnable due = (Runnable) HOOK.getAndSet(this, null);
        if (due != null) {
            due.run();
        }
    }

    // --- the lane ---

    @Override
    public void run(Lane lane) {
        if (!home.equals(lane)) {
            Message.pass(lane, home, this);
            return;
        }
        boolean _ = (boolean) QUEUED.getAndSet(this, false);
        work(lane);
    }

    @Override
    public void refuse() {
        wake();
    }

    private void work(Lane lane) {
        if (isHeld) {
            return;
        }
        if (!isStalled) {
            carry(lane);
        }
        answer();
    }

    /** There is room again. The lane may be one that the ring has left. */
    void goOn(Lane lane) {
        if (home.equals(lane)) {
            isStalled = false;
            work(lane);
        }
    }

    private void carry(Lane lane) {
        UdpBinding binding = channel.binding(lane);
        if (binding == null || !binding.isBound()) {
            ring.clear();
            return;
        }
        while (head.next(ring)) {
            if (!send(lane, binding)) {
                isStalled = true;
                lane.sockets().stalled(this);
                return;
            }
            head.finish(ring);
        }
    }

    /** Sends what the head says, and returns whether all of it found room. */
    private boolean send(Lane lane, UdpBinding binding) {
        Udp udp = lane.udp();
        FramePool frames = lane.frames();
        int segmentSize = (int) head.extra();
        boolean isOurs = lane.ip().isLocal(head.localHigh(), head.localLow());
        channel.mark(binding);
        do {
            int frame =
                    udp.begin(
                            binding,
                            isOurs ? head.localHigh() : 0,
                            isOurs ? head.localLow() : 0,
                            head.peerHigh(),
                            head.peerLow(),
                            head.left(),
                            segmentSize);
            if (frame < 0) {
                // Where no route leads to, a datagram is lost as on any other way.
                return frame == Udp.UNROUTED;
            }
            head.read(ring, frames.memory(), frames.data(frame), frames.length(frame));
            udp.finish(binding, frame, head.peerPort(), segmentSize);
        } while (head.left() > 0);
        return true;
    }

    private void answer() {
        int room = wanted;
        if (room > 0 && hasRoom(room)) {
            LockSupport.unpark(waiter);
        }
        if (hook != null && isWritable()) {
            Runnable due = (Runnable) HOOK.getAndSet(this, null);
            if (due != null) {
                due.run();
            }
        }
    }
}
