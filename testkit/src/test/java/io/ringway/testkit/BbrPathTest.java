package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.LinkConfig;
import io.ringway.tcp.AckSample;
import io.ringway.tcp.CongestionControl;
import io.ringway.tcp.CongestionState;
import io.ringway.tcp.bbr.Bbr;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** BBR with everything below it, from one stack to another over a bottleneck. */
class BbrPathTest {
    private static final int FRAME = 1514;
    private static final int MBIT = 100;

    /** BBR, and what its ACKs told. */
    private static final class Watched implements CongestionControl {
        private final Bbr bbr = new Bbr();
        long longestRttNs;
        long smallWindowNs;
        private long lastNs;
        private int smallWindow = -1;

        @Override
        public String name() {
            return "watched";
        }

        @Override
        public @Nullable Object newMemory() {
            return bbr.newMemory();
        }

        @Override
        public long keepsMemoryNs() {
            return bbr.keepsMemoryNs();
        }

        @Override
        public boolean needsPacing() {
            return true;
        }

        @Override
        public boolean ownsRecovery() {
            return true;
        }

        @Override
        public long pacingRate(CongestionState state) {
            return bbr.pacingRate(state);
        }

        @Override
        public void onStart(CongestionState state, long nowNs) {
            bbr.onStart(state, nowNs);
        }

        @Override
        public void onAck(CongestionState state, AckSample sample, long nowNs) {
            bbr.onAck(state, sample, nowNs);
            longestRttNs = Math.max(longestRttNs, sample.rttNs);
            if (state.cwnd <= smallWindow) {
                smallWindowNs += nowNs - lastNs;
            }
            lastNs = nowNs;
        }

        @Override
        public void onLoss(CongestionState state, int inFlightOctets, long nowNs) {
            bbr.onLoss(state, inFlightOctets, nowNs);
        }

        @Override
        public void onRecovered(CongestionState state, long nowNs) {
            bbr.onRecovered(state, nowNs);
        }

        @Override
        public void onTimeout(CongestionState state, int inFlightOctets, long nowNs) {
            bbr.onTimeout(state, inFlightOctets, nowNs);
        }
    }

    private final Watched watched = new Watched();

    private Pair pair(int rttMs, double queueOfBdp, double loss, LinkConfig link) {
        int bdp = MBIT * 125 * rttMs / FRAME;
        ImpairmentConfig path =
                ImpairmentConfig.builder()
                        .delayNs(rttMs * 500_000L)
                        .jitterNs(200_000)
                        .rateBitsPerSecond(MBIT * 1_000_000L)
                        .queueFrames((int) (bdp * queueOfBdp))
                        .loss(loss)
                        .build();
        return Pair.with()
                .link(link)
                .impairment(path)
                .config(config ->
                        config.add(watched)
                                .smallFrames(8192)
                                .largeFrames(512)
                                .tcp(tcp ->
                                        tcp.sendBufferBytes(4 << 20).receiveBufferBytes(4 << 20)))
                .build();
    }

    private static Bulk flow(Pair pair, int port, String algorithm) {
        Bulk bulk = new Bulk(Long.MAX_VALUE, algorithm);
        pair.b().listen(port, bulk.taking);
        pair.a().lane(0).connect(pair.endpointB(port), bulk.sending);
        return bulk;
    }

    /** Mbit/s in the time that passes. */
    private static double rate(Pair pair, Bulk bulk, int seconds) {
        long before = bulk.arrived();
        pair.run(Duration.ofSeconds(seconds));
        return (bulk.arrived() - before) * 8e-6 / seconds;
    }

    @Test
    void fillsThePathWithAShortQueue() {
        for (LinkConfig link : new LinkConfig[] {LinkConfig.PLAIN, LinkConfig.OFFLOADED}) {
            watched.longestRttNs = 0;
            try (Pair pair = pair(20, 10, 0, link)) {
                Bulk bulk = flow(pair, 7, "watched");
                pair.run(Duration.ofSeconds(2));
                watched.longestRttNs = 0;
                assertThat(rate(pair, bulk, 4)).isGreaterThan(0.88 * MBIT);
                // The queue would hold 200 ms; a loss-based flow fills it. Probing for more makes
                // one
                // of a round trip or a little more.
                assertThat(watched.longestRttNs).isLessThan(55_000_000);
                assertThat(pair.a().lane(0).counters().get(Counter.TCP_RETRANSMITTED)).isZero();
            }
        }
    }

    /** §5.3.4: for 200 ms and a round trip half of what the path holds. */
    @Test
    void probesTheRoundTripFromTimeToTime() {
        try (Pair pair = pair(20, 2, 0, LinkConfig.OFFLOADED)) {
            Bulk bulk = flow(pair, 7, "watched");
            pair.run(Duration.ofSeconds(2));
            watched.smallWindow = MBIT * 125 * 20 * 6 / 10;
            assertThat(rate(pair, bulk, 11)).isGreaterThan(0.85 * MBIT);
            assertThat(watched.smallWindowNs).isBetween(180_000_000L, 900_000_000L);
        }
    }

    /** Losses by chance slow a loss-based flow down by far more. */
    @Test
    void standsLossesByChance() {
        double[][] cases = {{0.01, 0.8}, {0.03, 0.45}, {0.05, 0.2}};
        for (double[] each : cases) {
            try (Pair one = pair(20, 2, each[0], LinkConfig.OFFLOADED);
                    Pair other = pair(20, 2, each[0], LinkConfig.OFFLOADED)) {
                Bulk bbr = flow(one, 7, "watched");
                Bulk cubic = flow(other, 7, "cubic");
                double reached = rate(one, bbr, 6);
                double reachedByCubic = rate(other, cubic, 6);
                assertThat(reached).as("%.2f lost", each[0]).isGreaterThan(each[1] * MBIT);
                assertThat(reached).as("%.2f lost", each[0]).isGreaterThan(4 * reachedByCubic);
            }
        }
    }

    /**
     * A short path, which holds eight segments: each one lost is more than two in a hundred of
     * them, and yet no sign that there are too many.
     */
    @Test
    void standsLossesByChanceOnAShortPath() {
        double[][] cases = {{0.01, 0.9}, {0.03, 0.85}, {0.05, 0.65}};
        for (double[] each : cases) {
            try (Pair pair = pair(1, 12, each[0], LinkConfig.OFFLOADED)) {
                double reached = rate(pair, flow(pair, 7, "watched"), 4);
                assertThat(reached).as("%.2f lost", each[0]).isGreaterThan(each[1] * MBIT);
            }
        }
    }

    /**
     * Over a queue of one round trip. Losses of less than two in a hundred are nothing to BBR, so a
     * single flow of Reno's, which makes no more than that, gets less than half.
     */
    @Test
    void sharesWithItselfAndWithLossBasedFlows() {
        for (String other : new String[] {"bbr", "cubic", "newreno"}) {
            try (Pair pair = pair(20, 1, 0, LinkConfig.OFFLOADED)) {
                Bulk bbr = flow(pair, 7, "watched");
                Bulk second = flow(pair, 8, other);
                pair.run(Duration.ofSeconds(4));
                long before = second.arrived();
                double first = rate(pair, bbr, 20);
                double share = (second.arrived() - before) * 8e-6 / 20;
                assertThat(first + share).as(other).isGreaterThan(0.88 * MBIT);
                double most = other.equals("newreno") ? 3.5 : 2.2;
                assertThat(first / share).as(other).isBetween(0.5, most);
            }
        }
    }
}
