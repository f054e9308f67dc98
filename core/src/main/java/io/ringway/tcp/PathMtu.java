package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.Seq;

/**
 * How large the segments of a connection may be on their path: what the SYNs and the cache of IP
 * say (RFC 9293 §3.7.1), what routers say (RFC 1191, RFC 8201), and what is found out by losing and
 * by probing (RFC 4821, RFC 8899).
 *
 * <p>Sizes are octets of payload in a full segment, unless named MTU.
 */
final class PathMtu {
    private static final int IPV4_HEADERS = 40;
    private static final int IPV6_HEADERS = 60;
    private static final int LEAST_MTU_IPV6 = 1280;

    /** The least, time stamps included; IP sends what is so small in fragments if need be. */
    private static final int LEAST = 88;

    // RFC 9293 §3.7.1: what holds when the SYN says nothing.
    private static final int DEFAULT_MSS_IPV4 = 536;
    private static final int DEFAULT_MSS_IPV6 = 1220;

    /** Times that the first segment is lost in a row: by time-outs, or while others arrive. */
    private static final int LOST_BY_TIMEOUT = 3;

    private static final int LOST_AMONG_OTHERS = 5;

    /** Full segments that are to follow a probe, or its loss would be seen late. */
    private static final int FOLLOWERS = 3;

    private final TcpConfig config;
    private final PathConfig path;
    private final PacketSink sink;
    private final Counters counters;
    private final Connections connections;
    private final Recovery recovery;
    private final PacketInfo route = new PacketInfo();

    PathMtu(
            TcpConfig config,
            PacketSink sink,
            Counters counters,
            Connections connections,
            Recovery recovery) {
        this.config = config;
        this.path = config.path();
        this.sink = sink;
        this.counters = counters;
        this.connections = connections;
        this.recovery = recovery;
    }

    // --- the opening ---

    /**
     * The MSS option to send: what the first link takes without the fixed headers (RFC 6691), since
     * the way back may be another.
     */
    int mssToOffer(PacketInfo to) {
        return Math.min(0xffff, sink.linkMtu(to) - headers(to.isDestinationIpv4()));
    }

    /** What a full segment may hold before the peer's SYN has come. */
    int usual(PacketInfo to, boolean withTimestamps) {
        int usual = to.isDestinationIpv4() ? DEFAULT_MSS_IPV4 : DEFAULT_MSS_IPV6;
        int mss = Math.min(usual, mssToOffer(to));
        return withTimestamps ? mss - SegmentWriter.TIMESTAMPS_LENGTH : mss;
    }

    /**
     * Settles the payload of a full segment: the least of the peer's MSS and the path, less the
     * options of each segment.
     *
     * @param peerMss the peer's option, or 0 for none
     */
    void open(Tcb tcb, int peerMss, PacketInfo to, long nowNs) {
        boolean isIpv4 = to.isDestinationIpv4();
        int usual = isIpv4 ? DEFAULT_MSS_IPV4 : DEFAULT_MSS_IPV6;
        int offered = Math.max(peerMss > 0 ? peerMss : usual, config.minMss());
        int options = options(tcb);
        int limit = Math.min(offered, mssToOffer(to)) - options;
        int known = sink.mtu(to) - headers(isIpv4) - options;
        int mss = Math.min(limit, Math.max(known, floor(tcb)));
        tcb.mss(mss);
        if (path.probing() == MtuProbing.ALWAYS) {
            tcb.mss(Math.min(mss, base(tcb)));
            connections.searches.add(tcb.index(), limit);
        } else if (mss < limit) {
            connections.searches.add(tcb.index(), limit).begin(nowNs + path.raiseNs());
        }
    }

    private static int headers(boolean isIpv4) {
        return isIpv4 ? IPV4_HEADERS : IPV6_HEADERS;
    }

    private static int options(Tcb tcb) {
        return tcb.has(Flag.TIMESTAMPS) ? SegmentWriter.TIMESTAMPS_LENGTH : 0;
    }

    private static int overhead(Tcb tcb) {
        return headers(!tcb.has(Flag.IPV6)) + options(tcb);
    }

    /** The least that segments are made, however narrow the path. */
    private int floor(Tcb tcb) {
        int least = Math.min(config.minMss(), LEAST) - options(tcb);
        return tcb.has(Flag.IPV6) ? Math.max(least, LEAST_MTU_IPV6 - overhead(tcb)) : least;
    }

    private int base(Tcb tcb) {
        return Math.max(path.baseMss() - options(tcb), floor(tcb));
    }

    // --- what routers say ---

    /**
     * A router says that a segment was too big, and quotes a number that is outstanding. It is
     * believed at once if nothing speaks against it; where segments as large were acknowledged, not
     * before a time-out agrees (RFC 5927 §7.2).
     */
    void onTooBig(Tcb tcb, int sequence, int mtu, long nowNs) {
        Flight flight = connections.flight(tcb);
        PathSearch search = flight.path;
        if (search != null) {
            settleProbe(tcb, flight, search, nowNs);
        }
        int claimed = mtu - overhead(tcb);
        if (search != null && search.carries(sequence)) {
            if (claimed < search.end() - search.start()) {
                search.onTooBig(claimed, tcb.mss(), nowNs);
                counters.increment(Counter.TCP_MTU_PROBES_LOST);
                recovery.repairProbe(tcb, flight, search);
                connections.markDirty(tcb);
            } else {
                counters.increment(Counter.TCP_MTU_CONTRADICTED);
            }
        } else if (tcb.state() >= TcpState.N_ESTABLISHED
                && claimed >= Math.min(tcb.mss(), tcb.sndNxt() - sequence)) {
            // Except of a SYN, which old routers complain about though it would fit.
            counters.increment(Counter.TCP_MTU_CONTRADICTED);
        } else if (isProven(tcb, flight)) {
            counters.increment(Counter.TCP_MTU_HELD);
            flight.claimedMtu = mtu;
            flight.claimedSeq = sequence;
            flight.claimedDelivered = flight.rate.delivered();
        } else {
            believe(tcb, flight, mtu, nowNs);
            if (tcb.state() >= TcpState.N_ESTABLISHED) {
                // What is outstanding was too big and is gone, though not by congestion.
                recovery.resend(tcb, flight);
                connections.markDirty(tcb);
            }
        }
    }

    private void believe(Tcb tcb, Flight flight, int mtu, long nowNs) {
        pathOf(tcb);
        if (mtu < sink.mtu(route)) {
            sink.learnMtu(route, mtu, nowNs);
        }
        lower(tcb, flight, mtu - overhead(tcb), nowNs + path.raiseNs());
    }

    private void lower(Tcb tcb, Flight flight, int wanted, long searchAtNs) {
        int size = Math.max(wanted, floor(tcb));
        if (size >= tcb.mss()) {
            return;
        }
        PathSearch search = flight.path;
        if (search == null) {
            search = connections.searches.add(tcb.index(), tcb.mss());
            flight.path = search;
        }
        search.onInconclusive();
        search.begin(searchAtNs);
        search.isNarrow = true;
        resize(tcb, flight, size);
    }

    private void resize(Tcb tcb, Flight flight, int size) {
        tcb.mss(size);
        tcb.cwnd(Math.min(tcb.cwnd(), connections.initialWindow(size)));
        flight.congestion.mss = size;
        flight.hasFullSized = false;
        flight.isSizeProven = false;
    }

    // --- what losses say ---

    /**
     * The retransmission timer expired, and what was lost is going to be sent again: in smaller
     * segments if a router said so and nothing arrived since, or another connection knows.
     */
    void onTimeout(Tcb tcb, Flight flight, long nowNs) {
        PathSearch search = flight.path;
        if (search != null) {
            settleProbe(tcb, flight, search, nowNs);
            search.onInconclusive();
        }
        if (flight.claimedMtu != 0) {
            int mtu = flight.claimedMtu;
            flight.claimedMtu = 0;
            boolean isStanding =
                    Seq.afterOrEqual(flight.claimedSeq, tcb.sndUna())
                            && flight.rate.delivered() - flight.claimedDelivered < 1 << 30;
            if (isStanding) {
                believe(tcb, flight, mtu, nowNs);
                return;
            }
        }
        pathOf(tcb);
        int known = sink.mtu(route) - overhead(tcb);
        if (known < Math.min(tcb.mss(), tcb.sndNxt() - tcb.sndUna())) {
            lower(tcb, flight, known, nowNs + path.raiseNs());
        }
    }

    /**
     * The first segment that is outstanding is about to be sent again, not for the first time. When
     * that has happened too often the path is taken for one that swallows what is too large without
     * a word (RFC 4821 §7.7, RFC 8899 §4.3).
     */
    void onLostAgain(Tcb tcb, Flight flight, long nowNs) {
        if (path.probing() == MtuProbing.OFF) {
            return;
        }
        int una = tcb.sndUna();
        flight.lostAgain = flight.lostAgainAt == una ? flight.lostAgain + 1 : 1;
        flight.lostAgainAt = una;
        int most = flight.backoff > 0 ? LOST_BY_TIMEOUT : LOST_AMONG_OTHERS;
        if (flight.lostAgain + 1 < most) {
            return;
        }
        int base = base(tcb);
        // What is lost may be the last and smaller than others; a FIN takes no room, but the number
        // behind it is no reason to wait longer.
        int size = Math.min(tcb.mss(), tcb.sndNxt() - una);
        if (size <= base && flight.backoff == 0) {
            // What a peer says by SACK does not make segments smaller than nearly every path takes.
            return;
        }
        int smaller = size > base ? base : Math.max(Math.min(tcb.mss(), base) / 2, floor(tcb));
        if (smaller < size) {
            counters.increment(Counter.TCP_MTU_BLACK_HOLES);
            lower(tcb, flight, smaller, nowNs);
        }
    }

    // --- what arrives ---

    /**
     * Whether a full segment of the present size was acknowledged. Of the time before the Flight
     * was borrowed only cwnd is known, which grows by full windows.
     */
    private boolean isProven(Tcb tcb, Flight flight) {
        if (flight.hasFullSized) {
            return flight.isSizeProven || Seq.afterOrEqual(tcb.sndUna(), flight.fullSizedEnd);
        }
        return flight.isSizeProven || tcb.cwnd() > connections.initialWindow(tcb.mss());
    }

    /**
     * A full segment, or several, went out from {@code seq} on while it is not known that such
     * arrive: notes the first, and looks whether it has arrived.
     */
    void onFullSized(Tcb tcb, Flight flight, int seq, long nowNs) {
        if (isProven(tcb, flight)) {
            flight.isSizeProven = true;
            if (flight.path != null && flight.path.isNarrow && tcb.mss() >= base(tcb)) {
                tell(tcb, nowNs);
            }
        } else if (!flight.hasFullSized) {
            flight.hasFullSized = true;
            flight.fullSizedEnd = seq + tcb.mss();
        }
    }

    /** Other connections to that destination need not find out again. */
    private void tell(Tcb tcb, long nowNs) {
        pathOf(tcb);
        int mtu = tcb.mss() + overhead(tcb);
        if (mtu != sink.mtu(route)) {
            sink.learnMtu(route, mtu, nowNs);
        }
    }

    // --- probes ---

    /**
     * Whether new data is to be sent as a probe, and of what size; 0 when not. It may be more than
     * may be sent now: then nothing is to be sent until ACKs have made room.
     */
    int probe(Tcb tcb, Flight flight, PathSearch search, int available, long nowNs) {
        settleProbe(tcb, flight, search, nowNs);
        if (!flight.isSizeProven
                || flight.lossState != Flight.OPEN
                || flight.segments.sackedOctets() != 0) {
            return 0;
        }
        int mss = tcb.mss();
        int size = search.next(mss, nowNs);
        if (size == 0) {
            return 0;
        }
        if (path.probing() == MtuProbing.OFF) {
            // RFC 1191 §6.3: full segments tell, if a router answers.
            raise(tcb, flight, search.limit);
            return 0;
        }
        int wanted = size + FOLLOWERS * mss;
        if (available < wanted && mss < base(tcb) && available > mss + PathSearch.STEP) {
            // An outage made segments tiny, and the application never has more to send than this.
            size = Math.min(size, available);
            search.tryInstead(size);
            wanted = size;
        }
        boolean isRoom =
                available >= wanted && tcb.sndWnd() >= wanted && flight.congestion.cwnd >= wanted;
        return isRoom ? size : 0;
    }

    /** The probe went out. */
    void onProbeSent(PathSearch search, int start, int end) {
        search.onSent(start, end);
        counters.increment(Counter.TCP_MTU_PROBES);
    }

    private void settleProbe(Tcb tcb, Flight flight, PathSearch search, long nowNs) {
        if (search.isOut() && Seq.afterOrEqual(tcb.sndUna(), search.end())) {
            int size = search.onArrived(nowNs);
            if (size > tcb.mss()) {
                raise(tcb, flight, size);
                flight.isSizeProven = true;
                if (search.isNarrow) {
                    tell(tcb, nowNs);
                }
            }
        }
    }

    private void raise(Tcb tcb, Flight flight, int size) {
        counters.increment(Counter.TCP_MTU_RAISED);
        resize(tcb, flight, size);
        // Less than a segment would let none out, and without any no ACK would ever make it more.
        flight.congestion.cwnd = Math.max(flight.congestion.cwnd, size);
    }

    private void pathOf(Tcb tcb) {
        route.sourceHigh = tcb.localHigh();
        route.sourceLow = tcb.localLow();
        route.destinationHigh = tcb.remoteHigh();
        route.destinationLow = tcb.remoteLow();
        route.hint = tcb.hint();
    }
}
