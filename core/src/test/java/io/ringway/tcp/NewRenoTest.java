package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** RFC 5681, and RFC 3465 where it counts octets. */
class NewRenoTest {
    private static final int MSS = 1000;

    private final NewReno reno = new NewReno();
    private final CongestionState state = new CongestionState();

    /** RFC 3465 §2.1: one segment when a whole window is acknowledged. */
    @Test
    void congestionAvoidanceAddsASegmentARoundTrip() {
        state.reset(20 * MSS, 10 * MSS, MSS, 0);
        for (int roundTrip = 1; roundTrip <= 30; roundTrip++) {
            int window = state.cwnd;
            for (int acked = 0; acked < window; acked += MSS) {
                reno.onAck(state, AckSamples.acked(MSS, true), 1);
            }
            assertThat(state.cwnd).isEqualTo((20 + roundTrip) * MSS);
        }
    }

    @Test
    void howAcksAreCutMakesNoDifference() {
        state.reset(20 * MSS, 10 * MSS, MSS, 0);
        for (int i = 0; i < 20_000; i++) {
            reno.onAck(state, AckSamples.acked(1, true), 1);
        }
        assertThat(state.cwnd).isEqualTo(21 * MSS);
        reno.onAck(state, AckSamples.acked(21 * MSS, true), 1);
        assertThat(state.cwnd).isEqualTo(22 * MSS);
    }

    @Test
    void oneAckAddsASegmentAtMost() {
        state.reset(20 * MSS, 10 * MSS, MSS, 0);
        reno.onAck(state, AckSamples.acked(1 << 30, true), 1);
        assertThat(state.cwnd).isEqualTo(21 * MSS);
    }

    /** RFC 5681 §3.1 equation (4). */
    @Test
    void aLossHalvesWhatIsInFlight() {
        state.reset(20 * MSS, Integer.MAX_VALUE, MSS, 0);
        reno.onLoss(state, 16 * MSS, 1);
        assertThat(state.ssthresh).isEqualTo(8 * MSS);
        assertThat(state.cwnd).isEqualTo(8 * MSS);
        assertThat(state.isInSlowStart()).isFalse();
    }

    @Test
    void slowStartAfterATimeoutEndsAtHalf() {
        state.reset(20 * MSS, Integer.MAX_VALUE, MSS, 0);
        reno.onTimeout(state, 20 * MSS, 1);
        int acks = 0;
        while (state.isInSlowStart()) {
            reno.onAck(state, AckSamples.acked(MSS, true), 2);
            acks++;
        }
        assertThat(acks).isEqualTo(9);
        assertThat(state.cwnd).isEqualTo(10 * MSS);
    }
}
