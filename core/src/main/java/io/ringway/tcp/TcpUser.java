package io.ringway.tcp;

/**
 * Who uses TCP's connections: told, in the lane's application step and never from inside segment
 * processing, which of them have news.
 */
public interface TcpUser {
    /** The connection is established; it comes first, and once. */
    int OPENED = 1;

    /** There are octets to read, or the peer's end of stream. */
    int READABLE = 1 << 1;

    /** There is room again after a write was cut short. */
    int WRITABLE = 1 << 2;

    /** Both directions are over, or the connection was aborted; it comes last, and once. */
    int CLOSED = 1 << 3;

    /** Urgent octets are on their way, or there already. */
    int URGENT = 1 << 4;

    /** The first of the bits that stand for each {@link Trouble}. */
    int FIRST_TROUBLE = 1 << 5;

    /**
     * Handles what happened to connection {@code tcb} since the last call.
     *
     * @param application the number given to {@link Tcp#listen} or {@link Tcp#connect}
     * @param events a union of the constants above
     */
    void onReady(int tcb, int application, int events, long nowNs);

    /**
     * How many connections of a listener the user was told of and keeps for somebody who has not
     * come for them yet. They count against the listener's backlog; asked with each handshake.
     *
     * @param application the number given to {@link Tcp#listen}
     */
    default int untaken(int application) {
        return 0;
    }
}
