package io.ringway.tcp;

import io.ringway.wire.Seq;

/**
 * Whether a segment's numbers fit a connection's (RFC 9293 §3.10.7.4, first and fifth step). Pure;
 * any thread.
 */
final class Acceptability {
    private Acceptability() {}

    /**
     * Whether a segment is acceptable: whether it begins or ends in the receive window.
     *
     * <pre>
     *  length  window  acceptable when
     *  0       0       SEG.SEQ = RCV.NXT
     *  0       > 0     RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND
     *  > 0     0       never
     *  > 0     > 0     RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND
     *                  or RCV.NXT =< SEG.SEQ+SEG.LEN-1 < RCV.NXT+RCV.WND
     * </pre>
     *
     * @param length what the segment takes of the sequence space: its octets, and one each for SYN
     *     and FIN
     */
    static boolean isInWindow(int seq, int length, int rcvNxt, int rcvWnd) {
        if (rcvWnd == 0) {
            return length == 0 && seq == rcvNxt;
        }
        int windowEnd = rcvNxt + rcvWnd;
        return Seq.isWithin(seq, rcvNxt, windowEnd)
                || (length != 0 && Seq.isWithin(seq + length - 1, rcvNxt, windowEnd));
    }

    /**
     * What an acknowledgement number is. RFC 9293 takes whatever lies at or before SND.UNA for a
     * duplicate; RFC 5961 §5.2 narrows that to (SND.UNA - MAX.SND.WND) =< SEG.ACK =< SND.NXT.
     *
     * @param maxSndWnd the largest window that the peer has offered so far
     */
    static AckKind ofAck(int ack, int sndUna, int sndNxt, int maxSndWnd) {
        if (ack == sndUna) {
            return AckKind.DUPLICATE;
        }
        if (Seq.after(ack, sndUna)) {
            return Seq.beforeOrEqual(ack, sndNxt) ? AckKind.NEW : AckKind.FUTURE;
        }
        return Integer.compareUnsigned(Seq.distance(ack, sndUna), maxSndWnd) <= 0
                ? AckKind.OLD
                : AckKind.INVALID;
    }
}
