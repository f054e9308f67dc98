package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

class FrameSpaceTest {
    @Test
    void theSharesAreDisjointAndTheSmallOnesComeFirst() {
        try (var space = new FrameSpace(3, 8, 2)) {
            Set<Long> slots = new HashSet<>();
            for (int lane = 0; lane < 3; lane++) {
                FramePool pool = space.pool(lane);
                assertThat(pool.smallOctets()).isEqualTo(24L * FramePool.SMALL_SLOT);
                for (int frame = pool.allocate(); frame >= 0; frame = pool.allocate()) {
                    assertThat(slots.add(pool.slot(frame))).isTrue();
                    assertThat(pool.slot(frame)).isLessThan(pool.smallOctets());
                    assertThat(pool.isOwn(frame)).isTrue();
                }
                for (int frame = pool.allocateLarge(); frame >= 0; frame = pool.allocateLarge()) {
                    assertThat(slots.add(pool.slot(frame))).isTrue();
                    assertThat(pool.slot(frame)).isGreaterThanOrEqualTo(pool.smallOctets());
                    assertThat(pool.isLarge(frame)).isTrue();
                }
            }
            assertThat(slots).hasSize(3 * 10);
        }
    }

    @Test
    void aFrameReleasedElsewhereGoesHome() {
        try (var space = new FrameSpace(2, 4, 1)) {
            FramePool home = space.pool(0);
            FramePool other = space.pool(1);
            int small = home.allocate();
            int large = home.allocateLarge();
            home.range(small, 200, 3);
            assertThat(other.slot(small)).isEqualTo(home.slot(small));
            assertThat(other.isOwn(small)).isFalse();

            give(home, small, other);
            give(home, large, other);
            assertThat(other.length(small)).isEqualTo(3);
            assertThat(home.collect()).isZero();
            other.release(small);
            other.release(large);

            assertThat(other.isFull()).isTrue();
            assertThat(home.isFull()).isFalse();
            assertThat(home.collect()).isEqualTo(2);
            assertThat(home.isFull()).isTrue();
        }
    }

    private static void give(FramePool from, int frame, FramePool to) {
        from.handOver(frame);
        to.takeOver(frame);
    }

    @Test
    void whatTwoLanesHoldIsCountedAtHomeAlone() {
        try (var space = new FrameSpace(2, 4, 0)) {
            FramePool home = space.pool(0);
            FramePool sender = space.pool(1);
            int frame = home.allocate();
            home.retain(frame);
            give(home, frame, sender);

            sender.release(frame);
            assertThat(home.references(frame)).isEqualTo(2);
            assertThat(home.collect()).isEqualTo(1);
            assertThat(home.references(frame)).isEqualTo(1);
            home.release(frame);
            assertThat(home.isFull()).isTrue();
        }
    }

    @Test
    void aFrameThatWasHandedOverIsNotTouchedAnyMore() {
        try (var space = new FrameSpace(2, 4, 0)) {
            FramePool home = space.pool(0);
            FramePool other = space.pool(1);
            int frame = home.allocate();
            assertThatThrownBy(() -> other.length(frame)).isInstanceOf(AssertionError.class);
            give(home, frame, other);

            assertThatThrownBy(() -> home.length(frame))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("frame " + frame + " is not held here");
            assertThatThrownBy(() -> home.push(frame, 4)).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> home.release(frame)).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> other.retain(frame)).isInstanceOf(AssertionError.class);
            assertThat(other.push(frame, 4)).isPositive();
            other.release(frame);
            assertThatThrownBy(() -> other.length(frame)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void allFramesMayBeOnTheirWayHomeAtOnce() throws InterruptedException {
        int lanes = 3;
        int each = 64;
        try (var space = new FrameSpace(lanes, each, 0)) {
            SpscLongRing[] rings = {
                new SpscLongRing(each), new SpscLongRing(each), new SpscLongRing(each)
            };
            Thread[] threads = new Thread[lanes];
            for (int lane = 0; lane < lanes; lane++) {
                int self = lane;
                FramePool pool = space.pool(lane);
                threads[lane] =
                        Thread.ofPlatform()
                                .start(() ->
                                        pass(pool, rings[self], rings[(self + 1) % lanes], self));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (int lane = 0; lane < lanes; lane++) {
                FramePool pool = space.pool(lane);
                while (rings[lane].hasNext()) {
                    int frame = (int) rings[lane].remove();
                    pool.takeOver(frame);
                    pool.release(frame);
                }
                rings[lane].release();
            }
            for (int lane = 0; lane < lanes; lane++) {
                space.pool(lane).collect();
                assertThat(space.pool(lane).isFull()).as("lane %d", lane).isTrue();
            }
        }
    }

    /** Hands frames to the next lane, and releases what comes from the one before. */
    private static void pass(FramePool pool, SpscLongRing in, SpscLongRing out, int seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 200_000; i++) {
            if (random.nextBoolean()) {
                int frame = pool.allocate();
                if (frame >= 0) {
                    if (out.offer(frame)) {
                        pool.handOver(frame);
                    } else {
                        pool.release(frame);
                    }
                }
                out.publish();
            } else if (in.hasNext()) {
                int frame = (int) in.remove();
                pool.takeOver(frame);
                pool.release(frame);
                in.release();
            }
            pool.collect();
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new FrameSpace(0, 1, 0)).hasMessageContaining("1 to 64 lanes");
        assertThatThrownBy(() -> new FrameSpace(1, 0, 0)).hasMessageContaining("at least 1 small");
        assertThatThrownBy(() -> new FrameSpace(64, 1 << 23, 0)).hasMessageContaining("frames");
    }
}
