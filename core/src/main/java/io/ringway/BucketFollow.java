package io.ringway;

import io.ringway.steering.SteeredQueue;

import java.util.List;

/**
 * How a lane follows the move of a bucket without letting frames overtake each other: those that it
 * received before and handed to the old lane are still on their way through that one. So it keeps
 * back what it receives now, and sends a note after the old ones; when the note has come to the
 * lane that has the bucket, all of them have.
 */
final class BucketFollow {
    private final List<Lane> lanes;
    private final int bucket;
    private final Lane lane;

    private BucketFollow(List<Lane> lanes, int bucket, Lane lane) {
        this.lanes = lanes;
        this.bucket = bucket;
        this.lane = lane;
    }

    /** The bucket has moved from one lane to another; on {@code lane}, which is not the first. */
    static void begin(List<Lane> lanes, int bucket, Lane lane, Lane from, Lane to) {
        SteeredQueue steered = lane.steered();
        if (steered == null) {
            return;
        }
        steered.assign(bucket, to.index());
        if (!steered.isFedByLanes()) {
            steered.hold(bucket);
            new BucketFollow(lanes, bucket, lane).send(lane, from);
        }
    }

    private void send(Lane here, Lane next) {
        SteeredQueue steered = here.steered();
        if (steered != null && !steered.note(next.index(), _ -> arrived(next))) {
            here.putOwn(new Message.Task(() -> send(here, next)));
        }
    }

    /** The note has come to a lane, behind all that was handed over before it. */
    private void arrived(Lane here) {
        SteeredQueue steered = here.steered();
        if (steered == null) {
            return;
        }
        int owner = steered.table().lane(bucket);
        if (owner != here.index()) {
            send(here, lanes.get(owner));
        } else if (here == lane) {
            steered.endHold(bucket);
        } else {
            Message.pass(here, lane, new Message.Task(this::end));
        }
    }

    private void end() {
        SteeredQueue steered = lane.steered();
        if (steered != null) {
            steered.endHold(bucket);
        }
    }
}
