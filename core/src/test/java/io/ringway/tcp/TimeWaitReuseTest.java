package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6191 §2 and RFC 9293 §3.6.1. */
class TimeWaitReuseTest {
    @ParameterizedTest
    @CsvSource({
        // had, has, stamp from the last one, sequence from RCV.NXT, may reopen
        "true, true, 1, -1000, true",
        "true, true, 1, 5, true",
        "true, true, 0, 0, true",
        "true, true, 0, 5, true",
        "true, true, 0, -1, false",
        "true, true, -1, 5, false",
        "true, true, -1, -1, false",
        "true, false, 0, 5, true",
        "true, false, 0, 0, true",
        "true, false, 0, -1, false",
        "false, true, 0, -1000, true",
        "false, true, 0, 5, true",
        "false, false, 0, 0, true",
        "false, false, 0, 1, true",
        "false, false, 0, -1, false",
    })
    void followsTheRfcsCasesAcrossTheWrap(
            boolean had, boolean has, int stamp, int sequence, boolean expected) {
        for (int base : new int[] {0, 1, -1, 0x7fffffff, 0x80000000, 12_345}) {
            assertThat(
                            TimeWaitReuse.mayReopen(
                                    base + sequence, base, had, has, ~base + stamp, ~base))
                    .as("from %d", base)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -70_000, 0x7fffffff, 0x80000000})
    void theNewConnectionBeginsBeyondTheFormerOne(int sndNxt) {
        assertThat(TimeWaitReuse.initialSequence(sndNxt + 1, sndNxt)).isEqualTo(sndNxt + 1);
        assertThat(TimeWaitReuse.initialSequence(sndNxt, sndNxt)).isEqualTo(sndNxt + 65_537);
        assertThat(TimeWaitReuse.initialSequence(sndNxt - 9, sndNxt)).isEqualTo(sndNxt + 65_537);
    }
}
