package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectionKey;

/**
 * A channel's registration with one of our selectors.
 *
 * <p>It is in the selector's list of news while its channel may be ready and the selector has not
 * looked yet, and stays marked as such for as long as it was found ready, since the selector looks
 * at it again each time.
 */
final class RingwaySelectionKey extends AbstractSelectionKey {
    private static final VarHandle INTEREST;
    private static final VarHandle NOTED;
    private static final VarHandle CHANGED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INTEREST = lookup.findVarHandle(RingwaySelectionKey.class, "interest", int.class);
            NOTED = lookup.findVarHandle(RingwaySelectionKey.class, "isNoted", boolean.class);
            CHANGED = lookup.findVarHandle(RingwaySelectionKey.class, "isChanged", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final RingwaySelector selector;
    private final SelectableChannel channel;

    /** Null for a channel of the platform's provider. */
    private final @Nullable SelectableDoor door;

    private volatile int interest;
    private volatile int ready;

    // What the selector looks for: the interest as it was when the last selection began.
    private volatile int wanted;

    @SuppressWarnings("UnusedVariable") // Used by its handle.
    private volatile boolean isNoted;

    @SuppressWarnings("UnusedVariable") // Used by its handle.
    private volatile boolean isChanged;

    /** The next one in the selector's list of news; whoever has the list reads it. */
    @Nullable RingwaySelectionKey nextNoted;

    /** The next one in the selector's list of changed interests. */
    @Nullable RingwaySelectionKey nextChanged;

    // The same registration with the platform's selector; only the selecting thread sets it.
    private volatile @Nullable SelectionKey kernelKey;

    // The selecting thread's: what is ready in the selection that is under way.
    private int found;

    RingwaySelectionKey(
            RingwaySelector selector, SelectableChannel channel, @Nullable SelectableDoor door) {
        this.selector = selector;
        this.channel = channel;
        this.door = door;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public Selector selector() {
        return selector;
    }

    @Override
    public int interestOps() {
        requireValid();
        return interest;
    }

    @Override
    public SelectionKey interestOps(int ops) {
        requireValid();
        requireKnown(ops);
        changed((int) INTEREST.getAndSet(this, ops), ops);
        return this;
    }

    @Override
    public int interestOpsOr(int ops) {
        requireValid();
        requireKnown(ops);
        int before = (int) INTEREST.getAndBitwiseOr(this, ops);
        changed(before, before | ops);
        return before;
    }

    @Override
    public int interestOpsAnd(int ops) {
        requireValid();
        int before = (int) INTEREST.getAndBitwiseAnd(this, ops);
        changed(before, before & ops);
        return before;
    }

    private void changed(int before, int after) {
        if (before != after) {
            noteChange();
        }
    }

    /** The selector is to take over the interest when its next selection begins. */
    void noteChange() {
        if (!(boolean) CHANGED.getAndSet(this, true)) {
            selector.changed(this);
        }
    }

    /** Takes over the interest; the selecting thread only. */
    void applyChange() {
        boolean _ = (boolean) CHANGED.getAndSet(this, false);
        wanted = interest;
    }

    @Override
    public int readyOps() {
        requireValid();
        return ready;
    }

    void readyOps(int ops) {
        ready = ops;
    }

    /** The ready set, whether the key is valid or not. */
    int readySet() {
        return ready;
    }

    private void requireValid() {
        if (!isValid()) {
            throw new CancelledKeyException();
        }
    }

    private void requireKnown(int ops) {
        if ((ops & ~channel.validOps()) != 0) {
            throw new IllegalArgumentException(
                    "the operations of this channel are "
                            + channel.validOps()
                            + " together; given "
                            + ops);
        }
    }

    @Nullable SelectableDoor door() {
        return door;
    }

    /** What the selector looks for. */
    int wanted() {
        return wanted;
    }

    /** There may be news of the channel. Any thread; never waits. */
    void news() {
        if (note()) {
            selector.noted(this);
        }
    }

    /** Marks the key as one that is to be looked at; false when it is marked already. */
    boolean note() {
        return !(boolean) NOTED.getAndSet(this, true);
    }

    /** The selector found nothing: from now on it has to be told. */
    void forget() {
        // An exchange and no plain store: what a lane did before it found the mark set is seen.
        boolean _ = (boolean) NOTED.getAndSet(this, false);
    }

    int found() {
        return found;
    }

    void found(int ops) {
        found = ops;
    }

    @Nullable SelectionKey kernelKey() {
        return kernelKey;
    }

    void kernelKey(@Nullable SelectionKey key) {
        kernelKey = key;
    }

    @Override
    public String toString() {
        return "key of " + channel + (isValid() ? ", interest " + interest : ", cancelled");
    }
}
