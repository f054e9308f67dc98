package io.ringway;

import io.ringway.memory.ByteRing;
import io.ringway.steering.SteeredQueue;
import io.ringway.udp.UdpIntake;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A {@link UdpChannel}'s receive ring in one lane; and the message "tell me when there is
 * something". The lane puts datagrams in as they arrive, one reader at a time takes them out.
 *
 * <p>As a message it is under way, or waits on the lane for its answer, once at most, as {@link
 * AcceptQueue}: a reader that waits again asks only the lanes that have answered.
 */
final class UdpArrivals implements UdpVerb, UdpIntake {
    private static final VarHandle ASKED;

    static {
        try {
            ASKED =
                    MethodHandles.lookup()
                            .findVarHandle(UdpArrivals.class, "isAsked", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Lane lane;
    private final UdpChannel channel;
    private final ByteRing ring;
    private final MemorySegment memory;

    @SuppressWarnings("UnusedVariable") // Used by its handle.
    private volatile boolean isAsked;

    // The lane's.
    private final UdpRecord written = new UdpRecord();
    private boolean isWanted;

    // The reader's.
    private final UdpRecord head = new UdpRecord();

    UdpArrivals(Lane lane, UdpChannel channel, int octets) {
        this.lane = lane;
        this.channel = channel;
        this.ring = new ByteRing(lane.connections().chunks(), octets);
        this.memory = lane.frames().memory();
    }

    Lane lane() {
        return lane;
    }

    // --- who reads ---

    /** Makes the lane tell the channel when there is something. */
    void ask() {
        if (!(boolean) ASKED.getAndSet(this, true)) {
            lane.tell(this);
        }
    }

    /** Whether there is nothing to take, about. Any thread. */
    boolean isEmpty() {
        return !head.isPending() && ring.isEmpty();
    }

    /** Whether there is a datagram to take. */
    boolean hasNext() {
        return head.next(ring);
    }

    /** The lane's clock when the next datagram came; after {@link #hasNext}. */
    long clock() {
        return head.extra();
    }

    /** Takes the next datagram; after {@link #hasNext}, and when the batch has room. */
    void take(UdpBatch into) {
        into.receive(head, ring);
    }

    /** Takes as many as there are and find room, {@code limit} at most, and returns how many. */
    int take(UdpBatch into, int limit) {
        int taken = 0;
        while (taken < limit && into.room() > 0 && hasNext()) {
            take(into);
            taken++;
        }
        return taken;
    }

    // --- the lane ---

    @Override
    public boolean take(
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long destinationHigh,
            long destinationLow,
            long offset,
            int length,
            long stampNs) {
        if (ring.writable() < UdpRecord.LENGTH + length) {
            return false;
        }
        SteeredQueue steered = lane.steered();
        written.set(
                length,
                sourcePort,
                sourceHigh,
                sourceLow,
                destinationHigh,
                destinationLow,
                stampNs,
                steered == null ? 0 : steered.clock());
        written.write(ring, memory, offset);
        return true;
    }

    @Override
    public void run(Lane on) {
        isWanted = true;
        if (!ring.isEmpty()) {
            answer();
        }
    }

    @Override
    public void refuse() {
        channel.wakeReader();
    }

    /** Answers who has asked: something has come. */
    void answer() {
        if (isWanted) {
            isWanted = false;
            boolean _ = (boolean) ASKED.getAndSet(this, false);
            channel.wakeReader();
        }
    }
}
