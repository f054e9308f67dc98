package io.ringway;

import io.ringway.memory.MpscRing;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;

/**
 * The messages on their way to one lane: those of other threads in a bounded ring, and the lane's
 * own for later.
 */
final class Mailbox {
    private static final long FULL_NAP_NS = 50_000;

    private final Lane lane;
    private final MpscRing<Message> messages;
    private final ArrayDeque<Message> own = new ArrayDeque<>();

    Mailbox(Lane lane, int capacity) {
        this.lane = lane;
        this.messages = new MpscRing<>(capacity);
    }

    /** Appends a message; false when there is no room. Any thread. */
    boolean offer(Message message) {
        return messages.offer(message);
    }

    /** Waits a little for room. Any thread but the lane's. */
    static void waitForRoom() {
        LockSupport.parkNanos(FULL_NAP_NS);
    }

    /**
     * Appends a message of the lane itself, which must not wait for its own ring. The lane only.
     */
    void putOwn(Message message) {
        own.add(message);
    }

    /** Whether there is nothing to run. The lane only. */
    boolean isEmpty() {
        return own.isEmpty() && messages.isEmpty();
    }

    /** Runs at most {@code limit} messages and returns how many. The lane only. */
    int run(int limit) {
        // What a message puts here runs in the next cycle, so one that puts itself again starves
        // nobody.
        int done = runOwn(Math.min(limit, own.size()));
        while (done < limit) {
            Message message = messages.poll();
            if (message == null) {
                break;
            }
            run(message);
            done++;
        }
        return done;
    }

    private int runOwn(int count) {
        for (int i = 0; i < count; i++) {
            run(own.remove());
        }
        return count;
    }

    /** Tells everybody that nothing will be run any more. The lane only. */
    void refuseAll() {
        own.forEach(Message::refuse);
        own.clear();
        for (Message message = messages.poll(); message != null; message = messages.poll()) {
            message.refuse();
        }
    }

    private void run(Message message) {
        try {
            message.run(lane);
        } catch (Throwable thrown) {
            lane.connections().taskFailed(message.subject(), thrown);
        }
    }
}
