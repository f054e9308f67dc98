package io.ringway.tcp;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * A half-open connection: what must be kept between a SYN and the ACK of our SYN-ACK. A flyweight
 * over an entry of the {@link SynCache}.
 *
 * <pre>
 *   0  remote high, remote low, local high, local low (longs)
 *  32  ports (int: remote &lt;&lt; 16 | local), hash (int)
 *  40  iss, irs (ints)
 *  48  peer's time stamp, our time-stamp offset (ints)
 *  56  listener (int; -1 is free), mss (short), window (short)
 *  64  peer's shift, our shift, flags, retransmissions (octets); next in the hash chain (int)
 *  72  next, previous in the list of its deadline (ints)
 *  80  deadline, first sent (longs)
 * </pre>
 */
final class SynEntry {
    /** Octets of an entry. */
    static final int LENGTH = 96;

    private static final int REMOTE_HIGH = 0;
    private static final int REMOTE_LOW = 8;
    private static final int LOCAL_HIGH = 16;
    private static final int LOCAL_LOW = 24;
    private static final int PORTS = 32;
    private static final int HASH = 36;
    private static final int ISS = 40;
    private static final int IRS = 44;
    private static final int PEER_TIMESTAMP = 48;
    private static final int TIMESTAMP_OFFSET = 52;
    private static final int LISTENER = 56;
    private static final int MSS = 60;
    private static final int WINDOW = 62;
    private static final int PEER_SHIFT = 64;
    private static final int OWN_SHIFT = 65;
    private static final int FLAGS = 66;
    private static final int RETRANSMITS = 67;
    private static final int CHAIN = 68;
    private static final int NEXT = 72;
    private static final int PREVIOUS = 76;
    private static final int DEADLINE = 80;
    private static final int SENT = 88;

    private static final int WINDOW_SCALE = 1;
    private static final int SACK_PERMITTED = 2;
    private static final int TIMESTAMPS = 4;
    private static final int ECN = 8;
    private static final int FAST_OPEN = 16;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;

    SynEntry wrap(MemorySegment memory, long offset) {
        this.memory = memory;
        this.offset = offset;
        return this;
    }

    /** Makes it the entry of a new connection, with no option. */
    void reset(
            long remoteHigh, long remoteLow, long localHigh, long localLow, int ports, int hash) {
        for (long field = offset + ISS; field < offset + LENGTH; field += 8) {
            Octets.putNative64(memory, field, 0);
        }
        Octets.putNative64(memory, offset + REMOTE_HIGH, remoteHigh);
        Octets.putNative64(memory, offset + REMOTE_LOW, remoteLow);
        Octets.putNative64(memory, offset + LOCAL_HIGH, localHigh);
        Octets.putNative64(memory, offset + LOCAL_LOW, localLow);
        Octets.putNative32(memory, offset + PORTS, ports);
        Octets.putNative32(memory, offset + HASH, hash);
    }

    boolean isFor(long remoteHigh, long remoteLow, long localHigh, long localLow, int ports) {
        return Octets.native32(memory, offset + PORTS) == ports
                && remoteLow() == remoteLow
                && localLow() == localLow
                && remoteHigh() == remoteHigh
                && localHigh() == localHigh;
    }

    long remoteHigh() {
        return Octets.native64(memory, offset + REMOTE_HIGH);
    }

    long remoteLow() {
        return Octets.native64(memory, offset + REMOTE_LOW);
    }

    long localHigh() {
        return Octets.native64(memory, offset + LOCAL_HIGH);
    }

    long localLow() {
        return Octets.native64(memory, offset + LOCAL_LOW);
    }

    int remotePort() {
        return Octets.native32(memory, offset + PORTS) >>> 16;
    }

    int localPort() {
        return Octets.native32(memory, offset + PORTS) & 0xffff;
    }

    /** The hash of the addresses and ports, as given at insertion. */
    int hash() {
        return Octets.native32(memory, offset + HASH);
    }

    /** Copies what does not depend on where the entry is: the state of the handshake. */
    void stateFrom(SynEntry other) {
        for (int field = ISS; field < LISTENER; field += 4) {
            Octets.putNative32(
                    memory, offset + field, Octets.native32(other.memory, other.offset + field));
        }
        for (int field = MSS; field < RETRANSMITS; field++) {
            Octets.put8(memory, offset + field, Octets.u8(other.memory, other.offset + field));
        }
    }

    /** A copy on the heap, for an entry that goes to another lane. */
    SynEntry copy() {
        SynEntry copy = new SynEntry();
        copy.memory = MemorySegment.ofArray(new long[LENGTH / 8]);
        MemorySegment.copy(memory, offset, copy.memory, 0, LENGTH);
        return copy;
    }

    /** The sequence number of our SYN. */
    int iss() {
        return Octets.native32(memory, offset + ISS);
    }

    SynEntry iss(int value) {
        Octets.putNative32(memory, offset + ISS, value);
        return this;
    }

    /** The sequence number of the peer's SYN. */
    int irs() {
        return Octets.native32(memory, offset + IRS);
    }

    SynEntry irs(int value) {
        Octets.putNative32(memory, offset + IRS, value);
        return this;
    }

    boolean hasTimestamps() {
        return hasFlag(TIMESTAMPS);
    }

    /** The peer's latest time stamp, to be echoed; only with {@link #hasTimestamps}. */
    int peerTimestamp() {
        return Octets.native32(memory, offset + PEER_TIMESTAMP);
    }

    /** What we add to our time-stamp clock; only with {@link #hasTimestamps}. */
    int timestampOffset() {
        return Octets.native32(memory, offset + TIMESTAMP_OFFSET);
    }

    SynEntry timestampOffset(int value) {
        Octets.putNative32(memory, offset + TIMESTAMP_OFFSET, value);
        return this;
    }

    /** Both sides send time stamps from now on; the peer's latest is this. */
    SynEntry timestamps(int peerTimestamp) {
        setFlag(TIMESTAMPS);
        Octets.putNative32(memory, offset + PEER_TIMESTAMP, peerTimestamp);
        return this;
    }

    /** The listener that the SYN was for. */
    int listener() {
        return Octets.native32(memory, offset + LISTENER);
    }

    SynEntry listener(int value) {
        Octets.putNative32(memory, offset + LISTENER, value);
        return this;
    }

    /**
     * The largest segment that the peer takes, as its SYN says or RFC 9293 §3.7.1 does in its
     * place.
     */
    int mss() {
        return Octets.native16(memory, offset + MSS);
    }

    SynEntry mss(int value) {
        Octets.putNative16(memory, offset + MSS, value);
        return this;
    }

    /** The window of the peer's SYN, which is never scaled. */
    int window() {
        return Octets.native16(memory, offset + WINDOW);
    }

    SynEntry window(int value) {
        Octets.putNative16(memory, offset + WINDOW, value);
        return this;
    }

    boolean hasWindowScale() {
        return hasFlag(WINDOW_SCALE);
    }

    /** By how much the peer's windows are shifted, 0 to 14. */
    int peerShift() {
        return Octets.u8(memory, offset + PEER_SHIFT);
    }

    /** By how much our windows are shifted, 0 to 14. */
    int ownShift() {
        return Octets.u8(memory, offset + OWN_SHIFT);
    }

    /** Both sides scale their windows from now on. */
    SynEntry windowScale(int peerShift, int ownShift) {
        setFlag(WINDOW_SCALE);
        Octets.put8(memory, offset + PEER_SHIFT, peerShift);
        Octets.put8(memory, offset + OWN_SHIFT, ownShift);
        return this;
    }

    /** Takes back window scaling, SACK and marks: a cookie without time stamps carries none. */
    void withoutOptions() {
        Octets.put8(memory, offset + FLAGS, 0);
    }

    /** Whether both sides use congestion marks from now on. */
    boolean isEcn() {
        return hasFlag(ECN);
    }

    SynEntry ecn() {
        setFlag(ECN);
        return this;
    }

    void withoutEcn() {
        Octets.put8(memory, offset + FLAGS, Octets.u8(memory, offset + FLAGS) & ~ECN);
    }

    /** Whether the SYN-ACK is to bring a Fast Open cookie. */
    boolean isFastOpenAsked() {
        return hasFlag(FAST_OPEN);
    }

    void fastOpenAsked() {
        setFlag(FAST_OPEN);
    }

    boolean isSackPermitted() {
        return hasFlag(SACK_PERMITTED);
    }

    SynEntry sackPermitted() {
        setFlag(SACK_PERMITTED);
        return this;
    }

    /** How often the SYN-ACK was sent again because its time-out expired. */
    int retransmits() {
        return Octets.u8(memory, offset + RETRANSMITS);
    }

    SynEntry retransmits(int value) {
        Octets.put8(memory, offset + RETRANSMITS, value);
        return this;
    }

    /** When the SYN-ACK is to be sent again or the entry given up. */
    long deadlineNs() {
        return Octets.native64(memory, offset + DEADLINE);
    }

    SynEntry deadlineNs(long value) {
        Octets.putNative64(memory, offset + DEADLINE, value);
        return this;
    }

    /**
     * When it was inserted: with no retransmission, the first round-trip sample counts from here.
     */
    long insertedNs() {
        return Octets.native64(memory, offset + SENT);
    }

    SynEntry insertedNs(long value) {
        Octets.putNative64(memory, offset + SENT, value);
        return this;
    }

    /** The cache's: the entry after it in the hash chain. */
    int chain() {
        return Octets.native32(memory, offset + CHAIN);
    }

    SynEntry chain(int value) {
        Octets.putNative32(memory, offset + CHAIN, value);
        return this;
    }

    /** The cache's: the entry after it in the list of those with the same time-out. */
    int next() {
        return Octets.native32(memory, offset + NEXT);
    }

    SynEntry next(int value) {
        Octets.putNative32(memory, offset + NEXT, value);
        return this;
    }

    /** The cache's: the entry before it in that list. */
    int previous() {
        return Octets.native32(memory, offset + PREVIOUS);
    }

    SynEntry previous(int value) {
        Octets.putNative32(memory, offset + PREVIOUS, value);
        return this;
    }

    private boolean hasFlag(int flag) {
        return (Octets.u8(memory, offset + FLAGS) & flag) != 0;
    }

    private void setFlag(int flag) {
        Octets.put8(memory, offset + FLAGS, Octets.u8(memory, offset + FLAGS) | flag);
    }
}
