package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Set;

/** RFC 5961 §7, and the lesson of CVE-2016-5696: what is left of the budget must tell nothing. */
class RateLimitTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private static int drain(RateLimit limit, long nowNs) {
        int taken = 0;
        while (limit.tryTake(nowNs)) {
            taken++;
        }
        return taken;
    }

    @Test
    void budgetIsRandomAroundTheLimit() {
        RateLimit limit = new RateLimit(100, 3);
        Set<Integer> budgets = new HashSet<>();
        long total = 0;
        for (int second = 0; second < 1000; second++) {
            int budget = drain(limit, second * SECOND_NS);
            assertThat(budget).isBetween(50, 150);
            budgets.add(budget);
            total += budget;
        }
        assertThat(budgets).hasSizeGreaterThan(90);
        assertThat(total).isBetween(97_000L, 103_000L);
    }

    @Test
    void aNewBudgetComesAfterASecondAndNotBefore() {
        RateLimit limit = new RateLimit(10, 3);
        assertThat(drain(limit, 500)).isPositive();
        assertThat(limit.tryTake(500 + SECOND_NS - 1)).isFalse();
        assertThat(limit.tryTake(500 + SECOND_NS)).isTrue();
    }

    @Test
    void nothingIsSavedUp() {
        RateLimit limit = new RateLimit(10, 3);
        drain(limit, 0);
        assertThat(drain(limit, 3600 * SECOND_NS)).isBetween(5, 15);
    }

    @Test
    void timeMayBeginAnywhere() {
        RateLimit limit = new RateLimit(10, 3);
        long begin = Long.MAX_VALUE - SECOND_NS / 2;
        assertThat(drain(limit, begin)).isPositive();
        assertThat(limit.tryTake(begin + SECOND_NS - 1)).isFalse();
        assertThat(limit.tryTake(begin + SECOND_NS)).isTrue();
    }

    @Test
    void seedsDiffer() {
        Set<Integer> budgets = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            budgets.add(drain(new RateLimit(1000, seed), 0));
        }
        assertThat(budgets).hasSizeGreaterThan(80);
    }

    @Test
    void smallLimits() {
        assertThat(drain(new RateLimit(0, 3), 0)).isZero();
        assertThat(drain(new RateLimit(1, 3), 0)).isEqualTo(1);
        assertThatThrownBy(() -> new RateLimit(-1, 3)).hasMessageContaining("given -1");
    }
}
