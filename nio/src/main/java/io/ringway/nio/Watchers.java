package io.ringway.nio;

import java.lang.invoke.VarHandle;
import java.nio.channels.SelectionKey;
import java.util.Arrays;

/** The keys of one channel, in as many selectors, that are told its news. Any thread. */
final class Watchers {
    private static final RingwaySelectionKey[] NONE = {};

    private volatile RingwaySelectionKey[] keys = NONE;

    /** From now on {@code key} is told. */
    synchronized void add(RingwaySelectionKey key) {
        RingwaySelectionKey[] more = Arrays.copyOf(keys, keys.length + 1);
        more[keys.length] = key;
        keys = more;
    }

    synchronized void remove(RingwaySelectionKey key) {
        keys =
                Arrays.stream(keys)
                        .filter(other -> !other.equals(key))
                        .toArray(RingwaySelectionKey[]::new);
    }

    /**
     * One of these operations may have become ready. Never waits, so a lane may call it; what the
     * channel has published before is seen by the selector.
     */
    void fire(int ops) {
        // Between what was published and who wants to know of it: who begins to want looks then.
        VarHandle.fullFence();
        for (RingwaySelectionKey key : keys) {
            if ((key.wanted() & ops) != 0) {
                key.news();
            }
        }
    }

    /** The channel is not what it was: all are to look anew. */
    void fireAll() {
        VarHandle.fullFence();
        for (RingwaySelectionKey key : keys) {
            key.news();
        }
    }

    /**
     * The keys that were cancelled let go of the platform's channel inside at once, which could not
     * be made to block otherwise.
     */
    void cancelKernelKeys() {
        for (RingwaySelectionKey key : keys) {
            SelectionKey inside = key.kernelKey();
            if (inside != null && !key.isValid()) {
                inside.cancel();
            }
        }
    }
}
