package io.ringway.tcp;

/** Takes the snapshot that {@link TcpInfo} is. Control path: allocates. */
final class TcpInfos {
    private final TcpConfig config;
    private final Connections connections;
    private final CongestionControls algorithms;
    private final Recovery recovery;

    TcpInfos(
            TcpConfig config,
            Connections connections,
            CongestionControls algorithms,
            Recovery recovery) {
        this.config = config;
        this.connections = connections;
        this.algorithms = algorithms;
        this.recovery = recovery;
    }

    TcpInfo of(Tcb tcb, long nowNs) {
        TcpState state = TcpState.of(tcb.state());
        String algorithm = algorithms.at(tcb.algorithm()).name();
        TcpInfo.Options options =
                new TcpInfo.Options(
                        tcb.has(Flag.TIMESTAMPS),
                        tcb.has(Flag.SACK),
                        tcb.has(Flag.ECN),
                        tcb.sendScale(),
                        tcb.receiveScale());
        if (tcb.flight() < 0) {
            return atRest(tcb, state, algorithm, options, nowNs);
        }
        Flight flight = connections.flight(tcb);
        return new TcpInfo(
                state,
                lossState(flight),
                algorithm,
                true,
                options,
                times(tcb, flight, nowNs),
                windows(tcb, flight),
                losses(flight),
                rate(flight),
                totals(tcb, flight));
    }

    private TcpInfo atRest(
            Tcb tcb, TcpState state, String algorithm, TcpInfo.Options options, long nowNs) {
        int srttUs = tcb.srttUs();
        long rtoNs =
                srttUs == 0
                        ? connections.rtoWithoutSample(tcb)
                        : connections.rtoNs(srttUs, tcb.rttvarUs());
        return new TcpInfo(
                state,
                TcpInfo.LossState.OPEN,
                algorithm,
                false,
                options,
                new TcpInfo.Times(
                        rtoNs,
                        config.delayedAckNs(),
                        srttUs * 1000L,
                        tcb.rttvarUs() * 1000L,
                        0,
                        0,
                        tcb.probes(),
                        -1,
                        sinceReceivedNs(tcb, nowNs),
                        0,
                        0,
                        0),
                windows(tcb, tcb.cwnd(), tcb.ssthresh(), 0, 0),
                new TcpInfo.Losses(0, 0, 0, 0, tcb.has(Flag.REORDERING), 1, 0),
                new TcpInfo.Rate(0, 0, 0, false, 0),
                new TcpInfo.Totals(0, 0, 0, 0, 0, 0));
    }

    private static TcpInfo.LossState lossState(Flight flight) {
        return switch (flight.lossState) {
            case Flight.RECOVERY -> TcpInfo.LossState.RECOVERY;
            case Flight.LOSS -> TcpInfo.LossState.LOSS;
            default -> {
                if (flight.isEcnReduced) {
                    yield TcpInfo.LossState.CWR;
                }
                boolean isDisordered =
                        flight.segments.sackedOctets() > 0 || flight.duplicateAcks > 0;
                yield isDisordered ? TcpInfo.LossState.DISORDER : TcpInfo.LossState.OPEN;
            }
        };
    }

    private TcpInfo.Times times(Tcb tcb, Flight flight, long nowNs) {
        SentSegments segments = flight.segments;
        long rtoNs = flight.rtoNs << Math.min(flight.backoff, 16);
        return new TcpInfo.Times(
                Math.min(rtoNs, config.maxRtoNs()),
                config.delayedAckNs(),
                tcb.srttUs() * 1000L,
                tcb.rttvarUs() * 1000L,
                flight.rack.minRttNs(),
                flight.backoff,
                tcb.probes(),
                segments.isEmpty() ? -1 : nowNs - segments.sentNs(segments.count() - 1),
                sinceReceivedNs(tcb, nowNs),
                flight.limits.busyNs(nowNs),
                flight.limits.windowLimitedNs(nowNs),
                flight.limits.bufferLimitedNs(nowNs));
    }

    private static long sinceReceivedNs(Tcb tcb, long nowNs) {
        return (Ticks.of(nowNs) - tcb.activityTick()) * Ticks.NS;
    }

    private TcpInfo.Windows windows(Tcb tcb, Flight flight) {
        return windows(
                tcb,
                flight.congestion.cwnd,
                flight.congestion.ssthresh,
                recovery.pipe(tcb, flight),
                Math.max(0, flight.endSeq - tcb.sndNxt()));
    }

    private static TcpInfo.Windows windows(
            Tcb tcb, int cwnd, int ssthresh, int inFlight, int unsent) {
        return new TcpInfo.Windows(
                tcb.mss(),
                tcb.mss(),
                cwnd,
                ssthresh,
                tcb.sndWnd(),
                Math.max(0, ReceiveWindow.advertised(tcb)),
                tcb.receiveLimit(),
                tcb.receiveQueued(),
                tcb.sndNxt() - tcb.sndUna(),
                inFlight,
                unsent);
    }

    private static TcpInfo.Losses losses(Flight flight) {
        return new TcpInfo.Losses(
                flight.segments.sackedOctets(),
                flight.segments.lostOctets(),
                flight.segments.retransmittedOctets(),
                flight.retransmissions,
                flight.rack.isReordering(),
                flight.rack.multiple(),
                flight.duplicatesReported);
    }

    private static TcpInfo.Rate rate(Flight flight) {
        DeliveryRate rate = flight.rate;
        return new TcpInfo.Rate(
                rate.delivered(),
                flight.deliveredCe,
                rate.latest(),
                rate.isLatestAppLimited(),
                flight.isPaced ? flight.pacingRate : 0);
    }

    private static TcpInfo.Totals totals(Tcb tcb, Flight flight) {
        // What was delivered and is not only reported is acknowledged.
        long acknowledged = flight.rate.delivered() - flight.segments.sackedOctets();
        int outstanding = tcb.sndNxt() - tcb.sndUna();
        return new TcpInfo.Totals(
                acknowledged + outstanding + flight.retransmittedOctets,
                acknowledged,
                flight.retransmittedOctets,
                Integer.toUnsignedLong(tcb.rcvNxt() - flight.rcvNxtBefore),
                flight.segmentsIn,
                flight.dataSegmentsOut);
    }
}
