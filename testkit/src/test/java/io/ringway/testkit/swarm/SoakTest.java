package io.ringway.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Stack;
import io.ringway.memory.Counter;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The short form of {@code ringway soak}, in virtual time: full load over a bad link, connections
 * that close and open again, several lanes. At the end everything is back where it came from.
 */
class SoakTest {
    private static final long MS = SwarmBed.MS;

    @ParameterizedTest
    @CsvSource({"1, 3", "2, 5", "3, 8"})
    void nothingIsLostAndNothingIsLeft(int lanes, int seed) {
        SwarmConfig config =
                SwarmConfig.builder()
                        .connections(600)
                        .active(60)
                        .thinkNs(0)
                        .messagesEach(5)
                        .octets(700)
                        .turnoverPerSecond(500)
                        .timeoutNs(250 * MS)
                        .build();
        String path = "loss=1%,delay=1ms,jitter=200us,reorder=2%,duplicate=1%,corrupt=0.2%,seed=";
        SoakWatch watch = new SoakWatch();
        try (SwarmBed bed = new SwarmBed(config, lanes, path + seed, watch)) {
            Swarm swarm = bed.swarm();
            bed.runUntil(swarm::isOpened, 60_000);
            long endNs = bed.clock.nanoTime() + 6_000 * MS;
            bed.runUntil(soaked(bed, watch, endNs), 7_000);
            assertThat(swarm.messages()).isGreaterThan(10_000);
            assertThat(swarm.opened()).isGreaterThan(2_000);
            assertThat(watch.longestSilenceNs()).isLessThan(2_000 * MS);
            swarm.endTurnover();
            bed.runUntil(swarm::isOpened, 60_000);
            swarm.sweep(config.connections());
            bed.runUntil(swarm::isSwept, 60_000);
            assertThat(swarm.swept()).isEqualTo(600);
            swarm.closeAll();
            bed.runUntil(swarm::isClosed, 60_000);
            bed.expectAllGone();
            expectFramesHome(bed.stack);
        }
    }

    /** Goes on until the end, and moves a bucket to the next lane each tenth of a second. */
    private static BooleanSupplier soaked(SwarmBed bed, SoakWatch watch, long endNs) {
        AtomicLong nextMoveNs = new AtomicLong(bed.clock.nanoTime());
        AtomicInteger bucket = new AtomicInteger();
        return () -> {
            long nowNs = bed.clock.nanoTime();
            watch.look(bed.clients, nowNs);
            if (bed.stack.laneCount() > 1 && nowNs >= nextMoveNs.get()) {
                nextMoveNs.addAndGet(100 * MS);
                move(bed.stack, bucket.addAndGet(37) & 127);
            }
            return nowNs >= endNs;
        };
    }

    private static void move(Stack stack, int bucket) {
        int to = (stack.buckets().lane(bucket) + 1) % stack.laneCount();
        CompletableFuture<Integer> _ = stack.buckets().move(bucket, to);
    }

    private static void expectFramesHome(Stack stack) {
        for (int i = 0; i < stack.laneCount(); i++) {
            stack.lane(i).frames().collect();
        }
        for (int i = 0; i < stack.laneCount(); i++) {
            assertThat(stack.lane(i).frames().isFull()).as("%s", stack.lane(i).frames()).isTrue();
            assertThat(stack.lane(i).counters().get(Counter.LANE_RING_FULL)).isZero();
        }
    }
}
