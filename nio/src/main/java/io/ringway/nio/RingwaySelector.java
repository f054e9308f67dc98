package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A selector of channels of Ringway and of the kernel.
 *
 * <p>It does not ask all channels: those that may be ready note their keys in a list, from their
 * lanes, and wake who selects. A selection looks at these and at the ones that it found ready the
 * last time, because they stay ready until the program has done something about it.
 *
 * <p>While it waits it parks, so a virtual thread holds no carrier; with channels of the kernel
 * among its keys it waits in the platform's selector, and our news wake that.
 */
final class RingwaySelector extends AbstractSelector {
    private static final VarHandle NEWS;
    private static final VarHandle CHANGES;
    private static final VarHandle WAITS;

    private static final int AWAKE = 0;
    private static final int PARKED = 1;
    private static final int IN_KERNEL = 2;
    private static final long FOR_EVER = Long.MAX_VALUE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            NEWS = lookup.findVarHandle(RingwaySelector.class, "news", RingwaySelectionKey.class);
            CHANGES =
                    lookup.findVarHandle(
                            RingwaySelector.class, "changes", RingwaySelectionKey.class);
            WAITS = lookup.findVarHandle(RingwaySelector.class, "waits", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> publicKeys = Collections.unmodifiableSet(keys);
    private final Set<SelectionKey> selected = new HashSet<>();
    private final Set<SelectionKey> publicSelected = new SelectedKeys(selected);
    private final KernelSide kernel = new KernelSide();

    // The last keys of two lists, to which any thread adds and which the selecting one takes whole.
    private volatile @Nullable RingwaySelectionKey news;
    private volatile @Nullable RingwaySelectionKey changes;

    private volatile boolean isWoken;
    private volatile int waits;
    private volatile @Nullable Thread selecting;

    // The selecting thread's.
    private boolean isInSelection;
    private List<RingwaySelectionKey> hot = new ArrayList<>();
    private List<RingwaySelectionKey> spare = new ArrayList<>();
    private final List<RingwaySelectionKey> found = new ArrayList<>();

    RingwaySelector(SelectorProvider provider) {
        super(provider);
    }

    @Override
    public Set<SelectionKey> keys() {
        requireOpen();
        return publicKeys;
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        requireOpen();
        return publicSelected;
    }

    @Override
    public int selectNow() throws IOException {
        return selectWithin(null, 0);
    }

    @Override
    public int select() throws IOException {
        return selectWithin(null, FOR_EVER);
    }

    @Override
    public int select(long timeoutMs) throws IOException {
        return selectWithin(null, nanoseconds(timeoutMs));
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return selectWithin(Objects.requireNonNull(action), 0);
    }

    @Override
    public int select(Consumer<SelectionKey> action) throws IOException {
        return selectWithin(Objects.requireNonNull(action), FOR_EVER);
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeoutMs) throws IOException {
        return selectWithin(Objects.requireNonNull(action), nanoseconds(timeoutMs));
    }

    private static long nanoseconds(long timeoutMs) {
        if (timeoutMs < 0) {
            throw new IllegalArgumentException(
                    "a time-out is at least 0 ms; given " + timeoutMs + " ms");
        }
        return timeoutMs == 0 ? FOR_EVER : TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    private int selectWithin(@Nullable Consumer<SelectionKey> action, long timeoutNs)
            throws IOException {
        synchronized (this) {
            requireOpen();
            if (isInSelection) {
                throw new IllegalStateException(
                        "a selection is under way: what is done with a key must not select");
            }
            isInSelection = true;
            try {
                synchronized (publicSelected) {
                    return doSelect(action, timeoutNs);
                }
            } finally {
                isInSelection = false;
            }
        }
    }

    private int doSelect(@Nullable Consumer<SelectionKey> action, long timeoutNs)
            throws IOException {
        deregisterCancelled();
        applyChanges();
        clearFound();
        lookAtHot();
        kernel.select(-1, found);
        look();
        if (found.isEmpty() && timeoutNs != 0) {
            await(timeoutNs);
        }
        isWoken = false;
        deregisterCancelled();
        return report(action);
    }

    /** Looks at the keys that were ready the last time. */
    private void lookAtHot() throws IOException {
        List<RingwaySelectionKey> before = hot;
        hot = spare;
        spare = before;
        for (RingwaySelectionKey key : before) {
            look(key);
        }
        before.clear();
    }

    /** Looks at the keys that have news. */
    private void look() throws IOException {
        if (news == null) {
            return;
        }
        RingwaySelectionKey last = (RingwaySelectionKey) NEWS.getAndSet(this, null);
        // What was noted first is looked at first, so that nobody is left behind.
        RingwaySelectionKey key = null;
        while (last != null) {
            RingwaySelectionKey before = last.nextNoted;
            last.nextNoted = key;
            key = last;
            last = before;
        }
        while (key != null) {
            RingwaySelectionKey next = key.nextNoted;
            key.nextNoted = null;
            look(key);
            key = next;
        }
    }

    private void look(RingwaySelectionKey key) throws IOException {
        // First this: what happens from now on is noted again.
        key.forget();
        if (!key.isValid()) {
            return;
        }
        SelectableDoor door = key.door();
        SelectableChannel inside = door == null ? key.channel() : door.kernel();
        if (door == null || inside != null) {
            kernel.watch(key, Objects.requireNonNull(inside));
            return;
        }
        int ops = readyOps(door, key.wanted());
        if (ops != 0) {
            found(key, ops);
            if (key.note()) {
                hot.add(key);
            }
        }
    }

    private void found(RingwaySelectionKey key, int ops) {
        // A key may be looked at twice, when there are news while it is looked at.
        if (key.found() == 0) {
            found.add(key);
        }
        key.found(key.found() | ops);
    }

    private void clearFound() {
        for (RingwaySelectionKey key : found) {
            key.found(0);
        }
        found.clear();
    }

    private static int readyOps(SelectableDoor door, int wanted) {
        if (wanted == 0) {
            return 0;
        }
        int ops = door.readyOps(wanted);
        if (ops == 0) {
            door.arm(wanted);
            ops = door.readyOps(wanted);
        }
        return ops;
    }

    private void await(long timeoutNs) throws IOException {
        long deadlineNs = timeoutNs == FOR_EVER ? FOR_EVER : System.nanoTime() + timeoutNs;
        begin();
        try {
            while (found.isEmpty() && !isWoken && isOpen()) {
                long leftNs = deadlineNs == FOR_EVER ? FOR_EVER : deadlineNs - System.nanoTime();
                if (leftNs <= 0) {
                    return;
                }
                if (kernel.isUsed()) {
                    awaitInKernel(leftNs);
                } else {
                    park(leftNs);
                }
                look();
            }
        } finally {
            if (Thread.currentThread().isInterrupted()) {
                // Who interrupts tells us a moment later; it must not be the next wait's news.
                boolean _ = Interrupts.comes(() -> isWoken);
            }
            end();
        }
    }

    private void park(long leftNs) {
        selecting = Thread.currentThread();
        waits = PARKED;
        if (isStill()) {
            if (leftNs == FOR_EVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, leftNs);
            }
        }
        waits = AWAKE;
    }

    private void awaitInKernel(long leftNs) throws IOException {
        waits = IN_KERNEL;
        try {
            // Rounded up, for less than a millisecond would be for ever.
            long leftMs = leftNs == FOR_EVER ? 0 : (leftNs + 999_999) / 1_000_000;
            kernel.select(isStill() ? leftMs : -1, found);
        } finally {
            waits = AWAKE;
            if (Thread.currentThread().isInterrupted()) {
                // The platform's selector was told, in our place.
                isWoken = true;
            }
        }
    }

    private boolean isStill() {
        return news == null && !isWoken && isOpen();
    }

    private int report(@Nullable Consumer<SelectionKey> action) {
        int count = 0;
        for (RingwaySelectionKey key : found) {
            int ops = key.found() & key.wanted();
            if (!key.isValid() || ops == 0) {
                continue;
            }
            if (action != null) {
                key.readyOps(ops);
                count++;
                action.accept(key);
                requireOpen();
            } else if (selected.add(key)) {
                key.readyOps(ops);
                count++;
            } else if ((key.readySet() | ops) != key.readySet()) {
                key.readyOps(key.readySet() | ops);
                count++;
            }
        }
        clearFound();
        return count;
    }

    // --- keys ---

    @Override
    protected SelectionKey register(
            AbstractSelectableChannel channel, int ops, @Nullable Object attachment) {
        SelectableDoor door = channel instanceof SelectableDoor ours ? ours : null;
        if (door == null && !channel.provider().getClass().equals(Platform.provider().getClass())) {
            throw new IllegalSelectorException();
        }
        RingwaySelectionKey key = new RingwaySelectionKey(this, channel, door);
        Object _ = key.attach(attachment);
        // While nobody knows the key yet, who could cancel it.
        SelectionKey _ = key.interestOps(ops);
        requireOpen();
        keys.add(key);
        if (door != null) {
            door.watchers().add(key);
        }
        key.noteChange();
        if (!isOpen()) {
            keys.remove(key);
            forget(key);
            throw new ClosedSelectorException();
        }
        return key;
    }

    private void deregisterCancelled() throws IOException {
        Set<SelectionKey> cancelled = cancelledKeys();
        synchronized (cancelled) {
            for (Iterator<SelectionKey> i = cancelled.iterator(); i.hasNext(); ) {
                if (i.next() instanceof RingwaySelectionKey key) {
                    remove(key);
                }
                i.remove();
            }
        }
    }

    private void remove(RingwaySelectionKey key) throws IOException {
        keys.remove(key);
        selected.remove(key);
        forget(key);
        kernel.forget(key);
        deregister(key);
    }

    private static void forget(RingwaySelectionKey key) {
        SelectableDoor door = key.door();
        if (door != null) {
            door.watchers().remove(key);
        }
    }

    /** Takes over the interests that were set since the last selection. */
    private void applyChanges() {
        if (changes == null) {
            return;
        }
        RingwaySelectionKey key = (RingwaySelectionKey) CHANGES.getAndSet(this, null);
        while (key != null) {
            RingwaySelectionKey next = key.nextChanged;
            key.nextChanged = null;
            key.applyChange();
            if (key.note()) {
                hot.add(key);
            }
            key = next;
        }
    }

    /** The interest of {@code key} has changed. Any thread. */
    void changed(RingwaySelectionKey key) {
        RingwaySelectionKey last;
        do {
            last = changes;
            key.nextChanged = last;
        } while (!CHANGES.compareAndSet(this, last, key));
    }

    /** There are news of {@code key}, which was not marked before. Any thread; never waits. */
    void noted(RingwaySelectionKey key) {
        RingwaySelectionKey last;
        do {
            last = news;
            key.nextNoted = last;
        } while (!NEWS.compareAndSet(this, last, key));
        ring();
    }

    // --- waking ---

    @Override
    public Selector wakeup() {
        isWoken = true;
        ring();
        return this;
    }

    private void ring() {
        int before = waits;
        if (before != AWAKE && WAITS.compareAndSet(this, before, AWAKE)) {
            if (before == PARKED) {
                LockSupport.unpark(selecting);
            } else {
                kernel.wakeUp();
            }
        }
    }

    @Override
    protected void implCloseSelector() throws IOException {
        Selector _ = wakeup();
        synchronized (this) {
            synchronized (publicSelected) {
                // Not cancelled first: who registers at the same time finds a valid key or none.
                for (SelectionKey key : keys) {
                    if (key instanceof RingwaySelectionKey mine) {
                        remove(mine);
                    }
                }
                deregisterCancelled();
                selected.clear();
                kernel.close();
            }
        }
    }

    private void requireOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }

    @Override
    public String toString() {
        return "selector of " + keys.size() + " channels" + (isOpen() ? "" : " (closed)");
    }
}
