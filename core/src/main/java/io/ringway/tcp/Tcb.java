package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Octets;
import io.ringway.memory.Slab;

import java.lang.foreign.MemorySegment;

/**
 * The transmission control block (RFC 9293 §3.3.1): a cursor over fixed records of two cache lines.
 *
 * <p>The first line has what every segment needs, the second what sending and the application need.
 * What a connection needs only while data is under way is in its {@link Flight}. A cursor is moved
 * with {@link #at}; it is the lane's, and nothing keeps it.
 *
 * <pre>
 *   0 local key       4 remote key     8 ports          12 state, scales, listener
 *  16 RCV.NXT        20 right edge    24 SND.UNA        28 SND.NXT
 *  32 SND.WND        36 SND.WL1       40 SND.WL2        44 TS.Recent
 *  48 Last.ACK.sent  52 MSS, largest SND.WND  56 flags   60 timer tick
 *  ----
 *  64 cwnd           68 ssthresh      72 srtt           76 rttvar
 *  80 TS.Recent age  84 receive head  88 receive tail   92 octets queued
 *  96 application   100 hint         104 flight        108 delayed-ACK tick
 * 112 TS offset     116 events, close reason, probes, back-off   120 activity tick   124 receive limit
 * </pre>
 */
final class Tcb {
    /** Octets of a record. */
    static final int LENGTH = 128;

    private final Slab slab;
    private final AddressRecords addresses;
    private MemorySegment memory;
    private long offset;
    private int index = -1;

    /**
     * A cursor over records of {@code slab}.
     *
     * @param addresses the addresses of IPv6 connections
     */
    Tcb(Slab slab, AddressRecords addresses) {
        this.slab = slab;
        this.addresses = addresses;
        this.memory = MemorySegment.NULL;
    }

    /** Moves the cursor to a record. */
    Tcb at(int index) {
        this.index = index;
        this.memory = slab.memory(index);
        this.offset = slab.offset(index);
        return this;
    }

    int index() {
        return index;
    }

    /** Makes the record that of a new, closed connection. */
    void clear() {
        for (int at = 0; at < LENGTH; at += 8) {
            Octets.putNative64(memory, offset + at, 0);
        }
        receiveHead(-1);
        receiveTail(-1);
        flight(-1);
    }

    // --- the key ---

    /** Stores an IPv4 key. */
    void key(long localLow, long remoteLow, int localPort, int remotePort) {
        Octets.putNative32(memory, offset, (int) localLow);
        Octets.putNative32(memory, offset + 4, (int) remoteLow);
        Octets.putNative32(memory, offset + 8, localPort << 16 | remotePort);
    }

    /** Stores an IPv6 key, whose addresses are in address record {@code record}. */
    void key(int record, int hash, int localPort, int remotePort) {
        Octets.putNative32(memory, offset, record);
        Octets.putNative32(memory, offset + 4, hash);
        Octets.putNative32(memory, offset + 8, localPort << 16 | remotePort);
        set(Flag.IPV6);
    }

    int addressRecord() {
        return Octets.native32(memory, offset);
    }

    int ports() {
        return Octets.native32(memory, offset + 8);
    }

    int localPort() {
        return ports() >>> 16;
    }

    int remotePort() {
        return ports() & 0xffff;
    }

    long remoteHigh() {
        return has(Flag.IPV6) ? addresses.remoteHigh(addressRecord()) : PacketInfo.IPV4_HIGH;
    }

    long remoteLow() {
        return has(Flag.IPV6)
                ? addresses.remoteLow(addressRecord())
                : PacketInfo.IPV4_LOW | (Octets.native32(memory, offset + 4) & 0xffffffffL);
    }

    long localHigh() {
        return has(Flag.IPV6) ? addresses.localHigh(addressRecord()) : PacketInfo.IPV4_HIGH;
    }

    long localLow() {
        return has(Flag.IPV6)
                ? addresses.localLow(addressRecord())
                : PacketInfo.IPV4_LOW | (Octets.native32(memory, offset) & 0xffffffffL);
    }

    /**
     * Whether this is the connection of a packet that came from {@code received}'s source with
     * these ports.
     */
    boolean matches(PacketInfo received, int ports) {
        if (ports() != ports) {
            return false;
        }
        if (!has(Flag.IPV6)) {
            return received.isIpv4()
                    && Octets.native32(memory, offset) == (int) received.destinationLow
                    && Octets.native32(memory, offset + 4) == (int) received.sourceLow;
        }
        return addresses.matches(addressRecord(), received);
    }

    // --- octets and short fields ---

    /** One of {@link TcpState}'s numbers. */
    int state() {
        return Octets.u8(memory, offset + 12);
    }

    void state(int state) {
        Octets.put8(memory, offset + 12, state);
    }

    /** The shift of the peer's windows (RFC 7323 §2). */
    int sendScale() {
        return Octets.u8(memory, offset + 13) >> 4;
    }

    /** The shift of our windows. */
    int receiveScale() {
        return Octets.u8(memory, offset + 13) & 0xf;
    }

    void scales(int send, int receive) {
        Octets.put8(memory, offset + 13, send << 4 | receive);
    }

    /** The listener that accepted it. */
    int listener() {
        return Octets.native16(memory, offset + 14);
    }

    void listener(int listener) {
        Octets.putNative16(memory, offset + 14, listener);
    }

    /** Octets of payload in a full segment, options taken off. */
    int mss() {
        return Octets.native16(memory, offset + 52);
    }

    void mss(int mss) {
        Octets.putNative16(memory, offset + 52, mss);
    }

    /** News for the application: a union of {@link TcpUser}'s constants. */
    int events() {
        return Octets.u8(memory, offset + 116);
    }

    void events(int events) {
        Octets.put8(memory, offset + 116, events);
    }

    /** The ordinal of the {@link CloseReason}, once the connection is over. */
    int closeReason() {
        return Octets.u8(memory, offset + 117);
    }

    void closeReason(int reason) {
        Octets.put8(memory, offset + 117, reason);
    }

    /** Keep-alive probes sent without an answer. */
    int probes() {
        return Octets.u8(memory, offset + 118);
    }

    void probes(int probes) {
        Octets.put8(memory, offset + 118, probes);
    }

    /** ACKs still to be sent at once after the opening, to help the peer's slow start. */
    int quickAcks() {
        return Octets.u8(memory, offset + 119);
    }

    void quickAcks(int count) {
        Octets.put8(memory, offset + 119, count);
    }

    // --- flags ---

    boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    void set(int flag) {
        flags(flags() | flag);
    }

    void unset(int flag) {
        flags(flags() & ~flag);
    }

    // --- 32-bit fields ---

    /** RCV.NXT: the next sequence number expected. */
    int rcvNxt() {
        return Octets.native32(memory, offset + 16);
    }

    void rcvNxt(int value) {
        Octets.putNative32(memory, offset + 16, value);
    }

    /** The right edge of the window last advertised: it never moves left. */
    int rcvAdv() {
        return Octets.native32(memory, offset + 20);
    }

    void rcvAdv(int value) {
        Octets.putNative32(memory, offset + 20, value);
    }

    /** SND.UNA: the oldest sequence number not acknowledged. */
    int sndUna() {
        return Octets.native32(memory, offset + 24);
    }

    void sndUna(int value) {
        Octets.putNative32(memory, offset + 24, value);
    }

    /** SND.NXT: the next sequence number to be sent. */
    int sndNxt() {
        return Octets.native32(memory, offset + 28);
    }

    void sndNxt(int value) {
        Octets.putNative32(memory, offset + 28, value);
    }

    /** SND.WND in octets, scaled. */
    int sndWnd() {
        return Octets.native32(memory, offset + 32);
    }

    void sndWnd(int value) {
        Octets.putNative32(memory, offset + 32, value);
        if (value > maxSndWnd()) {
            Octets.putNative16(memory, offset + 54, Math.min(value, 0xffff));
        }
    }

    /** Max(SND.WND) of RFC 9293 §3.8.6.2.1, but never more than 65,535. */
    int maxSndWnd() {
        return Octets.native16(memory, offset + 54);
    }

    /** SND.WL1: the segment sequence number of the last window update. */
    int wl1() {
        return Octets.native32(memory, offset + 36);
    }

    void wl1(int value) {
        Octets.putNative32(memory, offset + 36, value);
    }

    /** SND.WL2: the acknowledgment number of the last window update. */
    int wl2() {
        return Octets.native32(memory, offset + 40);
    }

    void wl2(int value) {
        Octets.putNative32(memory, offset + 40, value);
    }

    /** TS.Recent (RFC 7323 §4.3). */
    int tsRecent() {
        return Octets.native32(memory, offset + 44);
    }

    void tsRecent(int value) {
        Octets.putNative32(memory, offset + 44, value);
    }

    /** Last.ACK.sent (RFC 7323 §4.3). */
    int lastAckSent() {
        return Octets.native32(memory, offset + 48);
    }

    void lastAckSent(int value) {
        Octets.putNative32(memory, offset + 48, value);
    }

    /** A union of {@link Flag}'s constants. */
    int flags() {
        return Octets.native32(memory, offset + 56);
    }

    void flags(int value) {
        Octets.putNative32(memory, offset + 56, value);
    }

    /**
     * The tick at which the timer wheel looks at this connection next; never later than its first
     * deadline.
     */
    int timerTick() {
        return Octets.native32(memory, offset + 60);
    }

    void timerTick(int value) {
        Octets.putNative32(memory, offset + 60, value);
    }

    /** Congestion window in octets, as it was left when the connection came to rest. */
    int cwnd() {
        return Octets.native32(memory, offset + 64);
    }

    void cwnd(int value) {
        Octets.putNative32(memory, offset + 64, value);
    }

    /** Slow-start threshold in octets, likewise. */
    int ssthresh() {
        return Octets.native32(memory, offset + 68);
    }

    void ssthresh(int value) {
        Octets.putNative32(memory, offset + 68, value);
    }

    /** Smoothed round-trip time in microseconds (RFC 6298), 0 before the first sample. */
    int srttUs() {
        return Octets.native32(memory, offset + 72);
    }

    void srttUs(int value) {
        Octets.putNative32(memory, offset + 72, value);
    }

    /** Its variation in microseconds. */
    int rttvarUs() {
        return Octets.native32(memory, offset + 76);
    }

    void rttvarUs(int value) {
        Octets.putNative32(memory, offset + 76, value);
    }

    /** When {@link #tsRecent} was taken, in seconds: milliseconds would wrap too soon. */
    int tsRecentSecond() {
        return Octets.native32(memory, offset + 80);
    }

    void tsRecentSecond(int value) {
        Octets.putNative32(memory, offset + 80, value);
    }

    /** The first frame of the octets in order that wait for the application, or NONE. */
    int receiveHead() {
        return Octets.native32(memory, offset + 84);
    }

    void receiveHead(int value) {
        Octets.putNative32(memory, offset + 84, value);
    }

    /** The last of them. */
    int receiveTail() {
        return Octets.native32(memory, offset + 88);
    }

    void receiveTail(int value) {
        Octets.putNative32(memory, offset + 88, value);
    }

    /** Octets in them. */
    int receiveQueued() {
        return Octets.native32(memory, offset + 92);
    }

    void receiveQueued(int value) {
        Octets.putNative32(memory, offset + 92, value);
    }

    /** What the user gave to find its handler. */
    int application() {
        return Octets.native32(memory, offset + 96);
    }

    void application(int value) {
        Octets.putNative32(memory, offset + 96, value);
    }

    /** What the sink left for the next packet. */
    int hint() {
        return Octets.native32(memory, offset + 100);
    }

    void hint(int value) {
        Octets.putNative32(memory, offset + 100, value);
    }

    /** The borrowed {@link Flight}, or -1 at rest. */
    int flight() {
        return Octets.native32(memory, offset + 104);
    }

    void flight(int value) {
        Octets.putNative32(memory, offset + 104, value);
    }

    /** When a delayed ACK is due, while {@link Flag#ACK_DELAYED} is set. */
    int ackTick() {
        return Octets.native32(memory, offset + 108);
    }

    void ackTick(int value) {
        Octets.putNative32(memory, offset + 108, value);
    }

    /** What is added to the clock in our time stamps (RFC 7323 §7.1). */
    int tsOffset() {
        return Octets.native32(memory, offset + 112);
    }

    void tsOffset(int value) {
        Octets.putNative32(memory, offset + 112, value);
    }

    /** When the last segment came, in ticks. */
    int activityTick() {
        return Octets.native32(memory, offset + 120);
    }

    void activityTick(int value) {
        Octets.putNative32(memory, offset + 120, value);
    }

    /** Octets that the receive window may reach. */
    int receiveLimit() {
        return Octets.native32(memory, offset + 124);
    }

    void receiveLimit(int value) {
        Octets.putNative32(memory, offset + 124, value);
    }

    @Override
    public String toString() {
        return "Tcb[%d %s rcvNxt=%08x sndUna=%08x sndNxt=%08x sndWnd=%d flags=%x]"
                .formatted(
                        index,
                        TcpState.of(state()),
                        rcvNxt(),
                        sndUna(),
                        sndNxt(),
                        sndWnd(),
                        flags());
    }
}
