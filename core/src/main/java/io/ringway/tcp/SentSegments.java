package io.ringway.tcp;

import io.ringway.wire.Seq;

/**
 * What a connection has sent and the peer has not acknowledged: ranges of sequence numbers without
 * a gap from SND.UNA to SND.NXT, each with when it was last sent and what became of it. It is the
 * scoreboard of RFC 6675 and the per-segment state of RFC 8985 at once.
 *
 * <p>What left in one burst is one range, whatever the number of segments, and is cut only where a
 * SACK block or a retransmission begins or ends in it. What the peer reported is joined again. So a
 * range is as long as the facts about it are the same.
 *
 * <p>Bounded twice. Blocks of the peer cut ranges only while there are fewer than {@link
 * #CUT_LIMIT}: beyond that a block counts only for the ranges that it covers whole, which costs
 * sending again what it told ("SACK panic" becomes a waste of the attacker's). New bursts make
 * ranges only up to {@link #LIMIT}: beyond that they join the last one, which takes the newest
 * time, so that its loss is found later, and no time is measured by it.
 *
 * <p>Ranges are addressed by position, which changes with every cut; their records do not move. The
 * lane's; allocates only to grow.
 */
final class SentSegments extends SentRecords {
    /** Ranges up to which blocks of the peer may cut them. */
    static final int CUT_LIMIT = 1024;

    /** Ranges at most. */
    static final int LIMIT = 4096;

    private int sackedOctets;
    private int sackedSegments;
    private int lostOctets;
    private int retransmittedOctets;

    void clear() {
        if (count != 0) {
            forget();
        }
    }

    private void forget() {
        clearRecords();
        sackedOctets = 0;
        sackedSegments = 0;
        lostOctets = 0;
        retransmittedOctets = 0;
    }

    // --- what there is ---

    /** Octets that the peer reported. */
    int sackedOctets() {
        return sackedOctets;
    }

    /** Segments that the peer reported, those joined in one range counted as they came. */
    int sackedSegments() {
        return sackedSegments;
    }

    /** Octets that are to be sent again. */
    int lostOctets() {
        return lostOctets;
    }

    /** Octets sent again that are in the network. */
    int retransmittedOctets() {
        return retransmittedOctets;
    }

    /** Octets between SND.UNA and SND.NXT that are no longer in the network. */
    int absentOctets() {
        return sackedOctets + lostOctets;
    }

    /** The first range to be sent again, or -1. */
    int firstLost() {
        if (lostOctets != 0) {
            for (int position = 0; position < count; position++) {
                if (has(position, LOST)) {
                    return position;
                }
            }
        }
        return -1;
    }

    /** Whether all that is outstanding was sent once, at one time, and none of it is reported. */
    boolean isOneBurst() {
        return count == 1 && (flags(0) & (SACKED | LOST | RETRANSMITTED)) == 0;
    }

    // --- sending ---

    /** {@code [start, end)} was sent for the first time; it follows what was sent before. */
    void onSent(int start, int end, long nowNs, DeliveryRate rate, int inFlight) {
        int state = rate.isAppLimited() ? APP_LIMITED : 0;
        if (count > 0) {
            int last = at(count - 1);
            assert end(count - 1) == start : "a gap";
            boolean isSameBurst =
                    records[last + SENT] == nowNs
                            && (records[last + STATE] & 0xff) == state
                            && records[last + DELIVERED] == rate.delivered();
            if (isSameBurst || count >= LIMIT) {
                range(last, start(count - 1), end);
                if (!isSameBurst) {
                    coarsen(last, end - start, nowNs);
                }
                records[last + IN_FLIGHT] = inFlight;
                return;
            }
        }
        int at = append();
        range(at, start, end);
        stamp(at, state, nowNs, rate, inFlight);
    }

    /** A burst joined a range with an older time. */
    private void coarsen(int last, int octets, long nowNs) {
        records[last + SENT] = nowNs;
        long state = records[last + STATE];
        if ((state & (SACKED | LOST)) != 0) {
            // What is new in it is neither; sending a little twice is the price of the bound.
            unmark(last, end(count - 1) - start(count - 1) - octets);
            state = 0;
        } else if ((state & RETRANSMITTED) != 0) {
            retransmittedOctets -= end(count - 1) - start(count - 1) - octets;
        }
        records[last + STATE] = (state & APP_LIMITED) | RETRANSMITTED;
        retransmittedOctets += end(count - 1) - start(count - 1);
    }

    /**
     * The first octets of a range, up to {@code end}, were sent again.
     *
     * @return whether the range could be cut there; otherwise all of it counts as sent
     */
    boolean onRetransmitted(int position, int end, long nowNs, DeliveryRate rate, int inFlight) {
        boolean isExact = cut(position, end, LIMIT);
        int at = at(position);
        int length = length(at);
        if ((records[at + STATE] & LOST) != 0) {
            lostOctets -= length;
            retransmittedOctets += length;
        } else if ((records[at + STATE] & RETRANSMITTED) == 0) {
            retransmittedOctets += length;
        }
        stamp(at, RETRANSMITTED | (rate.isAppLimited() ? APP_LIMITED : 0), nowNs, rate, inFlight);
        if (position > 0) {
            int before = at(position - 1);
            if (records[before + STATE] == records[at + STATE]
                    && records[before + SENT] == nowNs
                    && records[before + DELIVERED] == rate.delivered()) {
                range(before, (int) records[before + RANGE], end(position));
                remove(position, 1);
            }
        }
        return isExact;
    }

    /**
     * Sees to it that a range begins at {@code seq}; returns its position, or -1 if it cannot be.
     */
    int isolate(int seq) {
        int position = find(seq);
        if (position < count && start(position) != seq) {
            return cut(position, seq, LIMIT) ? position + 1 : -1;
        }
        return position < count ? position : -1;
    }

    private void stamp(int at, int state, long nowNs, DeliveryRate rate, int inFlight) {
        records[at + SENT] = nowNs;
        records[at + DELIVERED] = rate.delivered();
        records[at + DELIVERED_AT] = rate.deliveredNs();
        records[at + FIRST_SENT] = rate.firstSentNs();
        records[at + LOST_BEFORE] = rate.lost();
        records[at + IN_FLIGHT] = inFlight;
        records[at + STATE] = state;
    }

    /**
     * Joins what is lost behind a lost range to it, until it is {@code wanted} octets or more:
     * small segments are sent again as one.
     *
     * @return its octets then
     */
    int gatherLost(int position, int wanted) {
        while (length(at(position)) < wanted && position + 1 < count && has(position + 1, LOST)) {
            int at = at(position);
            records[at + STATE] |= records[at(position + 1) + STATE] & RETRANSMITTED;
            range(at, start(position), end(position + 1));
            remove(position + 1, 1);
        }
        return length(at(position));
    }

    // --- being acknowledged ---

    /** The cumulative ACK moved to {@code una}: what lies before it is told to {@code news}. */
    void advance(int una, AckNews news) {
        int gone = 0;
        while (gone < count) {
            int at = at(gone);
            long range = records[at + RANGE];
            int start = (int) range;
            int end = (int) (range >> 32);
            if (Seq.after(end, una)) {
                if (Seq.after(una, start)) {
                    leave(at, start, una, news);
                    range(at, una, end);
                }
                break;
            }
            leave(at, start, end, news);
            gone++;
        }
        dropFirst(gone);
    }

    private void leave(int at, int start, int end, AckNews news) {
        int length = end - start;
        int state = (int) records[at + STATE];
        if ((state & SACKED) != 0) {
            int segments = segments(at);
            int whole = length(at);
            int left = length == whole ? segments : (int) ((long) segments * length / whole);
            sackedOctets -= length;
            sackedSegments -= left;
            segments(at, segments - left);
            return;
        }
        if ((state & LOST) != 0) {
            lostOctets -= length;
        } else if ((state & RETRANSMITTED) != 0) {
            retransmittedOctets -= length;
        }
        news.onDelivered(this, at, start, end, state & 0xff, true);
    }

    /**
     * The peer reported {@code [start, end)}, which lies in what is outstanding; what is new of it
     * is told to {@code news}.
     *
     * @return octets that were not reported before
     */
    int sack(int start, int end, int mss, AckNews news) {
        int from = find(start);
        if (from < count && !has(from, SACKED) && Seq.before(start(from), start)) {
            // When there are too many ranges already, the part of one is forgotten.
            cut(from, start, CUT_LIMIT);
            from++;
        }
        int added = 0;
        int to = from;
        while (to < count && Seq.before(start(to), end)) {
            if (!has(to, SACKED)) {
                if (Seq.after(end(to), end) && !cut(to, end, CUT_LIMIT)) {
                    break;
                }
                added += mark(at(to), mss, news);
            }
            to++;
        }
        if (added > 0) {
            join(from, to);
        }
        return added;
    }

    private int mark(int at, int mss, AckNews news) {
        long range = records[at + RANGE];
        int length = length(at);
        int flags = (int) records[at + STATE] & 0xff;
        if ((flags & LOST) != 0) {
            lostOctets -= length;
        } else if ((flags & RETRANSMITTED) != 0) {
            retransmittedOctets -= length;
        }
        int segments = (length + mss - 1) / mss;
        sackedOctets += length;
        sackedSegments += segments;
        records[at + STATE] = SACKED;
        segments(at, segments);
        news.onDelivered(this, at, (int) range, (int) (range >> 32), flags, false);
        return length;
    }

    /** Joins the reported ranges {@code [from, to)}, and the reported ones beside them. */
    private void join(int from, int to) {
        int low = from > 0 && has(from - 1, SACKED) ? from - 1 : from;
        int high = to < count && has(to, SACKED) ? to + 1 : to;
        if (high - low < 2) {
            return;
        }
        int kept = at(low);
        int segments = 0;
        for (int position = low; position < high; position++) {
            segments += segments(at(position));
        }
        range(kept, start(low), end(high - 1));
        segments(kept, segments);
        remove(low + 1, high - low - 1);
    }

    // --- being lost ---

    /** The range is lost; returns its octets. */
    int markLost(int position) {
        int at = at(position);
        int length = length(at);
        assert (records[at + STATE] & (SACKED | LOST)) == 0 : "lost twice";
        if ((records[at + STATE] & RETRANSMITTED) != 0) {
            retransmittedOctets -= length;
        }
        lostOctets += length;
        records[at + STATE] |= LOST;
        return length;
    }

    /** The first {@code octets} of the first range are lost, if that was not known. */
    int markFirstLost(int octets) {
        if (count == 0 || has(0, SACKED | LOST)) {
            return 0;
        }
        if (octets < length(at(0))) {
            cut(0, start(0) + octets, LIMIT);
        }
        return markLost(0);
    }

    /** What was sent as {@code [start, end)} is lost, as far as it was not acknowledged. */
    void markLost(int start, int end) {
        int position = isolate(start);
        if (position < 0 || !cut(position, end, LIMIT)) {
            position = find(start);
        }
        if (position < count && !has(position, SACKED | LOST)) {
            markLost(position);
        }
    }

    /** Everything that was not reported is lost; returns the octets that are so now. */
    int markAllLost() {
        int lost = 0;
        for (int position = 0; position < count; position++) {
            if (!has(position, SACKED | LOST)) {
                lost += markLost(position);
            }
        }
        return lost;
    }

    /** Nothing is lost: what was held for it is on its way (RFC 4015). */
    void unmarkLost() {
        for (int position = 0; position < count && lostOctets != 0; position++) {
            if (has(position, LOST)) {
                int at = at(position);
                lostOctets -= length(at);
                records[at + STATE] &= ~LOST;
                if ((records[at + STATE] & RETRANSMITTED) != 0) {
                    retransmittedOctets += length(at);
                }
            }
        }
    }

    /** The peer gave up what it had reported (RFC 2018 §8): all of it is outstanding again. */
    void forgetSacked() {
        for (int position = 0; position < count; position++) {
            if (has(position, SACKED)) {
                // Which sending an ACK will be for is unknown now.
                records[at(position) + STATE] = RETRANSMITTED | LOST;
                lostOctets += length(at(position));
            }
        }
        sackedOctets = 0;
        sackedSegments = 0;
    }

    private void unmark(int at, int length) {
        if ((records[at + STATE] & SACKED) != 0) {
            sackedOctets -= length;
            sackedSegments -= segments(at);
        } else {
            lostOctets -= length;
        }
    }
}
