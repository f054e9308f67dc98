package io.ringway.tcp;

/**
 * Which ACKs measure the round trip, and what becomes of the samples: SRTT, RTTVAR and the RTO (RFC
 * 6298), with Karn's rule and its exception for time stamps.
 */
final class RoundTrips {
    private final Connections connections;

    RoundTrips(Connections connections) {
        this.connections = connections;
    }

    /** Takes a sample where the ACK gives one, and says whether it did. */
    boolean measure(Tcb tcb, Flight flight, AckNews news, long nowNs) {
        long sampleNs = news.rttForTimeoutNs();
        if (sampleNs < 0 && news.hasEcho() && news.ackedOctets > 0) {
            sampleNs = byEcho(flight, news, nowNs);
        }
        if (sampleNs < 0) {
            return false;
        }
        take(tcb, flight, sampleNs);
        long latestNs = news.rttNs();
        flight.rack.onRtt(latestNs >= 0 ? latestNs : sampleNs);
        return true;
    }

    /**
     * With time stamps Karn's rule is not needed (RFC 7323 §4), but only an echo of what was sent
     * since the last retransmission says how long the path takes: after a lost ACK the peer echoes
     * the first sending.
     */
    private static long byEcho(Flight flight, AckNews news, long nowNs) {
        if (news.echoTick() - flight.retransmitTick < 0) {
            return -1;
        }
        int ticks = Ticks.of(nowNs) - news.echoTick();
        return ticks < 0 ? -1 : Math.max(1, ticks) * Ticks.NS;
    }

    /** The round trip of all that was outstanding, sent at one time and only once. */
    void takeOfAll(Tcb tcb, Flight flight, long sampleNs) {
        int sampleUs = Math.clamp(sampleNs / 1000, 1, 1 << 30);
        int srttUs = tcb.srttUs();
        int rttvarUs = RttEstimator.rttvar(srttUs, tcb.rttvarUs(), sampleUs);
        put(tcb, flight, RttEstimator.srtt(srttUs, sampleUs), rttvarUs);
        flight.rack.onRtt(sampleNs);
    }

    private void take(Tcb tcb, Flight flight, long sampleNs) {
        int sampleUs = Math.clamp(sampleNs / 1000, 1, 1 << 30);
        int srttUs = tcb.srttUs();
        int outstanding = tcb.sndNxt() - tcb.sndUna();
        int samples =
                outstanding <= 2 * tcb.mss()
                        ? 1
                        : RttEstimator.expectedSamples(outstanding, tcb.mss());
        int rttvarUs = RttEstimator.rttvar(srttUs, tcb.rttvarUs(), sampleUs, samples);
        put(tcb, flight, RttEstimator.srtt(srttUs, sampleUs, samples), rttvarUs);
    }

    private void put(Tcb tcb, Flight flight, int srttUs, int rttvarUs) {
        tcb.srttUs(srttUs);
        tcb.rttvarUs(rttvarUs);
        flight.congestion.srttNs = srttUs * 1000L;
        flight.rtoNs = connections.rtoNs(srttUs, rttvarUs);
    }

    /**
     * A time-out came too early: the path takes longer than was known (RFC 4015 §3.3). The RTO
     * follows with the next sample.
     */
    static void adaptToLateness(Tcb tcb, Flight flight, AckNews news) {
        long sampleNs = news.rttForTimeoutNs();
        if (sampleNs < 0) {
            return;
        }
        int sampleUs = Math.clamp(sampleNs / 1000, 1, 1 << 30);
        tcb.srttUs(Math.max(tcb.srttUs(), sampleUs));
        tcb.rttvarUs(Math.max(tcb.rttvarUs(), sampleUs / 2));
        flight.congestion.srttNs = tcb.srttUs() * 1000L;
    }
}
