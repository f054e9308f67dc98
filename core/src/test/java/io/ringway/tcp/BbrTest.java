package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.tcp.bbr.Bbr;

import org.junit.jupiter.api.Test;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * BBR over a simulated bottleneck: what it reaches, what queue it leaves, and with whom it shares.
 */
class BbrTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000_000_000;
    private static final int MSS = PathSimulation.MSS;

    private static double rate(PathSimulation.Flow flow, PathSimulation path, long forNs) {
        long before = flow.deliveredOctets();
        path.run(forNs);
        return (flow.deliveredOctets() - before) * 1e9 / forNs;
    }

    private static int bdp(long rate, long rttNs) {
        return (int) (rate * rttNs / SECOND / MSS);
    }

    @Test
    void reachesTheRateOfPathsOfAllKindsWithAShortQueue() {
        long[][] paths = {
            {125_000, 20 * MS},
            {1_250_000, 10 * MS},
            {1_250_000, 100 * MS},
            {12_500_000, 1 * MS},
            {12_500_000, 20 * MS},
            {12_500_000, 100 * MS},
        };
        for (long[] each : paths) {
            PathSimulation path = new PathSimulation(each[0], each[1], 10_000, 0, 1);
            PathSimulation.Flow flow = path.add(new Bbr(), true);
            path.run(4 * SECOND);
            path.longestQueueNs = 0;
            double reached = rate(flow, path, 8 * SECOND) / each[0];
            String what = each[0] + " octets/s, " + each[1] / MS + " ms";
            assertThat(reached).as(what).isBetween(0.9, 1.01);
            // Probing for more makes a queue of less than a round trip, but for the least of
            // windows
            // and the three milliseconds' worth that aggregation may need.
            long least = Math.max(3 * MS, (long) (10 * MSS * 1e9 / each[0]));
            assertThat(path.longestQueueNs).as(what).isLessThan(Math.max(each[1], least) + MS);
        }
    }

    /** Losses that have nothing to do with the load do not slow it down. */
    @Test
    void randomLossOfOneInAHundredCostsLittle() {
        PathSimulation path = new PathSimulation(12_500_000, 20 * MS, 10_000, 0.01, 7);
        PathSimulation.Flow flow = path.add(new Bbr(), true);
        path.run(2 * SECOND);
        assertThat(rate(flow, path, 10 * SECOND) / 12_500_000).isGreaterThan(0.75);
        PathSimulation other = new PathSimulation(12_500_000, 20 * MS, 10_000, 0.01, 7);
        PathSimulation.Flow reno = other.add(new NewReno(), false);
        other.run(2 * SECOND);
        assertThat(rate(reno, other, 10 * SECOND) / 12_500_000).isLessThan(0.4);
    }

    /** A queue a tenth of what is in flight: the long-term bound learns of it. */
    @Test
    void aShallowQueueIsNotFlooded() {
        long rate = 12_500_000;
        long rtt = 40 * MS;
        PathSimulation path = new PathSimulation(rate, rtt, bdp(rate, rtt) / 10, 0, 3);
        PathSimulation.Flow flow = path.add(new Bbr(), true);
        path.run(5 * SECOND);
        long lost = flow.lostOctets();
        long delivered = flow.deliveredOctets();
        path.run(20 * SECOND);
        double share = (double) (flow.lostOctets() - lost) / (flow.deliveredOctets() - delivered);
        assertThat(share).isLessThan(0.03);
        assertThat((flow.deliveredOctets() - delivered) / 20.0 / rate).isGreaterThan(0.8);
    }

    /** §5.3.4: every five seconds or so little is in flight for 200 ms. */
    @Test
    void probesTheRoundTrip() {
        PathSimulation path = new PathSimulation(12_500_000, 20 * MS, 10_000, 0, 1);
        PathSimulation.Flow flow = path.add(new Bbr(), true);
        path.run(3 * SECOND);
        long[] smallNs = {0, path.nowNs()};
        int half = bdp(12_500_000, 20 * MS) * MSS / 2 + 10 * MSS;
        path.run(
                20 * SECOND,
                () -> {
                    if (flow.state.cwnd <= half) {
                        smallNs[0] += path.nowNs() - smallNs[1];
                    }
                    smallNs[1] = path.nowNs();
                });
        assertThat(smallNs[0] / 1e9).isBetween(0.15, 1.5);
    }

    @Test
    void followsAPathThatBecomesFasterAndSlower() {
        PathSimulation path = new PathSimulation(12_500_000, 20 * MS, 10_000, 0, 1);
        PathSimulation.Flow first = path.add(new Bbr(), true);
        path.run(5 * SECOND);
        PathSimulation.Flow second = path.add(new Bbr(), true);
        path.run(20 * SECOND);
        double one = rate(first, path, 20 * SECOND);
        long before = second.deliveredOctets();
        path.run(20 * SECOND);
        double two = (second.deliveredOctets() - before) / 20.0;
        assertThat(one / (one + two)).isBetween(0.3, 0.7);
    }

    /** Neither starves the other over a queue of one round trip. */
    @Test
    void sharesWithLossBasedFlows() {
        for (CongestionControl other : new CongestionControl[] {new Cubic(), new NewReno()}) {
            long rate = 12_500_000;
            long rtt = 20 * MS;
            PathSimulation path = new PathSimulation(rate, rtt, bdp(rate, rtt), 0, 5);
            PathSimulation.Flow bbr = path.add(new Bbr(), true);
            PathSimulation.Flow loss = path.add(other, false);
            path.run(10 * SECOND);
            long bbrBefore = bbr.deliveredOctets();
            long lossBefore = loss.deliveredOctets();
            path.run(60 * SECOND);
            double bbrRate = (bbr.deliveredOctets() - bbrBefore) / 60.0;
            double lossRate = (loss.deliveredOctets() - lossBefore) / 60.0;
            assertThat(bbrRate / rate).as(other.name()).isBetween(0.2, 0.8);
            assertThat(lossRate / rate).as(other.name()).isBetween(0.2, 0.8);
        }
    }

    /** Nothing overflows at any rate up to 400 Gbit/s and any round trip from 1 µs to 100 s. */
    @Test
    void staysWithinItsLimitsWhateverHappens() {
        Bbr bbr = new Bbr();
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            int mss = 500 + random.nextInt(8500);
            CongestionState state = new CongestionState();
            state.memory = bbr.newMemory();
            state.reset(10 * mss, Integer.MAX_VALUE, mss, random.nextLong(100 * SECOND));
            long now = random.nextLong(1L << 50);
            bbr.onStart(state, now);
            double rate = Math.pow(10, 3 + 7.7 * random.nextDouble());
            double rtt = Math.pow(10, 3 + 8 * random.nextDouble());
            AckSample sample = new AckSample();
            long delivered = 0;
            long lost = 0;
            for (int i = 0; i < 3000; i++) {
                now += (long) (rtt * random.nextDouble() / 4);
                int newly = 1 + random.nextInt(Math.max(1, Math.min(1 << 28, state.cwnd)));
                delivered += newly;
                sample.clear();
                sample.deliveredOctets = newly;
                sample.ackedOctets = newly;
                sample.delivered = delivered;
                sample.priorDelivered = Math.max(0, delivered - newly - random.nextInt(1 << 20));
                sample.deliveryRate = (long) (rate * (0.5 + random.nextDouble()));
                sample.rttNs =
                        random.nextInt(4) == 0 ? -1 : (long) (rtt * (1 + random.nextDouble()));
                sample.priorInFlight = state.cwnd;
                sample.inFlight = random.nextInt(state.cwnd);
                sample.txInFlight = random.nextInt(1 << 30);
                sample.isAppLimited = random.nextInt(5) == 0;
                if (random.nextInt(50) == 0) {
                    sample.lostOctets = random.nextInt(state.cwnd);
                    lost += sample.lostOctets;
                }
                sample.lostSince = random.nextInt(3) == 0 ? random.nextInt(1 << 30) : 0;
                switch (random.nextInt(200)) {
                    case 0 -> bbr.onLoss(state, random.nextInt(1 << 30), now);
                    case 1 -> bbr.onTimeout(state, random.nextInt(1 << 30), now);
                    case 2 -> bbr.onRecovered(state, now);
                    case 3 -> bbr.onUndo(state, now);
                    case 4 -> bbr.onEcn(state, random.nextInt(1 << 30), now);
                    case 5 -> bbr.onRestart(state, now);
                    default -> bbr.onAck(state, sample, now);
                }
                assertThat(state.cwnd).as("seed %d", seed).isBetween(mss, 1 << 30);
                assertThat(bbr.pacingRate(state)).as("seed %d", seed).isPositive();
                assertThat(bbr.pacingRate(state)).as("seed %d", seed).isLessThan(1L << 50);
            }
            assertThat(lost).isNotNegative();
        }
    }
}
