package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Lane;
import io.ringway.LaneConfig;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A lane whose port takes few frames in a cycle serves its connections in turn, by octets: bulk
 * flows share evenly, and who has little to send does not wait for them.
 */
class FairServiceTest {
    private static final int BURST = 32;
    private static final int SMALL = 1000;

    /** Sends for ever, once it is told to. */
    private static final class Bulk implements TcpHandler {
        private final byte[] chunk = new byte[16 * 1024];
        private TcpConnection connection;
        private boolean isStarted;

        @Override
        public void onOpen(TcpConnection opened) {
            connection = opened.hold();
        }

        @Override
        public void onReadable(TcpConnection readable) {}

        @Override
        public void onWritable(TcpConnection writable) {
            int taken = isStarted ? chunk.length : 0;
            while (taken == chunk.length) {
                taken = writable.write(chunk);
            }
        }
    }

    /** Counts what comes. */
    private static final class Counting implements TcpHandler {
        private long octets;

        @Override
        public void onReadable(TcpConnection readable) {
            octets += readable.available();
            readable.consume(readable.available());
        }
    }

    private final List<Bulk> bulks = new ArrayList<>();
    private final List<Counting> counts = new ArrayList<>();
    private final List<TcpConnection> small = new ArrayList<>();
    private final Counting smallCount = new Counting();

    private Pair pair() {
        Pair pair =
                Pair.with()
                        .config(config -> config.smallFrames(0))
                        .configA(c -> c.lane(LaneConfig.DEFAULT.withBursts(256, BURST)))
                        .build();
        for (int i = 0; i < 8; i++) {
            Bulk bulk = new Bulk();
            Counting counting = new Counting();
            pair.b().listen(100 + i, counting);
            pair.a().lane(0).connect(pair.endpointB(100 + i), bulk);
            bulks.add(bulk);
            counts.add(counting);
        }
        pair.b().listen(99, smallCount);
        TcpHandler keeping =
                new TcpHandler() {
                    @Override
                    public void onOpen(TcpConnection opened) {
                        small.add(opened.hold());
                    }

                    @Override
                    public void onReadable(TcpConnection readable) {}
                };
        for (int i = 0; i < SMALL; i++) {
            pair.a().lane(0).connect(pair.endpointB(99), keeping);
        }
        pair.run(Duration.ofSeconds(1));
        assertThat(small).hasSize(SMALL);
        return pair;
    }

    private void startBulk(Pair pair) {
        for (Bulk bulk : bulks) {
            bulk.isStarted = true;
            bulk.onWritable(bulk.connection);
        }
        cycle(pair, 2000);
    }

    private static void cycle(Pair pair, int count) {
        Lane a = pair.a().lane(0);
        Lane b = pair.b().lane(0);
        for (int i = 0; i < count; i++) {
            pair.clock().advanceTo(pair.clock().nanoTime() + 10_000);
            a.doWork(pair.clock().nanoTime());
            b.doWork(pair.clock().nanoTime());
        }
    }

    @Test
    void bulkFlowsShareEvenly() {
        try (Pair pair = pair()) {
            startBulk(pair);
            long[] before = counts.stream().mapToLong(c -> c.octets).toArray();
            cycle(pair, 4000);
            long least = Long.MAX_VALUE;
            long most = 0;
            for (int i = 0; i < before.length; i++) {
                long octets = counts.get(i).octets - before[i];
                least = Math.min(least, octets);
                most = Math.max(most, octets);
            }
            // 4,000 cycles of 32 full segments.
            assertThat(least).isGreaterThan(4000L * BURST * 1448 / 8 * 9 / 10);
            assertThat(most).isLessThan(least * 11 / 10);
        }
    }

    @Test
    void aThousandSmallOnesAreServedBesideEightBulkFlows() {
        try (Pair pair = pair()) {
            startBulk(pair);
            byte[] message = new byte[100];
            for (TcpConnection connection : small) {
                assertThat(connection.write(message)).isEqualTo(message.length);
            }
            // Three quarters of the room are theirs: 1,000 messages in 42 cycles.
            cycle(pair, 45);
            assertThat(smallCount.octets).isEqualTo(100L * SMALL);
        }
    }

    @Test
    void smallOnesDoNotStarveABulkFlow() {
        try (Pair pair = pair()) {
            startBulk(pair);
            byte[] message = new byte[100];
            long before = counts.stream().mapToLong(c -> c.octets).sum();
            for (int i = 0; i < 20; i++) {
                for (TcpConnection connection : small) {
                    connection.noDelay(true);
                    connection.write(message);
                }
                cycle(pair, 10);
            }
            long octets = counts.stream().mapToLong(c -> c.octets).sum() - before;
            assertThat(octets).isGreaterThan(200L * BURST / 4 * 1448 * 9 / 10);
        }
    }
}
