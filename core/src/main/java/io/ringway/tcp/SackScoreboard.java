package io.ringway.tcp;

import io.ringway.wire.Seq;

/**
 * What the peer says it holds beyond the cumulative ACK: disjoint ranges in order of sequence
 * number (RFC 2018, RFC 6675 §3).
 *
 * <p>Bounded: when a range more would not fit it is forgotten, which only costs sending it again.
 */
final class SackScoreboard {
    private static final int LIMIT = 512;

    private int[] starts = new int[8];
    private int[] ends = new int[8];
    private int count;
    private int octets;

    void clear() {
        count = 0;
        octets = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Octets covered by all ranges. */
    int octets() {
        return octets;
    }

    /** Behind the last octet covered; only when not empty. */
    int highest() {
        return ends[count - 1];
    }

    /** The cumulative ACK moved to {@code una}: what lies before it is of no more interest. */
    void advance(int una) {
        int gone = 0;
        while (gone < count && Seq.beforeOrEqual(ends[gone], una)) {
            octets -= ends[gone] - starts[gone];
            gone++;
        }
        if (gone > 0) {
            remove(0, gone);
        }
        if (count > 0 && Seq.before(starts[0], una)) {
            octets -= una - starts[0];
            starts[0] = una;
        }
    }

    /**
     * Adds {@code [start, end)}.
     *
     * @return octets that were not covered before
     */
    int add(int start, int end) {
        int first = 0;
        while (first < count && Seq.before(ends[first], start)) {
            first++;
        }
        int last = first;
        int covered = 0;
        int newStart = start;
        int newEnd = end;
        while (last < count && Seq.beforeOrEqual(starts[last], end)) {
            covered += ends[last] - starts[last];
            newStart = Seq.min(newStart, starts[last]);
            newEnd = Seq.max(newEnd, ends[last]);
            last++;
        }
        if (last == first) {
            if (!open(first)) {
                return 0;
            }
        } else {
            remove(first + 1, last);
        }
        starts[first] = newStart;
        ends[first] = newEnd;
        int added = newEnd - newStart - covered;
        octets += added;
        return added;
    }

    private boolean open(int at) {
        if (count == LIMIT) {
            return false;
        }
        if (count == starts.length) {
            starts = java.util.Arrays.copyOf(starts, count * 2);
            ends = java.util.Arrays.copyOf(ends, count * 2);
        }
        System.arraycopy(starts, at, starts, at + 1, count - at);
        System.arraycopy(ends, at, ends, at + 1, count - at);
        count++;
        return true;
    }

    private void remove(int from, int to) {
        System.arraycopy(starts, to, starts, from, count - to);
        System.arraycopy(ends, to, ends, from, count - to);
        count -= to - from;
    }

    /**
     * The sequence number below which every octet not covered is lost: {@code duplicates} ranges,
     * or more than {@code (duplicates - 1) * mss} octets, are covered above it (IsLost of RFC 6675
     * §4).
     *
     * @param una what to answer when nothing is lost
     */
    int lostEdge(int una, int mss, int duplicates) {
        int above = 0;
        int ranges = 0;
        for (int i = count - 1; i >= 0; i--) {
            above += ends[i] - starts[i];
            ranges++;
            if (ranges >= duplicates || above > (duplicates - 1) * mss) {
                return starts[i];
            }
        }
        return una;
    }

    /** Octets of {@code [from, to)} that are not covered. */
    int uncovered(int from, int to) {
        if (!Seq.before(from, to)) {
            return 0;
        }
        int result = to - from;
        for (int i = 0; i < count && Seq.before(starts[i], to); i++) {
            if (Seq.after(ends[i], from)) {
                result -= Seq.min(ends[i], to) - Seq.max(starts[i], from);
            }
        }
        return result;
    }

    /** The first sequence number from {@code seq} on that is not covered. */
    int skipCovered(int seq) {
        int result = seq;
        for (int i = 0; i < count && Seq.beforeOrEqual(starts[i], result); i++) {
            if (Seq.after(ends[i], result)) {
                result = ends[i];
            }
        }
        return result;
    }

    /**
     * Where the first range behind {@code seq} begins, or {@code limit} when none begins before
     * that.
     */
    int nextCovered(int seq, int limit) {
        for (int i = 0; i < count; i++) {
            if (Seq.after(starts[i], seq)) {
                return Seq.min(starts[i], limit);
            }
        }
        return limit;
    }
}
