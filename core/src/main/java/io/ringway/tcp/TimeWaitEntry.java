package io.ringway.tcp;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * What must be kept of a connection in TIME-WAIT: enough to acknowledge the peer's FIN again and to
 * tell old segments from a new connection. A flyweight over an entry of the {@link TimeWaitTable},
 * 64 octets.
 *
 * <pre>
 *   0  remote, local (ints): IPv4 addresses, or what IPv6 addresses are folded to
 *   8  ports (int: remote &lt;&lt; 16 | local), hash (int)
 *  16  snd.nxt, rcv.nxt (ints)
 *  24  ts.recent, our time-stamp offset (ints)
 *  32  ts.recent age (int), receive window (int)
 *  40  flags, window shift (octets), 2 free; next in the hash chain (int)
 *  48  next, previous in the order of expiry (ints)
 *  56  deadline (long)
 * </pre>
 */
final class TimeWaitEntry {
    /** Octets of an entry. */
    static final int LENGTH = 64;

    /** Octets that the addresses of an IPv6 entry take beside it. */
    static final int WIDE_LENGTH = 32;

    private static final int REMOTE = 0;
    private static final int LOCAL = 4;
    private static final int PORTS = 8;
    private static final int HASH = 12;
    private static final int SND_NXT = 16;
    private static final int RCV_NXT = 20;
    private static final int TS_RECENT = 24;
    private static final int TIMESTAMP_OFFSET = 28;
    private static final int TS_RECENT_AGE = 32;
    private static final int RCV_WND = 36;
    private static final int FLAGS = 40;
    private static final int SHIFT = 41;
    private static final int CHAIN = 44;
    private static final int NEXT = 48;
    private static final int PREVIOUS = 52;
    private static final int DEADLINE = 56;

    private static final int IN_USE = 1;
    private static final int WIDE = 2;
    private static final int TIMESTAMPS = 4;

    private static final long IPV4_PREFIX = 0xffffL;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;
    private MemorySegment wide = MemorySegment.NULL;
    private long wideOffset;

    /** Points it to an entry; {@code wide} holds the addresses of IPv6 entries. */
    TimeWaitEntry wrap(MemorySegment memory, MemorySegment wide, int index) {
        this.memory = memory;
        this.offset = (long) index * LENGTH;
        this.wide = wide;
        this.wideOffset = (long) index * WIDE_LENGTH;
        return this;
    }

    /** Whether the addresses do not fit an entry and need room beside it. */
    static boolean isWide(long remoteHigh, long remoteLow, long localHigh, long localLow) {
        return (remoteHigh | localHigh | (remoteLow >>> 32 ^ IPV4_PREFIX)) != 0
                || localLow >>> 32 != IPV4_PREFIX;
    }

    /** Makes it the entry of these addresses and ports; everything else is 0. */
    void reset(
            long remoteHigh, long remoteLow, long localHigh, long localLow, int ports, int hash) {
        for (long field = offset + SND_NXT; field < offset + LENGTH; field += 8) {
            Octets.putNative64(memory, field, 0);
        }
        boolean isWide = isWide(remoteHigh, remoteLow, localHigh, localLow);
        Octets.putNative32(memory, offset + REMOTE, fold(remoteHigh, remoteLow));
        Octets.putNative32(memory, offset + LOCAL, fold(localHigh, localLow));
        Octets.putNative32(memory, offset + PORTS, ports);
        Octets.putNative32(memory, offset + HASH, hash);
        Octets.put8(memory, offset + FLAGS, isWide ? IN_USE | WIDE : IN_USE);
        if (isWide) {
            Octets.putNative64(wide, wideOffset, remoteHigh);
            Octets.putNative64(wide, wideOffset + 8, remoteLow);
            Octets.putNative64(wide, wideOffset + 16, localHigh);
            Octets.putNative64(wide, wideOffset + 24, localLow);
        }
    }

    /** Of a mapped IPv4 address its 32 bits. */
    private static int fold(long high, long low) {
        return (int) (low ^ high ^ high >>> 32);
    }

    boolean isFor(long remoteHigh, long remoteLow, long localHigh, long localLow, int ports) {
        return Octets.native32(memory, offset + PORTS) == ports
                && Octets.native32(memory, offset + REMOTE) == fold(remoteHigh, remoteLow)
                && remoteLow() == remoteLow
                && localLow() == localLow
                && remoteHigh() == remoteHigh
                && localHigh() == localHigh;
    }

    boolean isInUse() {
        return hasFlag(IN_USE);
    }

    /** The table's: gives the entry up. */
    TimeWaitEntry free() {
        Octets.put8(memory, offset + FLAGS, 0);
        return this;
    }

    long remoteHigh() {
        return hasFlag(WIDE) ? Octets.native64(wide, wideOffset) : 0;
    }

    long remoteLow() {
        return hasFlag(WIDE) ? Octets.native64(wide, wideOffset + 8) : mapped(REMOTE);
    }

    long localHigh() {
        return hasFlag(WIDE) ? Octets.native64(wide, wideOffset + 16) : 0;
    }

    long localLow() {
        return hasFlag(WIDE) ? Octets.native64(wide, wideOffset + 24) : mapped(LOCAL);
    }

    private long mapped(int field) {
        return (IPV4_PREFIX << 32) | (Octets.native32(memory, offset + field) & 0xffffffffL);
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

    /** Copies what does not depend on where the entry is: the state of the connection. */
    void stateFrom(TimeWaitEntry other) {
        for (int field = SND_NXT; field < FLAGS; field += 8) {
            Octets.putNative64(
                    memory, offset + field, Octets.native64(other.memory, other.offset + field));
        }
        int flags = Octets.u8(memory, offset + FLAGS);
        int stamped = Octets.u8(other.memory, other.offset + FLAGS) & TIMESTAMPS;
        Octets.put8(memory, offset + FLAGS, flags | stamped);
        Octets.put8(memory, offset + SHIFT, Octets.u8(other.memory, other.offset + SHIFT));
    }

    /** A copy on the heap, for an entry that goes to another lane. */
    TimeWaitEntry copy() {
        TimeWaitEntry copy = new TimeWaitEntry();
        copy.memory = MemorySegment.ofArray(new long[LENGTH / 8]);
        copy.wide = MemorySegment.ofArray(new long[WIDE_LENGTH / 8]);
        MemorySegment.copy(memory, offset, copy.memory, 0, LENGTH);
        if (hasFlag(WIDE)) {
            MemorySegment.copy(wide, wideOffset, copy.wide, 0, WIDE_LENGTH);
        }
        return copy;
    }

    /** The sequence number after our FIN. */
    int sndNxt() {
        return Octets.native32(memory, offset + SND_NXT);
    }

    TimeWaitEntry sndNxt(int value) {
        Octets.putNative32(memory, offset + SND_NXT, value);
        return this;
    }

    /** The sequence number after the peer's FIN. */
    int rcvNxt() {
        return Octets.native32(memory, offset + RCV_NXT);
    }

    TimeWaitEntry rcvNxt(int value) {
        Octets.putNative32(memory, offset + RCV_NXT, value);
        return this;
    }

    boolean hasTimestamps() {
        return hasFlag(TIMESTAMPS);
    }

    /** The peer's latest time stamp; only with {@link #hasTimestamps}. */
    int tsRecent() {
        return Octets.native32(memory, offset + TS_RECENT);
    }

    /** When that came, in the unit that was given. */
    int tsRecentAge() {
        return Octets.native32(memory, offset + TS_RECENT_AGE);
    }

    /** What we add to our time-stamp clock; only with {@link #hasTimestamps}. */
    int timestampOffset() {
        return Octets.native32(memory, offset + TIMESTAMP_OFFSET);
    }

    TimeWaitEntry timestamps(int tsRecent, int tsRecentAge, int timestampOffset) {
        Octets.put8(memory, offset + FLAGS, Octets.u8(memory, offset + FLAGS) | TIMESTAMPS);
        Octets.putNative32(memory, offset + TS_RECENT, tsRecent);
        Octets.putNative32(memory, offset + TS_RECENT_AGE, tsRecentAge);
        Octets.putNative32(memory, offset + TIMESTAMP_OFFSET, timestampOffset);
        return this;
    }

    /** The window that our last ACK offered, in octets. */
    int rcvWnd() {
        return Octets.native32(memory, offset + RCV_WND);
    }

    /** By how much our windows are shifted, 0 to 14. */
    int ownShift() {
        return Octets.u8(memory, offset + SHIFT);
    }

    TimeWaitEntry window(int rcvWnd, int ownShift) {
        Octets.putNative32(memory, offset + RCV_WND, rcvWnd);
        Octets.put8(memory, offset + SHIFT, ownShift);
        return this;
    }

    /** When it is over. */
    long deadlineNs() {
        return Octets.native64(memory, offset + DEADLINE);
    }

    TimeWaitEntry deadlineNs(long value) {
        Octets.putNative64(memory, offset + DEADLINE, value);
        return this;
    }

    /** The table's: the entry after it in the hash chain. */
    int chain() {
        return Octets.native32(memory, offset + CHAIN);
    }

    TimeWaitEntry chain(int value) {
        Octets.putNative32(memory, offset + CHAIN, value);
        return this;
    }

    /** The table's: the entry that expires next after it. */
    int next() {
        return Octets.native32(memory, offset + NEXT);
    }

    TimeWaitEntry next(int value) {
        Octets.putNative32(memory, offset + NEXT, value);
        return this;
    }

    /** The table's: the entry that expires before it. */
    int previous() {
        return Octets.native32(memory, offset + PREVIOUS);
    }

    TimeWaitEntry previous(int value) {
        Octets.putNative32(memory, offset + PREVIOUS, value);
        return this;
    }

    private boolean hasFlag(int flag) {
        return (Octets.u8(memory, offset + FLAGS) & flag) != 0;
    }
}
