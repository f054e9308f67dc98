package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9293 §3.10.7.4, first step; the numbers begin on both sides of each wrap. */
class AcceptabilityTest {
    private static final int[] WINDOWS = {0, 1, 2, 5, 65_535, (1 << 30) - 1, 1 << 30};
    private static final int[] LENGTHS = {0, 1, 2, 4, 5, 6, 1460, 65_535};
    private static final int[] EDGES = {-3, -2, -1, 0, 1, 2, 3};

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 1000, 0x7ffffffe, 0x7fffffff, 0x80000000, 0xffff0000})
    void isInWindowAgreesWithTheTableAtEveryEdge(int rcvNxt) {
        for (int window : WINDOWS) {
            for (int length : LENGTHS) {
                for (int edge : EDGES) {
                    check(edge, length, rcvNxt, window);
                    check(window + edge, length, rcvNxt, window);
                    check(1 - length + edge, length, rcvNxt, window);
                    check(window - length + edge, length, rcvNxt, window);
                }
            }
        }
    }

    /** The table in numbers without a wrap: the offset of the segment's begin from RCV.NXT. */
    private static void check(long begin, int length, int rcvNxt, int window) {
        long end = begin + length - 1;
        boolean beginsInside = 0 <= begin && begin < window;
        boolean endsInside = 0 <= end && end < window;
        boolean expected;
        if (length == 0) {
            expected = window == 0 ? begin == 0 : beginsInside;
        } else {
            expected = window != 0 && (beginsInside || endsInside);
        }
        assertThat(Acceptability.isInWindow(rcvNxt + (int) begin, length, rcvNxt, window))
                .as("begin %d, length %d, window %d", begin, length, window)
                .isEqualTo(expected);
    }

    @Test
    void aZeroWindowTakesOnlyWhatIsEmptyAndInOrder() {
        assertThat(Acceptability.isInWindow(100, 0, 100, 0)).isTrue();
        assertThat(Acceptability.isInWindow(101, 0, 100, 0)).isFalse();
        assertThat(Acceptability.isInWindow(99, 0, 100, 0)).isFalse();
        assertThat(Acceptability.isInWindow(100, 1, 100, 0)).isFalse();
    }
}
