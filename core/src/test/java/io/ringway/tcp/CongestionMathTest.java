package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The formulas of the RFCs, written down a second time without the limits of machine numbers,
 * beside the code that runs: random windows up to 2^30, rates from an octet a second to 1 Tbit/s,
 * round trips from a microsecond to 100 seconds.
 */
class CongestionMathTest {
    private static final int LARGEST = 1 << 30;
    private static final long SECOND = 1_000_000_000L;

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** From 1 to 10^{@code digits}, each order of magnitude as often as the others. */
    private static long magnitude(RandomGenerator random, int digits) {
        return (long) Math.pow(10, digits * random.nextDouble());
    }

    private static int between(RandomGenerator random, int least, long most) {
        return (int) (least + random.nextLong(most - least + 1));
    }

    // --- RFC 5681 and RFC 3465 ---

    @Test
    void newRenoIsThatOfTheRfc() {
        NewReno reno = new NewReno();
        for (long seed = 0; seed < 300; seed++) {
            RandomGenerator random = random(seed);
            CongestionState state = new CongestionState();
            int mss = between(random, 88, 9000);
            int cwnd = between(random, 2 * mss, Math.max(2L * mss, magnitude(random, 9)));
            state.reset(cwnd, 2 * mss, mss, 0);
            state.ssthresh = mss;
            BigInteger window = BigInteger.valueOf(cwnd);
            BigInteger acked = BigInteger.ZERO;
            BigInteger segment = BigInteger.valueOf(mss);
            BigInteger most = BigInteger.valueOf(LARGEST);
            for (int i = 0; i < 200; i++) {
                if (random.nextInt(20) == 0) {
                    int flight = between(random, 1, LARGEST);
                    reno.onLoss(state, flight, i);
                    // RFC 5681 §3.1 (4), with a window that is not full: what it was reduced from.
                    window = window.min(BigInteger.valueOf(flight)).shiftRight(1);
                    window = window.max(segment.shiftLeft(1));
                    acked = BigInteger.ZERO;
                    assertThat(state.ssthresh).isEqualTo(window.intValueExact());
                } else {
                    int octets = between(random, 1, LARGEST);
                    reno.onAck(state, AckSamples.acked(octets, true), i);
                    BigInteger whole = window.subtract(window.mod(segment)).max(segment);
                    acked = acked.add(BigInteger.valueOf(octets));
                    if (acked.compareTo(whole) >= 0) {
                        acked = acked.subtract(whole).min(whole);
                        window = window.add(segment).min(most);
                    }
                }
                assertThat(state.cwnd).as("seed %d", seed).isEqualTo(window.intValueExact());
            }
        }
    }

    // --- RFC 9438 ---

    /** §4.2 (2): K is the cube root of (W_max - cwnd_epoch) / C, in segments and seconds. */
    @Test
    void cubicsPeriodSolvesItsEquation() {
        Cubic cubic = new Cubic();
        for (long seed = 0; seed < 500; seed++) {
            RandomGenerator random = random(seed);
            CongestionState state = new CongestionState();
            int mss = between(random, 88, 9000);
            int cwnd = between(random, 4 * mss, Math.max(4L * mss, magnitude(random, 9)));
            state.reset(cwnd, LARGEST, mss, magnitude(random, 11));
            cubic.onLoss(state, cwnd, SECOND);
            cubic.onRecovered(state, 2 * SECOND);
            int epoch = state.cwnd;
            cubic.onAck(state, AckSamples.acked(1, true), 3 * SECOND);
            BigDecimal k = new BigDecimal(state.cubicK);
            double solved =
                    k.pow(3)
                            .multiply(new BigDecimal("0.4"))
                            .multiply(BigDecimal.valueOf(mss))
                            .add(BigDecimal.valueOf(epoch))
                            .doubleValue();
            assertThat(solved).as("seed %d", seed).isCloseTo(cwnd, Percentage.withPercentage(1e-6));
        }
    }

    /** §4.2 to §4.5 in segments and whole numbers of nothing, as the RFC has them. */
    private static final class CubicReference {
        private double cwnd;
        private double maxWindow;
        private final double priorWindow;
        private final double epoch;
        private double renoWindow;

        CubicReference(double before) {
            maxWindow = before;
            priorWindow = before;
            cwnd = 0.7 * before;
            epoch = cwnd;
            renoWindow = cwnd;
        }

        private double curve(double t) {
            double k = Math.cbrt((maxWindow - epoch) / 0.4);
            return 0.4 * Math.pow(t - k, 3) + maxWindow;
        }

        void onAck(double segments, double t, double rtt) {
            double alpha = renoWindow < priorWindow ? 3 * 0.3 / 1.7 : 1;
            renoWindow += alpha * segments / Math.floor(cwnd);
            if (curve(t) < renoWindow) {
                cwnd = Math.max(cwnd, renoWindow);
                return;
            }
            double target = Math.min(Math.max(curve(t + rtt), cwnd), 1.5 * cwnd);
            cwnd += (target - cwnd) / cwnd * segments;
        }
    }

    @Test
    void cubicFollowsTheRfcAtAnyRoundTrip() {
        Cubic cubic = new Cubic();
        int mss = 1000;
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = random(seed);
            CongestionState state = new CongestionState();
            int segments = between(random, 60, 3000);
            long rttNs = 1000 + magnitude(random, 10);
            state.reset(segments * mss, LARGEST, mss, rttNs);
            long now = SECOND;
            cubic.onLoss(state, segments * mss, now);
            cubic.onRecovered(state, now);
            CubicReference reference = new CubicReference(segments);
            long epochNs = now;
            for (int i = 0; i < 20_000 && state.cwnd < 100_000 * mss; i++) {
                int acked = 1 + random.nextInt(3);
                cubic.onAck(state, AckSamples.acked(acked * mss, true), now);
                reference.onAck(acked, (now - epochNs) / 1e9, rttNs / 1e9);
                assertThat((double) state.cwnd / mss)
                        .as("seed %d, ACK %d", seed, i)
                        .isCloseTo(reference.cwnd, Offset.offset(2 + 0.02 * reference.cwnd));
                now += Math.max(1, rttNs * acked * mss / state.cwnd);
            }
        }
    }

    /** §4.7: W_max is reduced further by a flow that was reduced below the last one. */
    @Test
    void cubicsFastConvergenceIsThatOfTheRfc() {
        Cubic cubic = new Cubic();
        for (long seed = 0; seed < 300; seed++) {
            RandomGenerator random = random(seed);
            CongestionState state = new CongestionState();
            state.reset(between(random, 10_000, LARGEST), LARGEST, 1000, SECOND);
            double maxWindow = 0;
            for (int i = 0; i < 20; i++) {
                int cwnd = state.cwnd;
                cubic.onLoss(state, cwnd, i);
                maxWindow = cwnd < maxWindow ? cwnd * 1.7 / 2 : cwnd;
                assertThat(state.maxWindow).isCloseTo(maxWindow, Offset.offset(1e-3));
                int expected = Math.max((int) (0.7 * cwnd), 2000);
                assertThat(state.ssthresh).isBetween(expected - 1, expected + 1);
                cubic.onRecovered(state, i);
                state.cwnd = between(random, 10_000, LARGEST);
            }
        }
    }

    // --- RFC 8257 §3.3 ---

    @Test
    void dctcpsAlphaIsTheExactAverage() {
        Dctcp dctcp = new Dctcp();
        for (long seed = 0; seed < 100; seed++) {
            RandomGenerator random = random(seed);
            CongestionState state = new CongestionState();
            Dctcp.Estimate estimate = new Dctcp.Estimate();
            state.memory = estimate;
            state.reset(LARGEST, 1000, 1000, 1000);
            dctcp.onStart(state, 0);
            BigDecimal alpha = BigDecimal.ONE;
            BigDecimal gain = new BigDecimal("0.0625");
            long delivered = 0;
            for (int window = 0; window < 50; window++) {
                long sentAt = delivered;
                long all = 0;
                long marked = 0;
                int acks = 1 + random.nextInt(10);
                for (int i = 0; i < acks; i++) {
                    AckSample sample = AckSamples.acked(between(random, 1, LARGEST / 16), true);
                    sample.hasEce = random.nextBoolean();
                    delivered += sample.ackedOctets;
                    sample.delivered = delivered;
                    // Only the last one is of what was sent after the window's begin.
                    sample.priorDelivered = i == acks - 1 ? sentAt : sentAt - 1;
                    all += sample.ackedOctets;
                    marked += sample.hasEce ? sample.ackedOctets : 0;
                    dctcp.onAck(state, sample, 1);
                }
                BigDecimal part =
                        BigDecimal.valueOf(marked)
                                .divide(BigDecimal.valueOf(all), MathContext.DECIMAL64);
                alpha =
                        BigDecimal.ONE
                                .subtract(gain)
                                .multiply(alpha)
                                .add(gain.multiply(part), MathContext.DECIMAL64);
                assertThat(estimate.alpha)
                        .as("seed %d", seed)
                        .isCloseTo(alpha.doubleValue(), Offset.offset(1e-9));
            }
        }
    }

    // --- pacing ---

    @Test
    void thePacersGapIsExact() {
        BigInteger most = BigInteger.valueOf(Pacer.MOST_GAP_NS);
        RandomGenerator random = random(1);
        for (int i = 0; i < 200_000; i++) {
            int octets = (int) Math.min(LARGEST, magnitude(random, 10));
            long rate = magnitude(random, 12);
            BigInteger gap =
                    BigInteger.valueOf(octets)
                            .multiply(BigInteger.valueOf(SECOND))
                            .divide(BigInteger.valueOf(rate))
                            .min(most);
            assertThat(Pacer.gapNs(octets, rate)).isEqualTo(gap.longValueExact());
        }
    }

    /** Twice cwnd a round trip in slow start, 1.2 times afterwards. */
    @Test
    void theRateOfAWindowIsThatOfItsRoundTrip() {
        NewReno reno = new NewReno();
        RandomGenerator random = random(2);
        for (int i = 0; i < 100_000; i++) {
            CongestionState state = new CongestionState();
            int cwnd = (int) Math.min(LARGEST, 100 + magnitude(random, 10));
            long rttNs = 1000 + magnitude(random, 11);
            boolean isSlowStart = random.nextBoolean();
            state.reset(cwnd, isSlowStart ? Integer.MAX_VALUE : 1, 100, rttNs);
            double exact =
                    new BigDecimal(isSlowStart ? "2.0" : "1.2")
                            .multiply(BigDecimal.valueOf(cwnd))
                            .multiply(BigDecimal.valueOf(SECOND))
                            .divide(BigDecimal.valueOf(rttNs), MathContext.DECIMAL64)
                            .doubleValue();
            assertThat((double) reno.pacingRate(state))
                    .isCloseTo(exact, Offset.offset(1 + exact * 1e-9));
        }
    }
}
