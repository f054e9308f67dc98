package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

class FramePoolTest {
    private final FramePool pool = new FramePool(16, 4);

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void aFreshFrameIsEmptyWithRoomOnBothSides() {
        int frame = pool.allocate();
        assertThat(pool.length(frame)).isZero();
        assertThat(pool.start(frame)).isEqualTo(FramePool.PAYLOAD_START);
        assertThat(pool.headroom(frame)).isEqualTo(128);
        assertThat(pool.tailroom(frame)).isEqualTo(FramePool.SMALL_SLOT - FramePool.PAYLOAD_START);
        assertThat(pool.references(frame)).isEqualTo(1);
        assertThat(pool.next(frame)).isEqualTo(FramePool.NONE);
        assertThat(pool.offload(frame)).isZero();
    }

    @Test
    void headersArePushedInFrontAndPulledOff() {
        int frame = pool.allocate();
        pool.length(frame, 100);
        long payload = pool.data(frame);

        assertThat(pool.push(frame, 20)).isEqualTo(payload - 20);
        assertThat(pool.length(frame)).isEqualTo(120);
        assertThat(pool.pull(frame, 20)).isEqualTo(payload);
        assertThat(pool.length(frame)).isEqualTo(100);

        assertThatThrownBy(() -> pool.push(frame, 129))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("headroom");
        assertThatThrownBy(() -> pool.pull(frame, 101)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aFrameIsFreeWhenItsLastHolderReleasedIt() {
        int frame = pool.allocate();
        pool.retain(frame);
        pool.release(frame);
        assertThat(pool.isFree(frame)).isFalse();
        assertThat(pool.isFull()).isFalse();
        pool.release(frame);
        assertThat(pool.isFree(frame)).isTrue();
        assertThat(pool.isFull()).isTrue();
    }

    @Test
    void freeingTwiceOrKeepingAFreeFrameTripsAnAssertion() {
        int frame = pool.allocate();
        pool.release(frame);
        assertThatThrownBy(() -> pool.release(frame))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("is not held here");
        assertThatThrownBy(() -> pool.retain(frame))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("is not held here");
    }

    @Test
    void aFreedFrameIsOverwritten() {
        int frame = pool.allocate();
        pool.length(frame, 8);
        long data = pool.data(frame);
        Octets.put64(pool.memory(), data, 1);
        pool.release(frame);
        assertThat(Octets.u64(pool.memory(), data)).isEqualTo(0xdbdb_dbdb_dbdb_dbdbL);
    }

    @Test
    void bothKindsRunOutAndComeBack() {
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            taken.add(pool.allocate());
        }
        for (int i = 0; i < 4; i++) {
            int frame = pool.allocateLarge();
            assertThat(pool.isLarge(frame)).isTrue();
            assertThat(pool.tailroom(frame)).isGreaterThan(65_535);
            taken.add(frame);
        }
        assertThat(new HashSet<>(taken)).hasSize(20).doesNotContain(FramePool.NONE);
        assertThat(pool.allocate()).isEqualTo(FramePool.NONE);
        assertThat(pool.allocateLarge()).isEqualTo(FramePool.NONE);

        for (int i = 0; i < 20; i++) {
            pool.next(taken.get(i), i < 19 ? taken.get(i + 1) : FramePool.NONE);
        }
        pool.releaseList(taken.get(0));
        assertThat(pool.isFull()).isTrue();
    }

    @Test
    void framesDoNotOverlap() {
        Random random = new Random(17);
        Set<Integer> live = new HashSet<>();
        long[] written = new long[20];
        for (int step = 0; step < 20_000; step++) {
            int frame = random.nextInt(5) == 0 ? pool.allocateLarge() : pool.allocate();
            if (frame != FramePool.NONE) {
                assertThat(live.add(frame)).isTrue();
                written[frame] = random.nextLong();
                long slot = pool.slot(frame);
                Octets.putNative64(pool.memory(), slot + FramePool.SCRATCH, written[frame]);
                Octets.putNative64(
                        pool.memory(), slot + pool.slotLength(frame) - 8, ~written[frame]);
            }
            if (random.nextBoolean() && !live.isEmpty()) {
                int gone = live.iterator().next();
                long slot = pool.slot(gone);
                assertThat(Octets.native64(pool.memory(), slot + FramePool.SCRATCH))
                        .isEqualTo(written[gone]);
                assertThat(Octets.native64(pool.memory(), slot + pool.slotLength(gone) - 8))
                        .isEqualTo(~written[gone]);
                live.remove(gone);
                pool.release(gone);
            }
        }
    }

    @Test
    void whatThePortKnowsIsKeptByFieldAndCopiedAsAWord() {
        int frame = pool.allocate();
        pool.checksum(frame, FramePool.CHECKSUM_NEEDED);
        pool.segmentation(frame, FramePool.SEGMENTATION_TCPV6, 65_000);
        pool.checksumRange(frame, 54, 16);
        pool.stamp(frame, -5);
        int other = pool.allocate();
        pool.offload(other, pool.offload(frame));

        assertThat(pool.checksum(other)).isEqualTo(FramePool.CHECKSUM_NEEDED);
        assertThat(pool.segmentation(other)).isEqualTo(FramePool.SEGMENTATION_TCPV6);
        assertThat(pool.segmentSize(other)).isEqualTo(65_000);
        assertThat(pool.checksumStart(other)).isEqualTo(54);
        assertThat(pool.checksumOffset(other)).isEqualTo(16);
        assertThat(pool.stamp(frame)).isEqualTo(-5);
        assertThat(pool.length(other)).isZero();
    }

    @Test
    void impossiblePoolsAreRefused() {
        assertThatThrownBy(() -> new FramePool(0, 0).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1 small frame");
    }

    @Test
    void aSharedFrameIsCopiedForWhoeverWantsItAlone() {
        try (FramePool pool = new FramePool(2, 0)) {
            int frame = pool.allocate();
            pool.range(frame, FramePool.PAYLOAD_START, 3);
            Octets.put8(pool.memory(), pool.data(frame) + 2, 77);
            pool.retain(frame);
            int copy = FrameCopies.exclusive(pool, frame);
            assertThat(copy).isNotEqualTo(frame);
            assertThat(pool.references(frame)).isEqualTo(1);
            assertThat(pool.length(copy)).isEqualTo(3);
            assertThat(Octets.u8(pool.memory(), pool.data(copy) + 2)).isEqualTo(77);
            assertThat(FrameCopies.exclusive(pool, frame)).isEqualTo(frame);
            pool.retain(frame);
            assertThat(FrameCopies.exclusive(pool, frame)).isEqualTo(FramePool.NONE);
            assertThat(pool.references(frame)).isEqualTo(1);
        }
    }
}
