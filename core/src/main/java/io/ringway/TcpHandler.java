package io.ringway;

import io.ringway.tcp.CloseReason;
import io.ringway.tcp.Trouble;

/**
 * What an application does with its TCP connections. One handler serves all connections of a
 * listener; what belongs to one of them goes into its {@link TcpConnection#attachment(Object)
 * attachment}.
 *
 * <p>Every method runs on the connection's lane and must not block: everything else on the lane
 * waits for it. The {@link TcpConnection} it is given is the lane's own view, good until the method
 * returns; to keep the connection, keep what {@link TcpConnection#hold()} returns. A method that
 * throws loses its connection, which is aborted with {@link CloseReason#HANDLER_FAILED}, and
 * nothing else.
 */
@FunctionalInterface
public interface TcpHandler {
    /** The connection is established. Comes first, and once. */
    default void onOpen(TcpConnection connection) {}

    /**
     * New octets can be read, or the peer has ended its stream ({@link
     * TcpConnection#isEndOfStream}). What is left unread stays, and counts against the window that
     * the peer sees; the next call comes when more has arrived.
     */
    void onReadable(TcpConnection connection);

    /**
     * There is room again after a write that took less than it was given. Unless overridden it
     * calls {@link #onReadable}, so that a handler which answers what it reads needs no second
     * method.
     */
    default void onWritable(TcpConnection connection) {
        onReadable(connection);
    }

    /**
     * The peer has sent urgent octets, which come in the stream like all others; {@link
     * TcpConnection#urgent} says how far they reach. Comes before {@link #onReadable}.
     */
    default void onUrgent(TcpConnection connection) {}

    /**
     * Something stands in the connection's way, though it lives on (RFC 9293 §3.9.1.8): its octets
     * stay unanswered, or ICMP tells of a broken path. Whoever does not care need not override it.
     */
    default void onTrouble(TcpConnection connection, Trouble trouble) {}

    /**
     * The connection is over. Comes last, and once: also for a connection that was never
     * established, then without {@link #onOpen} before it.
     */
    default void onClosed(TcpConnection connection, CloseReason reason) {}
}
