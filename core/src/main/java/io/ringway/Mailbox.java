package io.ringway;

import io.ringway.memory.MpscRing;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;

/**
 * The messages on their way to one lane: those of other threads in a bounded ring, and the lane's
 * own for later.
 */
final class Mailbox {
    private static final long FULL_NAP_NS = 50_000;

    /** That of the lane which the thread drives, or drove. */
    private static final ThreadLocal<@Nullable Mailbox> OF_THREAD = new ThreadLocal<>();

    private final Lane lane;
    private final MpscRing<Message> messages;
    private final ArrayDeque<Message> own = new ArrayDeque<>();
    private @Nullable Thread driver;

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
     * In the midst of a lane's cycle, keeps a message to another lane whose mailbox is full for
     * later, and says so: two lanes that waited for each other would do so for ever. Between cycles
     * a thread that drives a lane waits as any other, for perhaps there is no next one.
     */
    static boolean keepForLater(Lane to, Message message) {
        Mailbox ofThread = OF_THREAD.get();
        if (ofThread == null || !ofThread.lane.isInMyCycle()) {
            return false;
        }
        ofThread.putOwn(new Message.Forward(to, message));
        return true;
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

    /**
     * Runs at most {@code limit} messages of each kind and returns how many that were. The lane
     * only.
     */
    int run(int limit) {
        Thread current = Thread.currentThread();
        if (!current.equals(driver)) {
            driver = current;
            OF_THREAD.set(this);
        }
        // What a message puts here runs in the next cycle, and does not count against the others':
        // so those that put themselves again starve nobody.
        int ofOwn = runOwn(Math.min(limit, own.size()));
        int done = 0;
        while (done < limit) {
            Message message = messages.poll();
            if (message == null) {
                break;
            }
            run(message);
            done++;
        }
        return ofOwn + done;
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
