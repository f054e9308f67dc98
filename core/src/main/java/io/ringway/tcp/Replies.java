package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.TcpHeader;

/**
 * Answers that belong to no connection, noted while input is processed and sent afterwards: RSTs
 * (RFC 9293 §3.10.7.1), challenge ACKs for half-open connections, ACKs of TIME-WAIT.
 *
 * <p>A ring of a fixed size; what does not fit is dropped, as the network would.
 */
final class Replies {
    private static final int LONGS = 8;

    /** The answer carries the time stamps that were noted with it. */
    private static final int STAMPED = 1;

    /** It carries the time when it is sent, moved by the offset that was noted. */
    private static final int STAMPED_LATER = 2;

    private final SegmentWriter writer;
    private final Counters counters;
    private final long[] ring;
    private final int capacity;
    private final PacketInfo route = new PacketInfo();
    private int first;
    private int count;

    Replies(TcpConfig config, SegmentWriter writer, Counters counters) {
        this.writer = writer;
        this.counters = counters;
        this.capacity = config.maxPendingReplies();
        this.ring = new long[capacity * LONGS];
    }

    /**
     * Notes the RST that answers a segment for no connection: its numbers come from the segment
     * itself.
     */
    void reset(Segment segment) {
        if (segment.has(TcpHeader.ACK)) {
            note(segment, segment.ack, 0, TcpHeader.RST, 0, false, 0, 0);
        } else {
            note(segment, 0, segment.end(), TcpHeader.RST | TcpHeader.ACK, 0, false, 0, 0);
        }
    }

    /** Notes a segment without payload back to where {@code segment} came from. */
    void note(
            Segment segment,
            int seq,
            int ack,
            int flags,
            int window,
            boolean withTimestamps,
            int timestampValue,
            int timestampEcho) {
        PacketInfo info = segment.info;
        int at = open((flags & TcpHeader.RST) != 0);
        if (at < 0) {
            return;
        }
        ring[at] = info.destinationHigh;
        ring[at + 1] = info.destinationLow;
        ring[at + 2] = info.sourceHigh;
        ring[at + 3] = info.sourceLow;
        int ports = segment.destinationPort << 16 | segment.sourcePort;
        fill(at, ports, seq, ack, flags, window, withTimestamps, timestampValue, timestampEcho);
    }

    /**
     * Notes the RST of a connection that is being aborted: with time stamps, where the connection
     * has them (RFC 7323 §3.2).
     */
    void abort(Tcb tcb, int seq) {
        int at = open(true);
        if (at < 0) {
            return;
        }
        ring[at] = tcb.localHigh();
        ring[at + 1] = tcb.localLow();
        ring[at + 2] = tcb.remoteHigh();
        ring[at + 3] = tcb.remoteLow();
        int flags = TcpHeader.RST | TcpHeader.ACK;
        boolean isStamped = tcb.has(Flag.TIMESTAMPS);
        fill(
                at,
                tcb.ports(),
                seq,
                tcb.rcvNxt(),
                flags,
                0,
                isStamped,
                tcb.tsOffset(),
                tcb.tsRecent());
        ring[at + 7] = isStamped ? STAMPED_LATER : 0;
    }

    private int open(boolean isReset) {
        if (count == capacity) {
            if (isReset) {
                counters.increment(Counter.TCP_RESETS_LIMITED);
            }
            return -1;
        }
        int slot = first + count;
        count++;
        return (slot >= capacity ? slot - capacity : slot) * LONGS;
    }

    private void fill(
            int at,
            int ports,
            int seq,
            int ack,
            int flags,
            int window,
            boolean withTimestamps,
            int timestampValue,
            int timestampEcho) {
        ring[at + 4] = (long) ports << 32 | (seq & 0xffffffffL);
        ring[at + 5] = (long) ack << 32 | (long) flags << 16 | window;
        ring[at + 6] = (long) timestampValue << 32 | (timestampEcho & 0xffffffffL);
        ring[at + 7] = withTimestamps ? STAMPED : 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Sends the first answer; it is lost if there is no frame for it. */
    void sendFirst(long nowNs) {
        int at = first * LONGS;
        first = first + 1 == capacity ? 0 : first + 1;
        count--;
        route.sourceHigh = ring[at];
        route.sourceLow = ring[at + 1];
        route.destinationHigh = ring[at + 2];
        route.destinationLow = ring[at + 3];
        route.hint = 0;
        int flags = (int) (ring[at + 5] >>> 16) & 0xff;
        int stamp = (int) (ring[at + 6] >>> 32);
        boolean sent =
                writer.sendBare(
                        route,
                        (int) (ring[at + 4] >>> 32),
                        (int) ring[at + 4],
                        (int) (ring[at + 5] >>> 32),
                        flags,
                        (int) ring[at + 5] & 0xffff,
                        ring[at + 7] != 0,
                        ring[at + 7] == STAMPED_LATER
                                ? SegmentWriter.timestamp(stamp, nowNs)
                                : stamp,
                        (int) ring[at + 6],
                        nowNs);
        if (sent && (flags & TcpHeader.RST) != 0) {
            counters.increment(Counter.TCP_RESETS_SENT);
        }
    }
}
