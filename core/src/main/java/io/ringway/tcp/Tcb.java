package io.ringway.tcp;

import io.ringway.memory.Direct;
import io.ringway.memory.Slab;

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
 * 112 TS offset     116 events, algorithm and close reason, probes, back-off   120 activity tick   124 receive limit
 * </pre>
 */
final class Tcb extends ConnectionKey {
    /** Octets of a record. */
    static final int LENGTH = 128;

    private final Slab slab;
    private int index = -1;

    /**
     * A cursor over records of {@code slab}.
     *
     * @param addresses the addresses of IPv6 connections
     */
    Tcb(Slab slab, AddressRecords addresses) {
        super(addresses);
        this.slab = slab;
    }

    /** Moves the cursor to a record. */
    Tcb at(int index) {
        this.index = index;
        this.address = slab.address(index);
        return this;
    }

    int index() {
        return index;
    }

    /** Makes the record that of a new, closed connection. */
    void clear() {
        for (int at = 0; at < LENGTH; at += 8) {
            Direct.putNative64(address, at, 0);
        }
        receiveHead(-1);
        receiveTail(-1);
        flight(-1);
    }

    // --- octets and short fields ---

    /** One of {@link TcpState}'s numbers. */
    int state() {
        return Direct.u8(address, 12);
    }

    void state(int state) {
        Direct.put8(address, 12, state);
    }

    /** The shift of the peer's windows (RFC 7323 §2). */
    int sendScale() {
        return Direct.u8(address, 13) >> 4;
    }

    /** The shift of our windows. */
    int receiveScale() {
        return Direct.u8(address, 13) & 0xf;
    }

    void scales(int send, int receive) {
        Direct.put8(address, 13, send << 4 | receive);
    }

    /** The listener that accepted it. */
    int listener() {
        return Direct.native16(address, 14);
    }

    void listener(int listener) {
        Direct.putNative16(address, 14, listener);
    }

    /** Octets of payload in a full segment, options taken off. */
    int mss() {
        return Direct.native16(address, 52);
    }

    void mss(int mss) {
        Direct.putNative16(address, 52, mss);
    }

    /** News for the application: a union of {@link TcpUser}'s constants. */
    int events() {
        return Direct.u8(address, 116);
    }

    void events(int events) {
        Direct.put8(address, 116, events);
    }

    /** The ordinal of the {@link CloseReason}, once the connection is over. */
    int closeReason() {
        return Direct.u8(address, 117) & 0xf;
    }

    void closeReason(int reason) {
        assert reason < 16 : reason;
        Direct.put8(address, 117, (Direct.u8(address, 117) & 0xf0) | reason);
    }

    /** Which of the lane's {@link CongestionControls} it has chosen; 0 is the configuration's. */
    int algorithm() {
        return Direct.u8(address, 117) >> 4;
    }

    void algorithm(int choice) {
        assert choice < CongestionControls.MOST : choice;
        Direct.put8(address, 117, closeReason() | choice << 4);
    }

    /** Keep-alive probes sent without an answer. */
    int probes() {
        return Direct.u8(address, 118);
    }

    void probes(int probes) {
        Direct.put8(address, 118, probes);
    }

    /** ACKs still to be sent at once after the opening, to help the peer's slow start. */
    int quickAcks() {
        return Direct.u8(address, 119);
    }

    void quickAcks(int count) {
        Direct.put8(address, 119, count);
    }

    // --- 32-bit fields ---

    /** RCV.NXT: the next sequence number expected. */
    int rcvNxt() {
        return Direct.native32(address, 16);
    }

    void rcvNxt(int value) {
        Direct.putNative32(address, 16, value);
    }

    /** The right edge of the window last advertised: it never moves left. */
    int rcvAdv() {
        return Direct.native32(address, 20);
    }

    void rcvAdv(int value) {
        Direct.putNative32(address, 20, value);
    }

    /** SND.UNA: the oldest sequence number not acknowledged. */
    int sndUna() {
        return Direct.native32(address, 24);
    }

    void sndUna(int value) {
        Direct.putNative32(address, 24, value);
    }

    /** SND.NXT: the next sequence number to be sent. */
    int sndNxt() {
        return Direct.native32(address, 28);
    }

    void sndNxt(int value) {
        Direct.putNative32(address, 28, value);
    }

    /** SND.WND in octets, scaled. */
    int sndWnd() {
        return Direct.native32(address, 32);
    }

    void sndWnd(int value) {
        Direct.putNative32(address, 32, value);
        if (value > maxSndWnd()) {
            Direct.putNative16(address, 54, Math.min(value, 0xffff));
        }
    }

    /** Max(SND.WND) of RFC 9293 §3.8.6.2.1, but never more than 65,535. */
    int maxSndWnd() {
        return Direct.native16(address, 54);
    }

    /** SND.WL1: the segment sequence number of the last window update. */
    int wl1() {
        return Direct.native32(address, 36);
    }

    void wl1(int value) {
        Direct.putNative32(address, 36, value);
    }

    /** SND.WL2: the acknowledgment number of the last window update. */
    int wl2() {
        return Direct.native32(address, 40);
    }

    void wl2(int value) {
        Direct.putNative32(address, 40, value);
    }

    /** TS.Recent (RFC 7323 §4.3). */
    int tsRecent() {
        return Direct.native32(address, 44);
    }

    void tsRecent(int value) {
        Direct.putNative32(address, 44, value);
    }

    /** Last.ACK.sent (RFC 7323 §4.3). */
    int lastAckSent() {
        return Direct.native32(address, 48);
    }

    void lastAckSent(int value) {
        Direct.putNative32(address, 48, value);
    }

    /**
     * The tick at which the timer wheel looks at this connection next; never later than its first
     * deadline.
     */
    int timerTick() {
        return Direct.native32(address, 60);
    }

    void timerTick(int value) {
        Direct.putNative32(address, 60, value);
    }

    /** Congestion window in octets, as it was left when the connection came to rest. */
    int cwnd() {
        return Direct.native32(address, 64);
    }

    void cwnd(int value) {
        Direct.putNative32(address, 64, value);
    }

    /** Slow-start threshold in octets, likewise. */
    int ssthresh() {
        return Direct.native32(address, 68);
    }

    void ssthresh(int value) {
        Direct.putNative32(address, 68, value);
    }

    /** Smoothed round-trip time in microseconds (RFC 6298), 0 before the first sample. */
    int srttUs() {
        return Direct.native32(address, 72);
    }

    void srttUs(int value) {
        Direct.putNative32(address, 72, value);
    }

    /** Its variation in microseconds. */
    int rttvarUs() {
        return Direct.native32(address, 76);
    }

    void rttvarUs(int value) {
        Direct.putNative32(address, 76, value);
    }

    /** When {@link #tsRecent} was taken, in seconds: milliseconds would wrap too soon. */
    int tsRecentSecond() {
        return Direct.native32(address, 80);
    }

    void tsRecentSecond(int value) {
        Direct.putNative32(address, 80, value);
    }

    /** The first frame of the octets in order that wait for the application, or NONE. */
    int receiveHead() {
        return Direct.native32(address, 84);
    }

    void receiveHead(int value) {
        Direct.putNative32(address, 84, value);
    }

    /** The last of them. */
    int receiveTail() {
        return Direct.native32(address, 88);
    }

    void receiveTail(int value) {
        Direct.putNative32(address, 88, value);
    }

    /** Octets in them. */
    int receiveQueued() {
        return Direct.native32(address, 92);
    }

    void receiveQueued(int value) {
        Direct.putNative32(address, 92, value);
    }

    /** What the user gave to find its handler. */
    int application() {
        return Direct.native32(address, 96);
    }

    void application(int value) {
        Direct.putNative32(address, 96, value);
    }

    /** What the sink left for the next packet. */
    int hint() {
        return Direct.native32(address, 100);
    }

    void hint(int value) {
        Direct.putNative32(address, 100, value);
    }

    /** The borrowed {@link Flight}, or -1 at rest. */
    int flight() {
        return Direct.native32(address, 104);
    }

    void flight(int value) {
        Direct.putNative32(address, 104, value);
    }

    /** When a delayed ACK is due, while {@link Flag#ACK_DELAYED} is set. */
    int ackTick() {
        return Direct.native32(address, 108);
    }

    void ackTick(int value) {
        Direct.putNative32(address, 108, value);
    }

    /** What is added to the clock in our time stamps (RFC 7323 §7.1). */
    int tsOffset() {
        return Direct.native32(address, 112);
    }

    void tsOffset(int value) {
        Direct.putNative32(address, 112, value);
    }

    /** When the last segment came, in ticks. */
    int activityTick() {
        return Direct.native32(address, 120);
    }

    void activityTick(int value) {
        Direct.putNative32(address, 120, value);
    }

    /** Octets that the receive window may reach. */
    int receiveLimit() {
        return Direct.native32(address, 124);
    }

    void receiveLimit(int value) {
        Direct.putNative32(address, 124, value);
    }

    @Override
    public String toString() {
        return "Tcb[%d %s rcvNxt=%08x sndUna=%08x sndNxt=%08x sndWnd=%d]"
                .formatted(index, TcpState.of(state()), rcvNxt(), sndUna(), sndNxt(), sndWnd());
    }
}
