package io.ringway.tcp;

import io.ringway.wire.Seq;

import java.util.Arrays;

/**
 * The records of {@link SentSegments}: ranges without a gap, addressed by position in the order of
 * sequence numbers. Each fills a cache line of one array and does not move; only their order does,
 * so that to cut a range in two is cheap among thousands.
 */
abstract class SentRecords {
    /**
     * The peer reported it (RFC 2018): it has left the network, but may be forgotten by the peer.
     */
    static final int SACKED = 1;

    /** It is lost, and was not sent again since that was found. */
    static final int LOST = 1 << 1;

    /** It was sent more than once, so an ACK does not tell which sending arrived (Karn). */
    static final int RETRANSMITTED = 1 << 2;

    /** The application had no more to send when it went out. */
    static final int APP_LIMITED = 1 << 3;

    // The longs of a record, which fills a cache line.
    static final int STRIDE = 8;
    static final int RANGE = 0;
    static final int SENT = 1;
    static final int DELIVERED = 2;
    static final int DELIVERED_AT = 3;
    static final int FIRST_SENT = 4;
    static final int LOST_BEFORE = 5;
    static final int IN_FLIGHT = 6;
    static final int STATE = 7;

    long[] records = new long[2 * STRIDE];

    /** The records in order of sequence number: {@code count} of them from {@code first} on. */
    private int[] order = new int[2];

    private int first;
    int count;
    private int freeRecord = -1;
    private int made;

    final void clearRecords() {
        first = 0;
        count = 0;
        freeRecord = -1;
        made = 0;
    }

    final int count() {
        return count;
    }

    final boolean isEmpty() {
        return count == 0;
    }

    final int start(int position) {
        return (int) records[at(position) + RANGE];
    }

    final int end(int position) {
        return (int) (records[at(position) + RANGE] >> 32);
    }

    final long sentNs(int position) {
        return records[at(position) + SENT];
    }

    final int flags(int position) {
        return (int) records[at(position) + STATE] & 0xff;
    }

    final boolean has(int position, int flag) {
        return (records[at(position) + STATE] & flag) != 0;
    }

    /** Where the record of a position begins in {@link #records}. */
    final int at(int position) {
        assert position >= 0 && position < count : position;
        return order[first + position] * STRIDE;
    }

    /** The range that holds {@code seq}, or where it would be; ranges lie without a gap. */
    final int find(int seq) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Seq.after(end(middle), seq)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** When the record that {@link AckNews#onDelivered} is told of was sent last. */
    final long sentNsOf(int record) {
        return records[record + SENT];
    }

    /** Octets that were delivered when it was sent. */
    final long deliveredBefore(int record) {
        return records[record + DELIVERED];
    }

    /** When the last of those were delivered. */
    final long deliveredNsBefore(int record) {
        return records[record + DELIVERED_AT];
    }

    /** When the first segment of the interval before it was sent. */
    final long firstSentNsBefore(int record) {
        return records[record + FIRST_SENT];
    }

    /** Octets that were lost when it was sent. */
    final long lostBefore(int record) {
        return records[record + LOST_BEFORE];
    }

    /** Octets in the network when it was sent, itself included. */
    final int inFlightBefore(int record) {
        return (int) records[record + IN_FLIGHT];
    }

    final int length(int at) {
        long range = records[at + RANGE];
        return (int) (range >> 32) - (int) range;
    }

    final void range(int at, int start, int end) {
        records[at + RANGE] = (long) end << 32 | (start & 0xffffffffL);
    }

    final int segments(int at) {
        return (int) (records[at + STATE] >>> 32);
    }

    final void segments(int at, int segments) {
        records[at + STATE] = (records[at + STATE] & 0xffffffffL) | (long) segments << 32;
    }

    /** Cuts a range in two at {@code seq}; false when there are too many. */
    final boolean cut(int position, int seq, int limit) {
        if (seq == end(position)) {
            return true;
        }
        if (count >= limit) {
            return false;
        }
        int record = allocate();
        if (first + count == order.length) {
            makeRoom();
        }
        int index = first + position;
        System.arraycopy(order, index + 1, order, index + 2, count - position - 1);
        order[index + 1] = record;
        count++;
        int from = order[index] * STRIDE;
        int to = record * STRIDE;
        System.arraycopy(records, from, records, to, STRIDE);
        int end = (int) (records[from + RANGE] >> 32);
        range(from, (int) records[from + RANGE], seq);
        range(to, seq, end);
        return true;
    }

    final void remove(int position, int number) {
        int index = first + position;
        for (int i = 0; i < number; i++) {
            free(order[index + i]);
        }
        System.arraycopy(order, index + number, order, index, count - position - number);
        count -= number;
    }

    /** A new range behind all others; returns where its record begins. */
    final int append() {
        int record = allocate();
        if (first + count == order.length) {
            makeRoom();
        }
        order[first + count++] = record;
        return record * STRIDE;
    }

    /** The first {@code number} ranges are gone. */
    final void dropFirst(int number) {
        for (int i = 0; i < number; i++) {
            free(order[first + i]);
        }
        count -= number;
        first = count == 0 ? 0 : first + number;
    }

    private int allocate() {
        int record = freeRecord;
        if (record >= 0) {
            freeRecord = (int) records[record * STRIDE + RANGE];
            return record;
        }
        if ((made + 1) * STRIDE > records.length) {
            records = Arrays.copyOf(records, records.length * 2);
        }
        return made++;
    }

    private void free(int record) {
        records[record * STRIDE + RANGE] = freeRecord;
        freeRecord = record;
    }

    /** Moves the order to the front of its array, or into a larger one. */
    private void makeRoom() {
        int[] from = order;
        if (count > order.length / 2) {
            order = new int[order.length * 2];
        }
        System.arraycopy(from, first, order, 0, count);
        first = 0;
    }
}
