package io.ringway;

import io.ringway.steering.SteeredQueue;
import io.ringway.tcp.FlowMoves;
import io.ringway.tcp.MovedFlows;
import io.ringway.wire.IpProtocol;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Moves a bucket of the indirection table, with all connections in it, from one lane to another
 * while traffic runs. No octet is lost:
 *
 * <ol>
 *   <li>The lane that has it copies the frames that its port holds as well, and takes the
 *       connections out of its tables.
 *   <li>It sends them to the other lane in a note, which keeps its place among the frames: whatever
 *       arrives for the bucket from now on is handed over behind it.
 *   <li>The other lane takes them in, and from then on keeps what arrives.
 *   <li>All other lanes are told. Until they hear of it they hand frames to the first lane, which
 *       hands them on.
 * </ol>
 */
final class BucketMove implements FlowMoves.Leaving {
    /** Cycles for which the lane waits for frames or for room in a ring. */
    private static final int MOST_TRIES = 100_000;

    private final List<Lane> lanes;
    private final int bucket;
    private final Lane from;
    private final Lane to;
    private final SteeredQueue steered;
    private final CompletableFuture<Integer> done;
    private final int room;
    private final List<Object> companions = new ArrayList<>();
    private int tries;

    /**
     * @param room connections that {@code to} has room for
     * @param done gets how many connections have moved, once they have arrived
     */
    BucketMove(
            List<Lane> lanes,
            int bucket,
            Lane from,
            Lane to,
            SteeredQueue steered,
            int room,
            CompletableFuture<Integer> done) {
        this.lanes = lanes;
        this.bucket = bucket;
        this.from = from;
        this.to = to;
        this.steered = steered;
        this.room = room;
        this.done = done;
    }

    @Override
    public boolean isLeaving(
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        return bucket
                == steered.bucket(
                        IpProtocol.TCP,
                        localHigh,
                        localLow,
                        localPort,
                        remoteHigh,
                        remoteLow,
                        remotePort);
    }

    /** On the lane that has the bucket. */
    void begin() {
        if (done.isDone()) {
            return;
        }
        FlowMoves moves = from.tcp().moves();
        int count = steered.hasRoomForNote(to.index()) ? moves.prepare(this) : -1;
        if (count < 0) {
            tryAgain();
            return;
        }
        if (count > room) {
            done.completeExceptionally(
                    new StackException(
                            to
                                    + " has room for "
                                    + room
                                    + " connections, and bucket "
                                    + bucket
                                    + " has "
                                    + count
                                    + ": raise maxConnections"));
            return;
        }
        MovedFlows flows = moves.takeOut(this, new Departure());
        steered.assign(bucket, to.index());
        boolean isSent = steered.note(to.index(), nowNs -> arrive(flows, nowNs));
        assert isSent : "there was room";
    }

    private void tryAgain() {
        if (++tries < MOST_TRIES) {
            from.putOwn(new Message.Task(this::begin));
        } else {
            done.completeExceptionally(
                    new StackException(
                            "bucket "
                                    + bucket
                                    + " cannot leave "
                                    + from
                                    + ": it is out of frames"));
        }
    }

    /** On the lane that gets it. */
    private void arrive(MovedFlows flows, long nowNs) {
        BucketFollow.begin(lanes, bucket, to, from, to);
        Arrival arrival = new Arrival();
        to.tcp().moves().takeIn(flows, arrival, nowNs);
        arrival.sockets.forEach(LaneSocket::arrived);
        done.complete(flows.count());
    }

    private final class Departure implements FlowMoves.Companion {
        @Override
        public void onLeave(int tcb, int application, boolean isShown) {
            from.connections().leaving(tcb, application, isShown, to, companions);
        }

        @Override
        public int onArrive(int position, int tcb) {
            throw new AssertionError("they leave");
        }

        @Override
        public void onLost(int position) {
            throw new AssertionError("they leave");
        }
    }

    private final class Arrival implements FlowMoves.Companion {
        private final List<LaneSocket> sockets = new ArrayList<>();

        @Override
        public void onLeave(int tcb, int application, boolean isShown) {
            throw new AssertionError("they arrive");
        }

        @Override
        public int onArrive(int position, int tcb) {
            int application = to.connections().arrived(companions.get(position), tcb);
            if (to.connections().attachment(tcb) instanceof LaneSocket socket) {
                sockets.add(socket);
            }
            return application;
        }

        @Override
        public void onLost(int position) {
            to.connections().lost(companions.get(position));
        }
    }
}
