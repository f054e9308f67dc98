package io.ringway;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Objects;

/**
 * The handlers of a lane by a small number, which is all that a connection stores of its
 * application. A number is free again when its listener is closed and the last of its connections
 * is over. The lane only.
 */
final class HandlerTable {
    /** For a listener: it counts itself, and its connections once they open. */
    static final int PASSIVE = 0;

    /**
     * For connections that we open: each counts from the start. Those with the same handler share a
     * number.
     */
    static final int ACTIVE = 1;

    private @Nullable TcpHandler[] handlers = new TcpHandler[8];
    private int[] uses = new int[8];
    private boolean[] isActive = new boolean[8];
    private int[] free = new int[8];
    private int freeCount;
    private int count;
    private final IdentityHashMap<TcpHandler, Slot> active = new IdentityHashMap<>();
    private int[] listenerApplications = new int[0];

    private record Slot(int application) {}

    /** The handler with this number: one load, as it is asked for each event. */
    TcpHandler get(int application) {
        return Objects.requireNonNull(handlers[application]);
    }

    /** Finds or makes a number for a handler, and counts one use of it. */
    int add(TcpHandler handler, int kind) {
        if (kind == ACTIVE) {
            Slot known = active.get(handler);
            if (known != null) {
                uses[known.application()]++;
                return known.application();
            }
        }
        int application = freeCount > 0 ? free[--freeCount] : next();
        handlers[application] = handler;
        uses[application] = 1;
        isActive[application] = kind == ACTIVE;
        if (kind == ACTIVE) {
            active.put(handler, new Slot(application));
        }
        return application;
    }

    private int next() {
        if (count == handlers.length) {
            handlers = Arrays.copyOf(handlers, 2 * count);
            uses = Arrays.copyOf(uses, 2 * count);
            isActive = Arrays.copyOf(isActive, 2 * count);
            free = Arrays.copyOf(free, 2 * count);
        }
        return count++;
    }

    /** Counts a connection that its listener accepted; one that we opened is counted already. */
    void opened(int application) {
        if (!isActive[application]) {
            uses[application]++;
        }
    }

    /**
     * A connection goes to another lane.
     *
     * @param isShown whether it was counted as one that its listener accepted
     */
    void left(int application, boolean isShown) {
        if (isShown || isActive[application]) {
            release(application);
        }
    }

    /** Finds or makes a number for the handler of a connection that came from another lane. */
    @SuppressWarnings("ReferenceEquality") // The same object, whatever its equals says.
    int arrived(TcpHandler handler, boolean isShown) {
        for (int application = 0; application < count; application++) {
            if (handlers[application] == handler && !isActive[application]) {
                uses[application] += isShown ? 1 : 0;
                return application;
            }
        }
        // Its listener is closed here: it counts for itself, as one that we opened.
        return add(handler, ACTIVE);
    }

    void closed(int application) {
        release(application);
    }

    /** Gives up one use. */
    void release(int application) {
        TcpHandler handler = handlers[application];
        assert handler != null && uses[application] > 0 : application;
        if (--uses[application] == 0) {
            if (isActive[application]) {
                active.remove(handler);
            }
            handlers[application] = null;
            free[freeCount++] = application;
        }
    }

    /** Notes which number a listener of TCP has. */
    void listener(int listener, int application) {
        if (listener >= listenerApplications.length) {
            int length = listenerApplications.length;
            listenerApplications = Arrays.copyOf(listenerApplications, listener + 8);
            Arrays.fill(listenerApplications, length, listenerApplications.length, -1);
        }
        listenerApplications[listener] = application;
    }

    /** Forgets a listener and returns its number; -1 when it was forgotten before. */
    int endListener(int listener) {
        int application = listenerApplications[listener];
        listenerApplications[listener] = -1;
        return application;
    }
}
