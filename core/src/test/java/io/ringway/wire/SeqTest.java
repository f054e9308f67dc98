package io.ringway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Comparisons hold across the wrap at 2^32 and across the sign of int. */
class SeqTest {
    @Test
    void orderHoldsWhereTheNumbersWrap() {
        int[] starts = {0, -1, -10, Integer.MAX_VALUE, Integer.MIN_VALUE, 12_345};
        for (int a : starts) {
            for (int ahead : new int[] {1, 20, 65_535, 1 << 30, Integer.MAX_VALUE}) {
                int b = a + ahead;
                assertThat(Seq.before(a, b)).isTrue();
                assertThat(Seq.before(b, a)).isFalse();
                assertThat(Seq.after(b, a)).isTrue();
                assertThat(Seq.beforeOrEqual(a, b)).isTrue();
                assertThat(Seq.afterOrEqual(a, b)).isFalse();
                assertThat(Seq.max(a, b)).isEqualTo(b);
                assertThat(Seq.min(a, b)).isEqualTo(a);
                assertThat(Seq.distance(a, b)).isEqualTo(ahead);
                assertThat(Seq.isWithin(a, a, b)).isTrue();
                assertThat(Seq.isWithin(b, a, b)).isFalse();
                assertThat(Seq.isWithin(a - 1, a, b)).isFalse();
            }
            assertThat(Seq.before(a, a)).isFalse();
            assertThat(Seq.beforeOrEqual(a, a)).isTrue();
            assertThat(Seq.afterOrEqual(a, a)).isTrue();
            assertThat(Seq.isWithin(a, a, a)).isFalse();
        }
    }
}
