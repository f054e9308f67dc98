package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** What holds for every algorithm. */
class CongestionControlsTest {
    private static final int MSS = 1460;

    static Iterable<String> names() {
        return CongestionControls.names();
    }

    /** Those whose window follows from losses; what BBR does is in its own tests. */
    static Iterable<String> lossBased() {
        return CongestionControls.names().stream().filter(name -> !name.equals("bbr")).toList();
    }

    @Test
    void theDefaultIsTheFirst() {
        assertThat(CongestionControls.names()).first().isEqualTo(CongestionControls.DEFAULT);
        assertThat(CongestionControls.names()).contains("cubic", "newreno");
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> CongestionControls.byName("vegas"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'vegas'")
                .hasMessageContaining("cubic, newreno");
    }

    @ParameterizedTest
    @MethodSource("names")
    void isFoundByItsNameInAnyCase(String name) {
        assertThat(CongestionControls.byName(name).name()).isEqualTo(name);
        assertThat(CongestionControls.byName(name.toUpperCase(java.util.Locale.ROOT)).name())
                .isEqualTo(name);
    }

    private static CongestionState state(CongestionControl control, int cwnd, int ssthresh) {
        CongestionState state = new CongestionState();
        state.memory = control.newMemory();
        state.reset(cwnd, ssthresh, MSS, 100_000_000L);
        control.onStart(state, 0);
        return state;
    }

    /** RFC 5681 §3.1: slow start doubles the window in a round trip. */
    @ParameterizedTest
    @MethodSource("lossBased")
    void slowStartDoublesARoundTrip(String name) {
        CongestionControl control = CongestionControls.byName(name);
        CongestionState state = state(control, 10 * MSS, Integer.MAX_VALUE);
        for (int roundTrip = 0; roundTrip < 5; roundTrip++) {
            int before = state.cwnd;
            for (int acked = 0; acked < before; acked += 2 * MSS) {
                control.onAck(state, AckSamples.acked(2 * MSS, true), 1);
            }
            assertThat(state.cwnd).isEqualTo(2 * before);
        }
    }

    /** RFC 3465 §2.3, with the limit of RFC 9406 §4.2; and one segment an ACK after a time-out. */
    @ParameterizedTest
    @MethodSource("lossBased")
    void oneAckAddsNotMoreThanItsLimit(String name) {
        CongestionControl control = CongestionControls.byName(name);
        CongestionState state = state(control, 10 * MSS, Integer.MAX_VALUE);
        control.onAck(state, AckSamples.acked(44 * MSS, true), 1);
        assertThat(state.cwnd).isEqualTo(18 * MSS);
        control.onTimeout(state, 18 * MSS, 2);
        control.onAck(state, AckSamples.acked(10 * MSS, true), 3);
        assertThat(state.cwnd).isEqualTo(2 * MSS);
        control.onRecovered(state, 4);
        control.onAck(state, AckSamples.acked(10 * MSS, true), 5);
        assertThat(state.cwnd).isEqualTo(10 * MSS);
    }

    @ParameterizedTest
    @MethodSource("lossBased")
    void aWindowThatIsNotUsedDoesNotGrow(String name) {
        CongestionControl control = CongestionControls.byName(name);
        for (int ssthresh : new int[] {Integer.MAX_VALUE, 5 * MSS}) {
            CongestionState state = state(control, 10 * MSS, ssthresh);
            for (int i = 1; i < 100; i++) {
                control.onAck(state, AckSamples.acked(MSS, false), i * 10_000_000L);
            }
            assertThat(state.cwnd).isEqualTo(10 * MSS);
        }
    }

    @ParameterizedTest
    @MethodSource("lossBased")
    void ssthreshIsTwoSegmentsAtLeast(String name) {
        CongestionControl control = CongestionControls.byName(name);
        CongestionState state = state(control, 2 * MSS, Integer.MAX_VALUE);
        control.onLoss(state, MSS, 1);
        assertThat(state.ssthresh).isEqualTo(2 * MSS);
        assertThat(state.cwnd).isEqualTo(2 * MSS);
        control.onTimeout(state, 0, 2);
        assertThat(state.ssthresh).isEqualTo(2 * MSS);
        assertThat(state.cwnd).isEqualTo(MSS);
    }

    @ParameterizedTest
    @MethodSource("lossBased")
    void aTimeoutLeavesOneSegmentAndTheEndOfRecoveryDoesNotRaiseIt(String name) {
        CongestionControl control = CongestionControls.byName(name);
        CongestionState state = state(control, 100 * MSS, Integer.MAX_VALUE);
        control.onTimeout(state, 100 * MSS, 1);
        assertThat(state.cwnd).isEqualTo(MSS);
        assertThat(state.ssthresh).isBetween(50 * MSS, 70 * MSS);
        control.onRecovered(state, 2);
        assertThat(state.cwnd).isEqualTo(MSS);
        assertThat(state.isInSlowStart()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("lossBased")
    void theEndOfRecoveryTakesBackWhatItAdded(String name) {
        CongestionControl control = CongestionControls.byName(name);
        CongestionState state = state(control, 100 * MSS, Integer.MAX_VALUE);
        control.onLoss(state, 100 * MSS, 1);
        state.cwnd += 30 * MSS;
        control.onRecovered(state, 2);
        assertThat(state.cwnd).isEqualTo(state.ssthresh);
    }

    /** A loss must not make the window larger, whatever is in flight. */
    @ParameterizedTest
    @MethodSource("lossBased")
    void aLossWithMoreInFlightThanTheWindowReducesTheWindow(String name) {
        CongestionControl control = CongestionControls.byName(name);
        CongestionState state = state(control, 10 * MSS, Integer.MAX_VALUE);
        control.onLoss(state, 100 * MSS, 1);
        assertThat(state.cwnd).isLessThanOrEqualTo(7 * MSS);
    }

    @ParameterizedTest
    @MethodSource("lossBased")
    void nothingOverflowsAtTheLargestWindow(String name) {
        CongestionControl control = CongestionControls.byName(name);
        for (int ssthresh : new int[] {Integer.MAX_VALUE, 2 * MSS}) {
            CongestionState state = state(control, SlowStart.MAXIMUM_CWND - 10, ssthresh);
            for (int i = 1; i < 200; i++) {
                control.onAck(state, AckSamples.acked(1 << 30, true), i * 10_000_000_000L);
                assertThat(state.cwnd)
                        .isBetween(SlowStart.MAXIMUM_CWND - 10, SlowStart.MAXIMUM_CWND);
            }
            assertThat(state.cwnd).isEqualTo(SlowStart.MAXIMUM_CWND);
            control.onLoss(state, 1 << 30, 1);
            assertThat(state.cwnd).isBetween(1 << 29, 1 << 30);
        }
    }

    @ParameterizedTest
    @MethodSource("lossBased")
    void staysWithinItsLimitsWhateverHappens(String name) {
        CongestionControl control = CongestionControls.byName(name);
        for (long seed = 0; seed < 50; seed++) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            int mss = 1 + random.nextInt(9000);
            CongestionState state = new CongestionState();
            state.memory = control.newMemory();
            state.reset(10 * mss, Integer.MAX_VALUE, mss, 0);
            control.onStart(state, 0);
            long now = random.nextInt(2) == 0 ? 0 : random.nextLong(1L << 50);
            for (int i = 0; i < 2000; i++) {
                now += random.nextLong(random.nextInt(20) == 0 ? 1L << 38 : 20_000_000);
                state.srttNs = random.nextInt(3) == 0 ? 0 : random.nextLong(1_000_000_000);
                int before = state.cwnd;
                switch (random.nextInt(100)) {
                    case 0 -> control.onLoss(state, random.nextInt(1 << 30), now);
                    case 1 -> control.onTimeout(state, random.nextInt(1 << 30), now);
                    case 2 -> control.onRecovered(state, now);
                    default -> {
                        int acked = 1 + random.nextInt(state.cwnd);
                        control.onAck(state, AckSamples.acked(acked, random.nextInt(4) != 0), now);
                        assertThat(state.cwnd).as("seed %d", seed).isGreaterThanOrEqualTo(before);
                    }
                }
                assertThat(state.cwnd).isBetween(mss, SlowStart.MAXIMUM_CWND);
                assertThat(state.ssthresh).isGreaterThanOrEqualTo(2 * mss);
            }
        }
    }
}
