package io.ringway.tcp;

import io.ringway.wire.Seq;

/**
 * Whether a segment's numbers fit a connection's (RFC 9293 §3.10.7.4, first step). Pure; any
 * thread.
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
}
