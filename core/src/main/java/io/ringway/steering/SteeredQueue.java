package io.ringway.steering;

import io.ringway.layer.Steering;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FrameCopies;
import io.ringway.memory.FrameList;
import io.ringway.memory.FramePool;
import io.ringway.memory.SpscLongRing;
import io.ringway.memory.SpscRing;
import io.ringway.port.PortQueue;

import java.util.Arrays;
import java.util.List;

/**
 * The port queue of a lane that has others beside it. What the lane's own queues receive is looked
 * at: frames of its own flows are the lane's, others go to the lane that they belong to, by index
 * and without a copy. A lane without a queue of its own sends through one that has.
 *
 * <p>The lane owns it, and the lane's end of every ring.
 */
public final class SteeredQueue implements PortQueue, Steering {
    private static final int RELAYED = 256;
    private static final int BUCKET_SHIFT = 32;

    /**
     * In the ring of received frames: not a frame, but a note to be run, and the sender's clock.
     */
    private static final long NOTE = Long.MIN_VALUE;

    private final int lane;
    private final LaneRings rings;
    private final IndirectionTable table;
    private final FrameClassifier classifier;
    private final FramePool frames;
    private final Counters counters;
    private final PortQueue[] queues;
    private final int sender;
    private final FrameBatch arrived;
    private final FrameBatch relayed = new FrameBatch(RELAYED);
    private final boolean[] isWritten;
    private final BucketHolds holds;
    private final long[] framesOf;
    private int turn;
    private int sentForOthers;
    private long clock;

    /**
     * @param lane whose it is
     * @param queues the lane's own of the port; none where the port has fewer queues than lanes
     * @param sender the lane that sends for this one when it has no queue
     * @param burst frames that {@link #receive} has room for, at least 2
     */
    public SteeredQueue(
            int lane,
            LaneRings rings,
            IndirectionTable table,
            FrameClassifier classifier,
            FramePool frames,
            Counters counters,
            List<PortQueue> queues,
            int sender,
            int burst) {
        this.lane = lane;
        this.rings = rings;
        this.table = table;
        this.classifier = classifier;
        this.frames = frames;
        this.counters = counters;
        this.queues = queues.toArray(PortQueue[]::new);
        this.sender = sender;
        this.arrived = new FrameBatch(burst / 2);
        this.isWritten = new boolean[rings.laneCount()];
        this.framesOf = new long[table.buckets()];
        this.holds = new BucketHolds(frames, table.buckets());
    }

    // --- receiving ---

    @Override
    public int receive(FrameBatch into, long nowNs) {
        int before = into.count();
        sendRelayed(nowNs);
        for (int i = 0; i < rings.laneCount(); i++) {
            int from = turn + i < rings.laneCount() ? turn + i : turn + i - rings.laneCount();
            if (from != lane) {
                takeHandedOver(rings.received(lane, from), from, into, nowNs);
            }
        }
        turn = turn + 1 == rings.laneCount() ? 0 : turn + 1;
        takeReleased(into);
        for (int i = 0; i < queues.length && holds.released().isEmpty(); i++) {
            receiveOwn(queues[(turn + i) % queues.length], into, nowNs);
        }
        publish();
        return into.count() - before;
    }

    private void takeHandedOver(SpscLongRing ring, int from, FrameBatch into, long nowNs) {
        // Some room is left for the lane's own queues, so that neither starves the other.
        int left = queues.length == 0 ? 0 : arrived.capacity();
        while (into.room() > left && ring.hasNext()) {
            long entry = ring.remove();
            if (entry < 0) {
                clock = Math.max(clock, entry & ~NOTE);
                runNote(rings.notes(lane, from), nowNs);
                continue;
            }
            int frame = (int) entry;
            frames.takeOver(frame);
            int bucket = (int) (entry >>> BUCKET_SHIFT) - 1;
            if (bucket >= 0 && table.lane(bucket) != lane) {
                // The bucket has moved on meanwhile.
                push(table.lane(bucket), frame, bucket);
            } else {
                accept(frame, bucket, into);
            }
        }
        ring.release();
    }

    private static void runNote(SpscRing<LaneNote> notes, long nowNs) {
        LaneNote note = notes.poll();
        assert note != null : "a note was announced and is not there";
        if (note != null) {
            note.run(nowNs);
        }
    }

    private void accept(int frame, int bucket, FrameBatch into) {
        if (bucket >= 0) {
            framesOf[bucket]++;
        }
        into.add(frame);
    }

    private void receiveOwn(PortQueue queue, FrameBatch into, long nowNs) {
        arrived.clear();
        // What is another lane's takes no room here, but all of it may be ours.
        if (into.room() < arrived.room()) {
            return;
        }
        int count = queue.receive(arrived, nowNs);
        for (int i = 0; i < count; i++) {
            steer(arrived.get(i), into);
        }
        arrived.clear();
    }

    private void steer(int frame, FrameBatch into) {
        int bucket = classifier.classify(frame);
        if (bucket == FrameClassifier.EVERY_LANE) {
            for (int to = 0; to < rings.laneCount(); to++) {
                if (to != lane) {
                    pushCopy(to, frame);
                }
            }
            into.add(frame);
            return;
        }
        if (holds.isHeld(bucket)) {
            hold(bucket, frame);
            return;
        }
        int to = bucket == FrameClassifier.FIRST_LANE ? 0 : table.lane(bucket);
        if (to == lane) {
            accept(frame, bucket, into);
        } else {
            push(to, frame, bucket);
        }
    }

    private void hold(int bucket, int frame) {
        if (!holds.add(bucket, frame)) {
            counters.increment(Counter.LANE_RING_FULL);
            frames.release(frame);
        }
    }

    /** Keeps back what this lane's own queues receive for a bucket, until {@link #endHold}. */
    public void hold(int bucket) {
        holds.begin(bucket);
    }

    /** Lets go what was kept back, in its order and before what follows. */
    public void endHold(int bucket) {
        FrameList waited = holds.end(bucket);
        int to = table.lane(bucket);
        while (waited != null && !waited.isEmpty()) {
            int frame = waited.removeFirst();
            if (to == lane) {
                framesOf[bucket]++;
                holds.released().add(frame);
            } else {
                push(to, frame, bucket);
            }
        }
        publish();
    }

    private void takeReleased(FrameBatch into) {
        FrameList released = holds.released();
        while (into.room() > 0 && !released.isEmpty()) {
            into.add(released.removeFirst());
        }
    }

    private void pushCopy(int to, int frame) {
        int copy = FrameCopies.copy(frames, frame);
        if (copy == FramePool.NONE) {
            counters.increment(Counter.LANE_NO_FRAME);
            return;
        }
        push(to, copy, -1);
    }

    /** Hands a frame over; what finds no room is dropped, as at a full queue of a network card. */
    private void push(int to, int frame, int bucket) {
        long entry = (bucket + 1L) << BUCKET_SHIFT | frame;
        if (rings.received(to, lane).offer(entry)) {
            frames.handOver(frame);
            isWritten[to] = true;
            counters.increment(Counter.LANE_HANDED_OVER);
        } else {
            counters.increment(Counter.LANE_RING_FULL);
            frames.release(frame);
        }
    }

    /**
     * Sends a note to another lane, in its place among the frames that were handed over before it.
     *
     * @return false when there is no room; try again later
     */
    public boolean note(int to, LaneNote note) {
        if (!hasRoomForNote(to)) {
            return false;
        }
        clock++;
        boolean isSent =
                rings.notes(to, lane).offer(note) && rings.received(to, lane).offer(NOTE | clock);
        assert isSent : "there was room";
        isWritten[to] = true;
        publish();
        return true;
    }

    /** Whether {@link #note} would find room. */
    public boolean hasRoomForNote(int to) {
        publish();
        SpscRing<LaneNote> notes = rings.notes(to, lane);
        SpscLongRing ring = rings.received(to, lane);
        return notes.size() < notes.capacity() && ring.size() < ring.capacity();
    }

    /** From now on this lane takes a bucket to be another lane's. */
    public void assign(int bucket, int to) {
        table.assign(bucket, to);
    }

    private void publish() {
        for (int to = 0; to < isWritten.length; to++) {
            if (isWritten[to]) {
                isWritten[to] = false;
                rings.received(to, lane).publish();
                rings.wake(to);
            }
        }
    }

    // --- sending ---

    @Override
    public int transmit(FrameBatch from, long nowNs) {
        return queues.length > 0 ? queues[0].transmit(from, nowNs) : handToSender(from);
    }

    private int handToSender(FrameBatch from) {
        SpscLongRing ring = rings.toSend(sender, lane);
        int count = 0;
        while (count < from.count() && ring.offer(from.get(count))) {
            frames.handOver(from.get(count));
            count++;
        }
        if (count > 0) {
            from.removeFirst(count);
            ring.publish();
            rings.wake(sender);
        }
        return count;
    }

    /** Sends what lanes without a queue have handed to this one. */
    private void sendRelayed(long nowNs) {
        if (queues.length == 0) {
            return;
        }
        for (int from = 0; from < rings.laneCount(); from++) {
            SpscLongRing ring = rings.toSend(lane, from);
            while (relayed.room() > 0 && ring.hasNext()) {
                int frame = (int) ring.remove();
                frames.takeOver(frame);
                relayed.add(frame);
            }
            ring.release();
        }
        if (relayed.count() > 0) {
            sentForOthers += queues[0].transmit(relayed, nowNs);
        }
    }

    /** Frames sent for lanes without a queue since this was asked last. */
    public int takeSentForOthers() {
        int count = sentForOthers;
        sentForOthers = 0;
        return count;
    }

    // --- which lane ---

    @Override
    public int laneCount() {
        return rings.laneCount();
    }

    @Override
    public boolean isSpeaker() {
        return lane == 0;
    }

    /** The bucket of a flow. */
    public int bucket(
            int protocol,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        return classifier.bucket(
                protocol, remoteHigh, remoteLow, localHigh, localLow, remotePort, localPort);
    }

    /**
     * A clock that ticks with notes (Lamport, "Time, Clocks, and the Ordering of Events in a
     * Distributed System", 1978): what a lane does after it got a note has a higher time than what
     * the sender did before it sent it.
     */
    public long clock() {
        return clock;
    }

    /** Where this lane believes the buckets to be. */
    public IndirectionTable table() {
        return table;
    }

    /** How many frames of a bucket this lane has received. */
    public long framesOf(int bucket) {
        return framesOf[bucket];
    }

    @Override
    public boolean isHome(
            int protocol,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        int bucket =
                bucket(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
        return table.lane(bucket) == lane;
    }

    @Override
    public void handOver(
            int frame,
            int protocol,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        int bucket =
                bucket(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
        push(table.lane(bucket), frame, bucket);
        publish();
    }

    @Override
    public void handToSpeaker(int frame) {
        push(0, frame, -1);
        publish();
    }

    // --- waiting ---

    /** Whether another lane has handed something over that was not taken yet. */
    public boolean hasWork() {
        if (relayed.count() > 0 || !holds.released().isEmpty()) {
            return true;
        }
        for (int from = 0; from < rings.laneCount(); from++) {
            if (from != lane
                    && (rings.received(lane, from).size() > 0
                            || rings.toSend(lane, from).size() > 0)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long nextDeadlineNs() {
        long next = Long.MAX_VALUE;
        for (PortQueue queue : queues) {
            next = Math.min(next, queue.nextDeadlineNs());
        }
        return next;
    }

    @Override
    public int pollDescriptor() {
        return queues.length == 0 ? -1 : queues[0].pollDescriptor();
    }

    @Override
    public int[] pollDescriptors() {
        return Arrays.stream(queues)
                .flatMapToInt(queue -> Arrays.stream(queue.pollDescriptors()))
                .toArray();
    }

    /** Whether all that this lane receives comes from other lanes, which wake it. */
    public boolean isFedByLanes() {
        return queues.length == 0;
    }

    @Override
    public void close() {
        holds.clear();
        for (PortQueue queue : queues) {
            queue.close();
        }
    }
}
