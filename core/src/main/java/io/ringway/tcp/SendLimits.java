package io.ringway.tcp;

/**
 * What holds a connection's sending back, and for how long in all: nothing but the network, the
 * peer's window, or the send buffer (the {@code busy}, {@code rwnd_limited} and {@code
 * sndbuf_limited} of {@code TCP_INFO}).
 *
 * <p>Part of a {@link Flight}.
 */
final class SendLimits {
    /** Nothing is outstanding. */
    static final int IDLE = 0;

    /** Data is outstanding, and the network or the application says how much. */
    static final int BUSY = 1;

    /** The peer's window is full. */
    static final int WINDOW = 2;

    /** The application waits for room to write. */
    static final int BUFFER = 3;

    private int limit;
    private long sinceNs;
    private long busyNs;
    private long windowNs;
    private long bufferNs;

    void clear() {
        limit = IDLE;
        busyNs = 0;
        windowNs = 0;
        bufferNs = 0;
    }

    /** From now on it is {@code now}. */
    void set(int now, long nowNs) {
        if (now != limit) {
            long forNs = nowNs - sinceNs;
            switch (limit) {
                case BUSY -> busyNs += forNs;
                case WINDOW -> windowNs += forNs;
                case BUFFER -> bufferNs += forNs;
                default -> {}
            }
            limit = now;
            sinceNs = nowNs;
        }
    }

    private long with(long total, int kind, long nowNs) {
        return limit == kind ? total + nowNs - sinceNs : total;
    }

    /** All the time in which data was outstanding. */
    long busyNs(long nowNs) {
        return with(busyNs, BUSY, nowNs) + windowLimitedNs(nowNs) + bufferLimitedNs(nowNs);
    }

    long windowLimitedNs(long nowNs) {
        return with(windowNs, WINDOW, nowNs);
    }

    long bufferLimitedNs(long nowNs) {
        return with(bufferNs, BUFFER, nowNs);
    }
}
