package io.ringway.tcp.bbr;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.tcp.AckSample;
import io.ringway.tcp.CongestionState;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The parts of BBR's model, beside the pseudocode of draft-ietf-ccwg-bbr written down anew. */
class ModelTest {
    private static final int MSS = 1000;
    private static final long MS = 1_000_000;

    private final Bbr bbr = new Bbr();
    private final CongestionState state = new CongestionState();
    private final AckSample sample = new AckSample();
    private BbrState model = new BbrState();

    private void start(int cwnd) {
        model = new BbrState();
        state.memory = model;
        state.reset(cwnd, Integer.MAX_VALUE, MSS, 20 * MS);
        bbr.onStart(state, 0);
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** BBRBDPMultiple, from an octet a second to 1 Tbit/s, and from 1 µs to 100 s. */
    @Test
    void theBdpIsExactAndNeverTooLarge() {
        RandomGenerator random = random(1);
        for (int i = 0; i < 50_000; i++) {
            start(10 * MSS);
            long bw = (long) Math.pow(10, 11.1 * random.nextDouble());
            model.minRttNs = (long) Math.pow(10, 3 + 8 * random.nextDouble());
            double gain = random.nextInt(1, 12) / 4.0;
            BigDecimal exact =
                    BigDecimal.valueOf(gain)
                            .multiply(BigDecimal.valueOf(bw))
                            .multiply(BigDecimal.valueOf(model.minRttNs))
                            .movePointLeft(9)
                            .min(BigDecimal.valueOf(1 << 30));
            assertThat((double) Control.bdp(model, state, bw, gain))
                    .isCloseTo(exact.doubleValue(), Offset.offset(1.0));
        }
    }

    @Test
    void withoutARoundTripTheFirstWindowStandsForTheBdp() {
        start(10 * MSS);
        state.cwnd = 500 * MSS;
        assertThat(Control.bdp(model, state, 1000, 2)).isEqualTo(10 * MSS);
    }

    /** BBRUpdateMaxBw: the greatest of this cycle and the one before it. */
    @Test
    void theBandwidthIsTheGreatestOfTwoCycles() {
        for (long seed = 0; seed < 50; seed++) {
            RandomGenerator random = random(seed);
            start(10 * MSS);
            List<Long> cycles = new ArrayList<>(List.of(0L));
            for (int i = 0; i < 300; i++) {
                sample.clear();
                sample.deliveryRate = 1L + random.nextInt(1_000_000);
                boolean isAppLimited = random.nextInt(3) == 0;
                long known = greatest(cycles);
                Model.updateCongestionSignals(model, state, sample, isAppLimited);
                if (!isAppLimited || sample.deliveryRate >= known) {
                    cycles.set(cycles.size() - 1, Math.max(cycles.getLast(), sample.deliveryRate));
                }
                assertThat(model.maxBw()).isEqualTo(greatest(cycles));
                if (random.nextInt(10) == 0 && cycles.getLast() > 0) {
                    Model.advanceMaxBwFilter(model);
                    cycles.add(0L);
                }
            }
        }
    }

    private static long greatest(List<Long> cycles) {
        long last = cycles.getLast();
        return cycles.size() < 2 ? last : Math.max(last, cycles.get(cycles.size() - 2));
    }

    /** BBRLossLowerBounds: not below what was delivered, and by not more than three in ten. */
    @Test
    void aRoundWithLossesShortensTheShortTermBounds() {
        start(100 * MSS);
        model.state = BbrState.PROBE_BW_CRUISE;
        model.maxBwOfCycle = 1_000_000;
        long delivered = 1_000_000;
        double bw = 1_000_000;
        double inflight = 100 * MSS;
        for (int round = 0; round < 6; round++) {
            Model.noteLoss(model, delivered);
            model.bwLatest = 400_000;
            model.inflightLatest = 40 * MSS;
            model.isLossRoundStart = true;
            sample.clear();
            sample.deliveryRate = 0;
            Model.updateCongestionSignals(model, state, sample, false);
            Model.endLossRound(model);
            bw = Math.max(400_000, 0.7 * bw);
            inflight = Math.max(40 * MSS, 0.7 * inflight);
            assertThat((double) model.bwShortTerm).isCloseTo(bw, Offset.offset(2.0));
            assertThat((double) model.inflightShortTerm).isCloseTo(inflight, Offset.offset(2.0));
            assertThat(model.isLossInRound).isFalse();
        }
        // While probing for more, losses are the long-term bound's.
        model.state = BbrState.PROBE_BW_UP;
        long before = model.bwShortTerm;
        Model.noteLoss(model, delivered);
        model.isLossRoundStart = true;
        Model.updateCongestionSignals(model, state, sample, false);
        assertThat(model.bwShortTerm).isEqualTo(before);
    }

    /** BBRUpdateACKAggregation, by the exact maximum over rounds. */
    @Test
    void extraAckedIsTheGreatestExcessOfTheLastRounds() {
        for (long seed = 0; seed < 50; seed++) {
            RandomGenerator random = random(seed);
            start(1000 * MSS);
            model.isFullBwReached = true;
            model.bw = 10_000_000;
            List<Double> rounds = new ArrayList<>(List.of(0.0));
            double delivered = 0;
            long startNs = 0;
            long nowNs = 0;
            for (int i = 0; i < 400; i++) {
                nowNs += random.nextInt(2_000_000);
                sample.clear();
                sample.deliveredOctets = 1 + random.nextInt(20 * MSS);
                model.isRoundStart = random.nextInt(8) == 0;
                Model.updateAckAggregation(model, state, sample, nowNs);
                double expected = 10_000_000.0 * (nowNs - startNs) / 1e9;
                if (delivered <= expected) {
                    delivered = 0;
                    startNs = nowNs;
                    expected = 0;
                }
                delivered += sample.deliveredOctets;
                if (model.isRoundStart) {
                    rounds.add(0.0);
                }
                double extra = Math.min(delivered - expected, state.cwnd);
                rounds.set(rounds.size() - 1, Math.max(rounds.getLast(), extra));
                // Kept in two halves, so it remembers five rounds at least and ten at most.
                assertThat((double) Model.extraAcked(model))
                        .isBetween(last(rounds, 5) - 1, last(rounds, 10) + 1);
            }
        }
    }

    private static double last(List<Double> rounds, int count) {
        return rounds.subList(Math.max(0, rounds.size() - count), rounds.size()).stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
    }

    /** IsInflightTooHigh: more than two in a hundred. */
    @Test
    void lossesCountFromTwoInAHundredOn() {
        sample.clear();
        sample.txInFlight = 100_000;
        sample.lostSince = 2000;
        assertThat(Model.isInflightTooHigh(sample)).isFalse();
        sample.lostSince = 2001;
        assertThat(Model.isInflightTooHigh(sample)).isTrue();
    }

    // --- ProbeBW ---

    private void ack(long prior, int priorInFlight) {
        sample.clear();
        sample.deliveredOctets = MSS;
        sample.delivered = model.delivered + MSS;
        sample.priorDelivered = prior;
        sample.deliveryRate = 1_000_000;
        sample.rttNs = 20 * MS;
        sample.priorInFlight = priorInFlight;
        sample.inFlight = priorInFlight - MSS;
        sample.txInFlight = priorInFlight;
        bbr.onAck(state, sample, 30 * MS);
    }

    /** A probe of {@code inFlight} octets whose first ACKs are coming. */
    private void probe(int inFlight) {
        start(inFlight);
        model.isFullBwReached = true;
        model.maxBwOfCycle = 1_000_000;
        model.bw = 1_000_000;
        model.minRttNs = 20 * MS;
        model.inflightLongTerm = 2 * inFlight;
        model.delivered = 1000 * MSS;
        model.nextRoundDelivered = 1000 * MSS;
        model.lost = 30 * MSS;
        sample.clear();
        sample.delivered = model.delivered;
        sample.lost = model.lost;
        Phases.startUp(model, state, sample);
        model.isProbeSample = true;
    }

    /** An ACK shows that a segment is lost which was sent when {@code prior} octets were. */
    private void lose(int txInFlight, long prior) {
        sample.clear();
        sample.deliveredOctets = MSS;
        sample.delivered = model.delivered + MSS;
        sample.priorDelivered = 0;
        sample.deliveryRate = 1_000_000;
        sample.rttNs = 20 * MS;
        sample.priorInFlight = txInFlight;
        sample.inFlight = txInFlight;
        sample.txInFlight = txInFlight;
        sample.lost = model.lost + MSS;
        sample.lostSince = sample.lost - prior;
        sample.lostTxInFlight = txInFlight;
        sample.lostPriorLost = prior;
        sample.lostRangeOctets = MSS;
        bbr.onAck(state, sample, 30 * MS);
    }

    /**
     * HandleLostPacket: the bound becomes what was in flight when the lost ones became too many.
     */
    @Test
    void aProbeEndsWhenTooMuchOfItIsLost() {
        probe(100 * MSS);
        lose(100 * MSS, 30 * MSS);
        lose(101 * MSS, 30 * MSS);
        assertThat(model.state).isEqualTo(BbrState.PROBE_BW_UP);
        lose(102 * MSS, 30 * MSS);
        assertThat(model.state).isEqualTo(BbrState.PROBE_BW_DOWN);
        assertThat(model.wasProbeTooHigh).isTrue();
        // Two of the 101 before the third were lost already, so a fiftieth of that one fits.
        assertThat(model.inflightLongTerm).isBetween(101 * MSS, 101 * MSS + MSS / 20);
    }

    /**
     * Segments that were sent before the probe are found lost while those of its beginning are
     * under way. They say nothing of the probe, and the little that was in flight then is no bound.
     */
    @Test
    void whatWasLostBeforeAProbeDoesNotEndIt() {
        probe(200 * MSS);
        lose(120 * MSS, 26 * MSS);
        lose(120 * MSS, 26 * MSS);
        assertThat(model.state).isEqualTo(BbrState.PROBE_BW_UP);
        assertThat(model.inflightLongTerm).isEqualTo(400 * MSS);
    }

    /** Of eight segments each is more than two in a hundred. */
    @Test
    void aSingleLossDoesNotEndAProbe() {
        probe(8 * MSS);
        lose(8 * MSS, 30 * MSS);
        assertThat(model.state).isEqualTo(BbrState.PROBE_BW_UP);
        assertThat(model.inflightLongTerm).isEqualTo(16 * MSS);
        lose(8 * MSS, 30 * MSS);
        assertThat(model.state).isEqualTo(BbrState.PROBE_BW_DOWN);
        assertThat(model.inflightLongTerm).isEqualTo(7 * MSS);
    }

    /** RACK's timer finds losses between two ACKs. */
    @Test
    void whatATimerFoundLostCounts() {
        start(20 * MSS);
        sample.clear();
        bbr.onAck(state, sample, MS);
        sample.lost = 2 * MSS;
        bbr.onAck(state, sample, 2 * MS);
        assertThat(model.isLossInRound || model.isLossRoundStart).isTrue();
    }

    /** After a probe that was too much the next one looks first, and then goes the whole way. */
    @Test
    void probesWithCareAfterTooMuch() {
        start(20 * MSS);
        model.isFullBwReached = true;
        model.maxBwOfCycle = 1_000_000;
        model.bw = 1_000_000;
        model.minRttNs = 20 * MS;
        model.inflightLongTerm = 25 * MSS;
        model.wasProbeTooHigh = true;
        model.delivered = 1000 * MSS;
        model.nextRoundDelivered = 1000 * MSS;
        sample.clear();
        sample.delivered = model.delivered;
        Phases.startUp(model, state, sample);
        ack(0, 20 * MSS);
        assertThat(model.state).isEqualTo(BbrState.PROBE_BW_UP);
        ack(0, 25 * MSS);
        assertThat(model.state).isEqualTo(BbrState.PROBE_BW_DOWN);
        assertThat(model.wasProbePrecautionary).isTrue();
        // A round later no loss has come of it.
        ack(model.nextRoundDelivered, 20 * MSS);
        assertThat(model.state).isEqualTo(BbrState.PROBE_BW_REFILL);
        assertThat(model.wasProbePrecautionary).isFalse();
    }

    @Test
    void aLossThatWasNoneTakesUpTheProbeAgain() {
        start(20 * MSS);
        model.isFullBwReached = true;
        model.maxBwOfCycle = 1_000_000;
        model.state = BbrState.PROBE_BW_UP;
        model.isProbeSample = true;
        model.inflightLongTerm = 30 * MSS;
        bbr.onLoss(state, 20 * MSS, 1);
        Phases.onInflightTooHigh(model, state, 20 * MSS, false, 2);
        assertThat(model.state).isEqualTo(BbrState.PROBE_BW_DOWN);
        assertThat(model.inflightLongTerm).isEqualTo(20 * MSS);
        bbr.onUndo(state, 3);
        assertThat(model.state).isEqualTo(BbrState.PROBE_BW_REFILL);
        assertThat(model.inflightLongTerm).isEqualTo(30 * MSS);
    }
}
