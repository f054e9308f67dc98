package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** RFC 8257's formulas, written down a second time in whole windows, against the code. */
class DctcpTest {
    private static final int MSS = 1000;

    private final Dctcp dctcp = new Dctcp();
    private final CongestionState state = new CongestionState();
    private final AckSample sample = new AckSample();
    private long delivered;

    private Dctcp.Estimate start(int segments) {
        Dctcp.Estimate estimate = new Dctcp.Estimate();
        state.memory = estimate;
        state.reset(segments * MSS, segments * MSS, MSS, 100_000);
        dctcp.onStart(state, 0);
        delivered = 0;
        return estimate;
    }

    private void ack(boolean isMarked, long prior) {
        sample.clear();
        sample.ackedOctets = MSS;
        delivered += MSS;
        sample.delivered = delivered;
        sample.priorDelivered = prior;
        sample.hasEce = isMarked;
        sample.isLimited = true;
        dctcp.onAck(state, sample, 1);
    }

    /** §4.2: Alpha is 1 at first, so the first mark halves the window. */
    @Test
    void theFirstMarkHalves() {
        start(100);
        dctcp.onEcn(state, 100 * MSS, 1);
        assertThat(state.cwnd).isEqualTo(50 * MSS);
        assertThat(state.ssthresh).isEqualTo(50 * MSS);
    }

    /** §3.3: Alpha = Alpha (1 - g) + g M, once a window; cwnd = cwnd (1 - Alpha / 2). */
    @Test
    void alphaFollowsThePartOfMarkedOctets() {
        for (long seed = 0; seed < 100; seed++) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            Dctcp.Estimate estimate = start(100);
            double alpha = 1;
            // The first window of observation is that of the first ACK.
            ack(false, 0);
            alpha = alpha * (1 - 1 / 16.0);
            for (int window = 0; window < 60; window++) {
                long begin = delivered;
                int segments = 1 + random.nextInt(50);
                int marked = 0;
                for (int i = 0; i < segments; i++) {
                    boolean isMarked = random.nextInt(3) == 0;
                    marked += isMarked ? 1 : 0;
                    ack(isMarked, i == segments - 1 ? begin : begin - MSS);
                }
                alpha = alpha * (1 - 1 / 16.0) + (double) marked / segments / 16;
                assertThat(estimate.alpha)
                        .as("seed %d", seed)
                        .isCloseTo(alpha, Offset.offset(1e-9));
                int before = state.cwnd;
                dctcp.onEcn(state, before, 1);
                int expected = Math.max((int) (before * (1 - alpha / 2)), 2 * MSS);
                assertThat(state.cwnd).isCloseTo(expected, Offset.offset(2));
            }
        }
    }

    @Test
    void withoutMarksAlphaFallsToNothing() {
        Dctcp.Estimate estimate = start(10);
        for (int i = 0; i < 300; i++) {
            ack(false, delivered);
        }
        assertThat(estimate.alpha).isLessThan(1e-6);
        int before = state.cwnd;
        dctcp.onEcn(state, before, 1);
        assertThat(state.cwnd).isCloseTo(before, Offset.offset(1));
    }

    /** §3.5: a loss is answered as by any TCP. */
    @Test
    void aLossHalves() {
        start(100);
        dctcp.onLoss(state, 100 * MSS, 1);
        assertThat(state.cwnd).isEqualTo(50 * MSS);
    }
}
