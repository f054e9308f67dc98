package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class SlabTest {
    @Test
    void aRecordIsZeroEvenAfterItWasUsed() {
        try (Slab slab = new Slab(128, 0, 4)) {
            int first = slab.allocate();
            for (int at = 0; at < 128; at += 8) {
                Octets.putNative64(slab.memory(first), slab.offset(first) + at, -1);
            }
            slab.free(first);

            int again = slab.allocate();

            assertThat(again).isEqualTo(first);
            for (int at = 0; at < 128; at += 8) {
                assertThat(Octets.native64(slab.memory(again), slab.offset(again) + at)).isZero();
            }
        }
    }

    @Test
    void theLastFreedIsTakenFirst() {
        try (Slab slab = new Slab(64, 8, 8)) {
            int a = slab.allocate();
            int b = slab.allocate();
            int c = slab.allocate();
            slab.free(a);
            slab.free(c);
            slab.free(b);

            assertThat(List.of(slab.allocate(), slab.allocate(), slab.allocate(), slab.allocate()))
                    .containsExactly(b, c, a, 3);
        }
    }

    @Test
    void itGrowsToItsMaximumAndNoFurther() {
        try (Slab slab = new Slab(128, 1, 100_000)) {
            assertThat(slab.capacity()).isEqualTo(32_768);
            for (int i = 0; i < 100_000; i++) {
                assertThat(slab.allocate()).isEqualTo(i);
            }
            assertThat(slab.capacity()).isEqualTo(100_000);
            assertThat(slab.count()).isEqualTo(100_000);

            assertThat(slab.allocate()).isEqualTo(Slab.NONE);

            slab.free(77);
            assertThat(slab.allocate()).isEqualTo(77);
        }
    }

    @Test
    void recordsDoNotOverlapAndDoNotMove() {
        int length = 192;
        Random random = new Random(5);
        try (Slab slab = new Slab(length, 100, 60_000)) {
            Map<Integer, Long> written = new HashMap<>();
            List<Integer> live = new ArrayList<>();
            for (int step = 0; step < 150_000; step++) {
                if (!live.isEmpty() && random.nextInt(5) < 2) {
                    int index = live.set(random.nextInt(live.size()), live.getLast());
                    live.removeLast();
                    assertThat(read(slab, index, length)).isEqualTo(written.remove(index));
                    slab.free(index);
                } else {
                    int index = slab.allocate();
                    if (index == Slab.NONE) {
                        continue;
                    }
                    long value = random.nextLong();
                    assertThat(slab.offset(index) % 64).isZero();
                    Octets.putNative64(slab.memory(index), slab.offset(index), value);
                    Octets.putNative64(slab.memory(index), slab.offset(index) + length - 8, ~value);
                    assertThat(written.put(index, value)).isNull();
                    live.add(index);
                }
            }
            assertThat(slab.count()).isEqualTo(live.size());
            for (int index : live) {
                assertThat(read(slab, index, length)).isEqualTo(written.get(index));
            }
        }
    }

    private static long read(Slab slab, int index, int length) {
        long value = Octets.native64(slab.memory(index), slab.offset(index));
        assertThat(Octets.native64(slab.memory(index), slab.offset(index) + length - 8))
                .isEqualTo(~value);
        return value;
    }

    @Test
    void recordsOf128OctetsBeginOnAPairOfCacheLines() {
        try (Slab slab = new Slab(128, 10, 10)) {
            int index = slab.allocate();
            assertThat((slab.memory(index).address() + slab.offset(index)) % 128).isZero();
        }
    }

    @Test
    void freeingTwiceTripsAnAssertion() {
        try (Slab slab = new Slab(64, 8, 8)) {
            int index = slab.allocate();
            slab.free(index);

            assertThatThrownBy(() -> slab.free(index))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("freed twice");
            assertThatThrownBy(() -> slab.memory(index)).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> slab.free(5)).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> slab.free(-1)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatThrownBy(() -> new Slab(100, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("multiple of 64")
                .hasMessageContaining("100");
        assertThatThrownBy(() -> new Slab(64, 9, 8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Slab(64, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
