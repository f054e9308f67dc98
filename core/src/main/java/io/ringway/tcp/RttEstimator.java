package io.ringway.tcp;

/**
 * The smoothed round-trip time, its variation, and the retransmission time-out made of them (RFC
 * 6298; with many samples a round trip, RFC 7323 appendix G).
 *
 * <p>All times are microseconds. A smoothed time of 0 stands for "no sample yet". For a sample,
 * compute the variation first: it takes the smoothed time from before the sample (RFC 6298 §2.3).
 *
 * <pre>
 *  int rttvar = RttEstimator.rttvar(tcb.srtt(), tcb.rttvar(), sampleUs);
 *  int srtt = RttEstimator.srtt(tcb.srtt(), sampleUs);
 *  int rto = RttEstimator.rto(srtt, rttvar, config.minimumRtoUs(), config.maximumRtoUs());
 * </pre>
 *
 * <p>Pure; any thread.
 */
final class RttEstimator {
    /** The time-out before the first sample (RFC 6298 §2.1). */
    static final int INITIAL_RTO_US = 1_000_000;

    /** The clock granularity G: timers run in milliseconds. */
    static final int GRANULARITY_US = 1_000;

    private RttEstimator() {}

    /** SRTT = 7/8 SRTT + 1/8 R'; the first sample as it is. */
    static int srtt(int srttUs, int sampleUs) {
        return srtt(srttUs, sampleUs, 1);
    }

    /** As above, each of {@code expectedSamples} a round trip weighing that much less. */
    static int srtt(int srttUs, int sampleUs, int expectedSamples) {
        int sample = Math.max(sampleUs, 1);
        return srttUs == 0 ? sample : towards(srttUs, sample, 8L * expectedSamples);
    }

    /**
     * RTTVAR = 3/4 RTTVAR + 1/4 |SRTT - R'|, with SRTT from before the sample; R/2 after the first
     * sample.
     */
    static int rttvar(int srttUs, int rttvarUs, int sampleUs) {
        return rttvar(srttUs, rttvarUs, sampleUs, 1);
    }

    /** As above, each of {@code expectedSamples} a round trip weighing that much less. */
    static int rttvar(int srttUs, int rttvarUs, int sampleUs, int expectedSamples) {
        int sample = Math.max(sampleUs, 1);
        if (srttUs == 0) {
            return sample / 2;
        }
        return towards(rttvarUs, Math.abs(srttUs - sample), 4L * expectedSamples);
    }

    /**
     * A part of the way, by a microsecond at least, so that small steps are not rounded to none.
     */
    private static int towards(int from, int to, long parts) {
        long step = ((long) to - from) / parts;
        return from + (step != 0 ? (int) step : Integer.signum(Integer.compare(to, from)));
    }

    /**
     * How many samples a round trip gives (RFC 7323 appendix G): one for every two segments in
     * flight.
     */
    static int expectedSamples(int inFlightOctets, int mss) {
        return Math.max(1, (int) ((inFlightOctets + 2L * mss - 1) / (2L * mss)));
    }

    /**
     * RTO = SRTT + max(G, 4 RTTVAR), within the limits; {@link #INITIAL_RTO_US} before the first
     * sample.
     */
    static int rto(int srttUs, int rttvarUs, int minimumUs, int maximumUs) {
        if (srttUs == 0) {
            return clamp(INITIAL_RTO_US, minimumUs, maximumUs);
        }
        return clamp(srttUs + Math.max(GRANULARITY_US, 4L * rttvarUs), minimumUs, maximumUs);
    }

    /** The time-out after one more expiry (RFC 6298 §5.5): twice as long, within the limit. */
    static int backOff(int rtoUs, int maximumUs) {
        return (int) Math.min(2L * rtoUs, maximumUs);
    }

    private static int clamp(long rtoUs, int minimumUs, int maximumUs) {
        return (int) Math.min(Math.max(rtoUs, minimumUs), maximumUs);
    }
}
