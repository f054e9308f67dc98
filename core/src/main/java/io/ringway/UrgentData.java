package io.ringway;

import io.ringway.tcp.Tcp;

/**
 * The urgent mechanism of one connection (RFC 9293 §3.8.5). Urgent octets travel in the stream like
 * all others; what is urgent is only the news that they are there, and where they end. RFC 6093 §5
 * advises new applications against it (middleboxes change or clear the pointer), so this is for
 * protocols that have it, such as Telnet. The lane only.
 */
public final class UrgentData {
    private final TcpConnection connection;
    private final Tcp tcp;

    UrgentData(TcpConnection connection, Tcp tcp) {
        this.connection = connection;
        this.tcp = tcp;
    }

    /**
     * Octets that are still to be read up to the last urgent one, of those that have come and of
     * those that are on their way; 0 when nothing urgent waits. {@link TcpHandler#onUrgent} tells
     * when there begins to be something.
     *
     * @throws IllegalStateException when the connection is over
     */
    public int unread() {
        return tcp.urgentUnread(connection.tcb());
    }

    /**
     * What has been written up to now is urgent: the peer is told at once, even if its window is
     * closed. Without effect when all of it is acknowledged already.
     *
     * @throws IllegalStateException when the connection is over
     */
    public void mark() {
        tcp.markUrgent(connection.tcb());
    }
}
