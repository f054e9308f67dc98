package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

class LargeMemoryTest {
    private static final int HUGE_PAGE = 2 << 20;

    @Test
    void smallBlocksAreAlignedAsAskedAndLargeOnesToHugePages() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment small = LargeMemory.allocate(arena, 4096, 64);
            MemorySegment large = LargeMemory.allocate(arena, HUGE_PAGE + 64, 64);

            assertThat(small.byteSize()).isEqualTo(4096);
            assertThat(small.address() % 64).isZero();
            assertThat(large.byteSize()).isEqualTo(HUGE_PAGE + 64);
            assertThat(large.address() % HUGE_PAGE).isZero();
        }
    }

    @Test
    void largeBlocksAreZero() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment large = LargeMemory.allocate(arena, 2L * HUGE_PAGE, 64);
            MemorySegment zeros = arena.allocate(2L * HUGE_PAGE);

            assertThat(large.mismatch(zeros)).isEqualTo(-1);
        }
    }
}
