package io.ringway.testkit.swarm;

/**
 * Many TCP clients at once, driven by one thread: those that stay ({@link Swarm}), and those that
 * come, ask once and go ({@link ShortSwarm}).
 */
public sealed interface Clients extends AutoCloseable permits Swarm, ShortSwarm {
    /**
     * One turn: what has arrived, what is to be opened or closed, messages, what is late.
     *
     * @return how much was done; 0 when there was nothing to do
     */
    int doWork(long nowNs);

    /** Whether the server's link answers: without it nothing is sent to it. */
    boolean isReachable();

    /** Connections that were established up to now. */
    long opened();

    /** Connections that are established now. */
    int open();

    /** Replies that came back whole and right. */
    long messages();

    /** Segments sent again because nobody answered. */
    long resent();

    /** Connections that the server reset. */
    long resets();

    /** Segments with octets that nobody asked for, or other than those that were sent. */
    long wrong();

    /** Frames for none of the clients, or with a wrong checksum. */
    long foreign();

    /** Ends the messages and closes every connection. */
    void closeAll();

    /** Whether {@link #closeAll} has come to its end. */
    boolean isClosed();

    @Override
    void close();
}
