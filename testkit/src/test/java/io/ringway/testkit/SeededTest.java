package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

class SeededTest {
    private static final Set<Long> SEEDS = new HashSet<>();

    @Seeded(count = 20, also = 7)
    void runsWithAnotherSeedEachTime(long seed) {
        SEEDS.add(seed);
    }

    @AfterAll
    static void twentyOneSeedsWereUsed() {
        if (System.getProperty("ringway.seed") == null
                && System.getProperty("ringway.seeds") == null) {
            assertThat(SEEDS).hasSize(21).contains(7L);
        }
    }

    @Seeded(count = 3)
    void theGeneratorIsMadeFromTheSeed(long seed, Rand rand) {
        assertThat(rand.seed()).isEqualTo(seed);
        assertThat(rand.nextLong()).isEqualTo(new Rand(seed).nextLong());
    }

    @Seeded(count = 10)
    void numbersStayWithinTheirBounds(Rand rand) {
        boolean[] seen = new boolean[6];
        for (int i = 0; i < 1000; i++) {
            seen[rand.below(6)] = true;
            assertThat(rand.between(-3, 3)).isBetween(-3, 3);
            assertThat(rand.nextDouble()).isBetween(0.0, 1.0);
        }
        assertThat(seen).containsOnly(true);
    }

    @Test
    void aFailureSaysHowToRunItAgain() {
        assertThat(new SeedFailedError(42, "SomeTest#some", new AssertionError("too bad")))
                .hasMessageContaining("-Dringway.seed=42 -Dtest=SomeTest#some")
                .hasMessageContaining("too bad");
    }

    @Test
    void theVirtualClockMovesOnOnly() {
        VirtualClock clock = new VirtualClock(5);
        clock.advance(Duration.ofNanos(3));
        assertThat(clock.nanoTime()).isEqualTo(8);
        assertThatThrownBy(() -> clock.advanceTo(7)).hasMessageContaining("does not go back");
    }
}
