package io.ringway.testkit.swarm;

import java.util.Arrays;

/**
 * The places of the connections that are exchanging messages, found by place and by connection. All
 * that the swarm remembers of a message under way is here, so that an idle connection costs none of
 * it.
 */
final class ActiveSlots {
    /** Stands for "no place", "no connection". */
    static final int NONE = -1;

    final int[] connection;
    final int[] messagesLeft;

    /** When the request was sent first, and when last. */
    final long[] sentNs;

    final long[] resentNs;

    /** When it ought to have been sent: what its round trip is counted from. */
    final long[] dueNs;

    /** Requests that came due while another was under way, and when the first of them did. */
    final int[] owed;

    final long[] owedNs;

    /** Octets of the reply that are here; {@link #NONE} when nothing is asked. */
    final int[] received;

    // Open addressing: places by their connection.
    private final int[] table;
    private final int mask;

    ActiveSlots(int count) {
        connection = new int[count];
        messagesLeft = new int[count];
        sentNs = new long[count];
        resentNs = new long[count];
        dueNs = new long[count];
        owed = new int[count];
        owedNs = new long[count];
        received = new int[count];
        Arrays.fill(connection, NONE);
        Arrays.fill(received, NONE);
        int size = Math.max(16, Integer.highestOneBit(Math.max(1, count)) * 4);
        table = new int[size];
        Arrays.fill(table, NONE);
        mask = size - 1;
    }

    int count() {
        return connection.length;
    }

    /** The place of a connection, or {@link #NONE}. */
    int of(int wanted) {
        for (int at = home(wanted); table[at] != NONE; at = at + 1 & mask) {
            if (connection[table[at]] == wanted) {
                return table[at];
            }
        }
        return NONE;
    }

    /** Gives a free place to a connection that has none. */
    void take(int slot, int taker, int messages) {
        connection[slot] = taker;
        messagesLeft[slot] = messages;
        received[slot] = NONE;
        int at = home(taker);
        while (table[at] != NONE) {
            at = (at + 1) & mask;
        }
        table[at] = slot;
    }

    /** Makes a place free, if it is not. */
    void leave(int slot) {
        if (connection[slot] == NONE) {
            return;
        }
        int at = home(connection[slot]);
        while (table[at] != slot) {
            at = (at + 1) & mask;
        }
        connection[slot] = NONE;
        received[slot] = NONE;
        // What follows moves up, unless it would come before its home.
        int hole = at;
        for (int next = (at + 1) & mask; table[next] != NONE; next = (next + 1) & mask) {
            int home = home(connection[table[next]]);
            if (((next - home) & mask) >= ((next - hole) & mask)) {
                table[hole] = table[next];
                hole = next;
            }
        }
        table[hole] = NONE;
    }

    private int home(int of) {
        return (int) ((of * 0x9e37_79b9_7f4a_7c15L) >>> 40) & mask;
    }
}
