package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

class HugePagesTest {
    private static final long MIB = 1L << 20;

    @Test
    void memoryThatWasTouchedBecomesHugeAndKeepsWhatIsInIt() throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16 * MIB, 2 * MIB);
            memory.fill((byte) 7);
            assumeTrue(HugePages.advise(memory), "this kernel has no transparent huge pages");
            assertThat(Files.readString(Path.of("/proc/self/smaps"))).contains(" hg");
            assertThat(memory.mismatch(arena.allocate(16 * MIB).fill((byte) 7))).isEqualTo(-1);
        }
    }

    @Test
    void memoryWithoutAWholePageIsLeftAlone() {
        try (var arena = Arena.ofConfined()) {
            assertThat(HugePages.advise(arena.allocate(100))).isFalse();
            assertThat(HugePages.advise(MemorySegment.ofArray(new byte[100_000]))).isFalse();
        }
    }
}
