package io.ringway;

import io.ringway.memory.ByteRing;
import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * What stands in a byte ring in front of a datagram's payload. A cursor over one such head, with
 * the state of whoever reads heads and payloads from a ring, or writes them. One thread.
 *
 * <pre>
 *   0  octets of payload      4  the peer's port
 *   8  the peer's address    24  our address
 *  40  when it was received  48  the lane's clock, or octets of each datagram of a super-frame
 * </pre>
 */
final class UdpRecord {
    /** Octets of a head. */
    static final int LENGTH = 56;

    private final MemorySegment head = MemorySegment.ofArray(new long[LENGTH / 8]);
    private boolean isRead;
    private int left;

    /** Fills the head; what follows it is {@link #write}. */
    void set(
            int length,
            int peerPort,
            long peerHigh,
            long peerLow,
            long localHigh,
            long localLow,
            long stampNs,
            long extra) {
        Octets.putNative32(head, 0, length);
        Octets.putNative32(head, 4, peerPort);
        Octets.putNative64(head, 8, peerHigh);
        Octets.putNative64(head, 16, peerLow);
        Octets.putNative64(head, 24, localHigh);
        Octets.putNative64(head, 32, localLow);
        Octets.putNative64(head, 40, stampNs);
        Octets.putNative64(head, 48, extra);
    }

    /** Appends head and payload to a ring that has room for both. */
    void write(ByteRing to, MemorySegment from, long offset) {
        int length = length();
        int written = to.write(head, 0, LENGTH);
        if (length > 0) {
            written += to.write(from, offset, length);
        }
        assert written == LENGTH + length : "the ring had no room";
    }

    /** Whether the ring has a whole datagram, whose head is then in this one. */
    boolean next(ByteRing from) {
        if (!isRead) {
            if (from.readable() < LENGTH) {
                return false;
            }
            int count = from.read(head, 0, LENGTH);
            assert count == LENGTH : count;
            isRead = true;
            left = length();
        }
        return left == 0 || from.readable() >= left;
    }

    /** Takes so many octets of the payload from the ring. */
    void read(ByteRing from, MemorySegment into, long offset, int octets) {
        int count = from.read(into, offset, octets);
        assert count == octets : count + " of " + octets;
        left -= octets;
    }

    /** Throws away what is left of the payload, and goes on to the next datagram. */
    void finish(ByteRing from) {
        while (left > 0) {
            int octets = Math.min(left, from.viewLength());
            from.consume(octets);
            left -= octets;
        }
        isRead = false;
    }

    /** Whether a head was read and its payload was not, or not wholly. */
    boolean isPending() {
        return isRead;
    }

    /** Octets of payload that were not read. */
    int left() {
        return left;
    }

    int length() {
        return Octets.native32(head, 0);
    }

    int peerPort() {
        return Octets.native32(head, 4);
    }

    long peerHigh() {
        return Octets.native64(head, 8);
    }

    long peerLow() {
        return Octets.native64(head, 16);
    }

    long localHigh() {
        return Octets.native64(head, 24);
    }

    long localLow() {
        return Octets.native64(head, 32);
    }

    long stampNs() {
        return Octets.native64(head, 40);
    }

    long extra() {
        return Octets.native64(head, 48);
    }
}
