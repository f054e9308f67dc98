package io.ringway.tcp;

import io.ringway.wire.Seq;
import io.ringway.wire.TcpOptions;

/**
 * The SACK option of an ACK: which blocks are believed, and whether the first one reports a
 * duplicate (RFC 2018 §5, RFC 2883 §4). Pure.
 */
final class ReportedBlocks {
    /** Octets that lie back at most between a duplicate and SND.UNA. */
    private static final int OLDEST = 1 << 30;

    private ReportedBlocks() {}

    /** Applies the blocks to what was sent; {@code news} hears of what is new in them. */
    static void apply(Tcb tcb, Flight flight, TcpOptions options, int ack, AckNews news) {
        int count = options.sackCount();
        int from = 0;
        if (isDuplicate(options, ack) && isPlausible(tcb, options)) {
            news.hasDuplicate = true;
            news.duplicateStart = options.sackStart(0);
            news.duplicateEnd = options.sackEnd(0);
            from = 1;
        }
        int above = tcb.sndUna();
        for (int i = from; i < count; i++) {
            int lowest = lowest(options, from, above, tcb.sndNxt());
            if (lowest < 0) {
                break;
            }
            above = options.sackStart(lowest);
            news.sackedOctets +=
                    flight.segments.sack(above, options.sackEnd(lowest), tcb.mss(), news);
        }
    }

    /**
     * The block that begins first behind {@code above}, or -1. The peer has the newest block first,
     * but what one ACK reports says nothing of an order: taken as they stand, the lower blocks
     * would look as if the path had reordered them (RFC 8985 §6.2, step 3). A block outside of what
     * is outstanding is old or an attack; one at the left edge would have been acknowledged.
     */
    private static int lowest(TcpOptions options, int from, int above, int sndNxt) {
        int lowest = -1;
        for (int i = from; i < options.sackCount(); i++) {
            int start = options.sackStart(i);
            int end = options.sackEnd(i);
            if (Seq.before(start, end)
                    && Seq.after(start, above)
                    && Seq.beforeOrEqual(end, sndNxt)
                    && (lowest < 0 || Seq.before(start, options.sackStart(lowest)))) {
                lowest = i;
            }
        }
        return lowest;
    }

    /** RFC 2883 §4: the first block lies below the ACK, or within the second block. */
    private static boolean isDuplicate(TcpOptions options, int ack) {
        int start = options.sackStart(0);
        int end = options.sackEnd(0);
        if (!Seq.before(start, end)) {
            return false;
        }
        return Seq.before(start, ack)
                || (options.sackCount() > 1
                        && Seq.afterOrEqual(start, options.sackStart(1))
                        && Seq.beforeOrEqual(end, options.sackEnd(1)));
    }

    /** A duplicate of what was never sent, or so long ago that numbers have wrapped, is none. */
    private static boolean isPlausible(Tcb tcb, TcpOptions options) {
        return Seq.beforeOrEqual(options.sackEnd(0), tcb.sndNxt())
                && tcb.sndUna() - options.sackStart(0) < OLDEST;
    }
}
