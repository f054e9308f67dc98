package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class RttEstimatorTest {
    private static final int MINIMUM = 200_000;
    private static final int MAXIMUM = 60_000_000;

    @Test
    void initialTimeOutIsOneSecond() {
        assertThat(RttEstimator.rto(0, 0, MINIMUM, MAXIMUM)).isEqualTo(1_000_000);
    }

    /** RFC 6298 §2.2: SRTT = R, RTTVAR = R/2, RTO = SRTT + max(G, 4 RTTVAR). */
    @Test
    void firstSample() {
        assertThat(RttEstimator.rttvar(0, 0, 100_000)).isEqualTo(50_000);
        assertThat(RttEstimator.srtt(0, 100_000)).isEqualTo(100_000);
        assertThat(RttEstimator.rto(100_000, 50_000, MINIMUM, MAXIMUM)).isEqualTo(300_000);
    }

    /** RFC 6298 §2.3. */
    @Test
    void laterSamples() {
        assertThat(RttEstimator.rttvar(100_000, 50_000, 180_000)).isEqualTo(57_500);
        assertThat(RttEstimator.srtt(100_000, 180_000)).isEqualTo(110_000);
        assertThat(RttEstimator.rttvar(100_000, 50_000, 100_000)).isEqualTo(37_500);
    }

    @Test
    void timeOutHasLimitsAndTheClocksGranularity() {
        assertThat(RttEstimator.rto(50, 10, 1, MAXIMUM)).isEqualTo(1_050);
        assertThat(RttEstimator.rto(50, 10, MINIMUM, MAXIMUM)).isEqualTo(MINIMUM);
        assertThat(RttEstimator.rto(2_000_000_000, 2_000_000_000, MINIMUM, MAXIMUM))
                .isEqualTo(MAXIMUM);
        assertThat(RttEstimator.rto(0, 0, 3_000_000, MAXIMUM)).isEqualTo(3_000_000);
    }

    @Test
    void backOffDoublesUpToTheLimit() {
        assertThat(RttEstimator.backOff(1_000_000, MAXIMUM)).isEqualTo(2_000_000);
        assertThat(RttEstimator.backOff(40_000_000, MAXIMUM)).isEqualTo(MAXIMUM);
        assertThat(RttEstimator.backOff(Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aSampleOfNothingStillCountsAsOne() {
        assertThat(RttEstimator.srtt(0, 0)).isEqualTo(1);
        assertThat(RttEstimator.srtt(1, 0)).isEqualTo(1);
    }

    @Test
    void smallStepsAreNotLost() {
        int srtt = 1000;
        for (int i = 0; i < 20; i++) {
            srtt = RttEstimator.srtt(srtt, 1005, 100);
        }
        assertThat(srtt).isEqualTo(1005);
    }

    @Test
    void followsTheFormulasWithinRounding() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
        int srtt = 0;
        int rttvar = 0;
        double exactSrtt = 0;
        double exactRttvar = 0;
        for (int i = 0; i < 10_000; i++) {
            int sample = 20_000 + random.nextInt(10_000);
            rttvar = RttEstimator.rttvar(srtt, rttvar, sample);
            srtt = RttEstimator.srtt(srtt, sample);
            exactRttvar =
                    i == 0
                            ? sample / 2.0
                            : 0.75 * exactRttvar + 0.25 * Math.abs(exactSrtt - sample);
            exactSrtt = i == 0 ? sample : 0.875 * exactSrtt + 0.125 * sample;
            assertThat((double) srtt).isCloseTo(exactSrtt, Offset.offset(10.0));
            assertThat((double) rttvar).isCloseTo(exactRttvar, Offset.offset(10.0));
        }
    }

    /**
     * RFC 7323 appendix G: with n samples a round trip, a round trip of them weighs as one sample
     * did.
     */
    @Test
    void manySamplesARoundTripWeighAsOne() {
        assertThat(RttEstimator.expectedSamples(0, 1460)).isEqualTo(1);
        assertThat(RttEstimator.expectedSamples(2 * 1460, 1460)).isEqualTo(1);
        assertThat(RttEstimator.expectedSamples(2 * 1460 + 1, 1460)).isEqualTo(2);
        assertThat(RttEstimator.expectedSamples(1 << 30, 1)).isEqualTo(1 << 29);
        int srtt = 100_000;
        for (int i = 0; i < 50; i++) {
            srtt = RttEstimator.srtt(srtt, 200_000, 50);
        }
        assertThat(srtt).isBetween(110_000, 113_000);
    }
}
