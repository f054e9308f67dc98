package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.port.ImpairmentConfig;
import io.ringway.port.LinkConfig;
import io.ringway.tcp.AckSample;
import io.ringway.tcp.CongestionControl;
import io.ringway.tcp.CongestionState;
import io.ringway.tcp.Pacing;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a paced connection sends is spread over time, by the rate that its algorithm asks for. */
class PacingTest {
    private static final long RATE = 10_000_000;
    private static final int FRAME = 1514;

    /** A window that never changes, at a rate that never changes. */
    private static final class Constant implements CongestionControl {
        private final long rate;

        Constant(long rate) {
            this.rate = rate;
        }

        @Override
        public String name() {
            return "constant";
        }

        @Override
        public void onStart(CongestionState state, long nowNs) {
            state.cwnd = 4 << 20;
        }

        @Override
        public void onAck(CongestionState state, AckSample sample, long nowNs) {}

        @Override
        public void onLoss(CongestionState state, int inFlightOctets, long nowNs) {}

        @Override
        public void onRecovered(CongestionState state, long nowNs) {}

        @Override
        public void onTimeout(CongestionState state, int inFlightOctets, long nowNs) {}

        @Override
        public boolean needsPacing() {
            return true;
        }

        @Override
        public long pacingRate(CongestionState state) {
            return rate;
        }
    }

    private final List<Capture> captures = new ArrayList<>();

    private Pair pair(Pacing pacing, LinkConfig link) {
        return pair(pacing, link, RATE);
    }

    private Pair pair(Pacing pacing, LinkConfig link, long rate) {
        return Pair.with()
                .link(link)
                .impairment(ImpairmentConfig.builder().delayNs(5_000_000).build())
                .tap(port -> {
                    captures.add(new Capture(port));
                    return captures.getLast();
                })
                .config(config ->
                        config.add(new Constant(rate))
                                .smallFrames(8192)
                                .largeFrames(256)
                                .tcp(tcp ->
                                        tcp.congestion(c -> c.withPacing(pacing))
                                                .sendBufferBytes(4 << 20)
                                                .receiveBufferBytes(4 << 20)))
                .build();
    }

    /** Sends from a to b, and gives the frames with data that a has sent. */
    private List<Capture.Frame> run(Pair pair, int octets) {
        Bulk bulk = new Bulk(octets, "constant");
        pair.b().listen(7, bulk.taking);
        pair.a().lane(0).connect(pair.endpointB(7), bulk.sending);
        assertThat(pair.runUntil(bulk::isDone, Duration.ofMinutes(1))).isTrue();
        assertThat(bulk.arrived()).isEqualTo(octets);
        return dataSent();
    }

    private List<Capture.Frame> dataSent() {
        return captures.getFirst().frames().stream()
                .filter(frame -> frame.isOutbound() && frame.octets().length > 1000)
                .toList();
    }

    @Test
    void segmentsLeaveSpreadByTheRate() {
        try (Pair pair = pair(Pacing.AUTO, LinkConfig.PLAIN)) {
            List<Capture.Frame> sent = run(pair, 2_000_000);
            // In every 10 ms not more than their octets and a burst.
            for (int from = 0; from < sent.size(); from++) {
                long octets = 0;
                for (int to = from; to < sent.size(); to++) {
                    octets += sent.get(to).octets().length;
                    long elapsedNs = sent.get(to).timeNs() - sent.get(from).timeNs();
                    long allowed = RATE * elapsedNs / 1_000_000_000 + 4 * FRAME;
                    assertThat(octets).isLessThanOrEqualTo(allowed * 11 / 10);
                }
            }
            long wholeNs = sent.getLast().timeNs() - sent.getFirst().timeNs();
            assertThat(wholeNs / 1e9).isBetween(0.19, 0.23);
            pair.assertClean();
        }
    }

    /** Lets time pass in steps, so that the lanes come to whatever was due late. */
    private static void runInSteps(Pair pair, Bulk bulk, long stepNs) {
        while (!bulk.isDone()) {
            pair.clock().advanceTo(pair.clock().nanoTime() + stepNs);
            pair.settle();
        }
    }

    /** As a lane's thread does that sleeps and shares its core: what is missed is made up for. */
    @Test
    void aLaneThatComesLateKeepsTheRate() {
        try (Pair pair = pair(Pacing.AUTO, LinkConfig.PLAIN)) {
            Bulk bulk = new Bulk(4_000_000, "constant");
            pair.b().listen(7, bulk.taking);
            pair.a().lane(0).connect(pair.endpointB(7), bulk.sending);
            runInSteps(pair, bulk, 900_000);
            List<Capture.Frame> sent = dataSent();
            long wholeNs = sent.getLast().timeNs() - sent.getFirst().timeNs();
            assertThat(wholeNs / 1e9).isBetween(0.39, 0.43);
            pair.assertClean();
        }
    }

    /**
     * But only a quarter of a round trip's worth, which is 3 ms here with the absence in it: the
     * rest is lost.
     */
    @Test
    void aLongAbsenceMakesNoLongBurst() {
        try (Pair pair = pair(Pacing.AUTO, LinkConfig.PLAIN)) {
            Bulk bulk = new Bulk(4_000_000, "constant");
            pair.b().listen(7, bulk.taking);
            pair.a().lane(0).connect(pair.endpointB(7), bulk.sending);
            pair.run(Duration.ofMillis(100));
            int before = dataSent().size();
            pair.clock().advanceTo(pair.clock().nanoTime() + 8_000_000);
            pair.settle();
            long burst = (long) dataSent().size() - before;
            assertThat(burst * FRAME).isBetween(RATE / 1000, RATE * 4 / 1000);
        }
    }

    @Test
    void superFramesAreAMillisecondLong() {
        try (Pair pair = pair(Pacing.AUTO, LinkConfig.OFFLOADED)) {
            List<Capture.Frame> sent = run(pair, 2_000_000);
            assertThat(sent)
                    .allSatisfy(frame ->
                            assertThat(frame.octets().length).isLessThanOrEqualTo(10_000 + 100));
            assertThat(sent.get(sent.size() / 2).octets().length).isGreaterThan(7000);
            pair.assertClean();
        }
    }

    /** However slow, two segments go out together: one alone would wait for a delayed ACK. */
    @Test
    void slowSuperFramesAreTwoSegmentsLong() {
        try (Pair pair = pair(Pacing.AUTO, LinkConfig.OFFLOADED, RATE / 20)) {
            List<Capture.Frame> sent = run(pair, 200_000);
            assertThat(sent)
                    .allSatisfy(frame ->
                            assertThat(frame.octets().length).isLessThanOrEqualTo(2 * FRAME));
            assertThat(sent.get(sent.size() / 2).octets().length).isGreaterThan(2800);
            pair.assertClean();
        }
    }

    @Test
    void withoutPacingTheWindowLeavesAtOnce() {
        try (Pair pair = pair(Pacing.OFF, LinkConfig.PLAIN)) {
            List<Capture.Frame> sent = run(pair, 1_000_000);
            long wholeNs = sent.getLast().timeNs() - sent.getFirst().timeNs();
            assertThat(wholeNs / 1e9).isLessThan(0.05);
            pair.assertClean();
        }
    }
}
