package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Set;

/** RFC 6528 §3: ISN = M + F(localip, localport, remoteip, remoteport, secretkey). */
class InitialSequenceTest {
    private final InitialSequence sequence = new InitialSequence(42);

    private int next(int remotePort, long nowNs) {
        return sequence.next(0, 1, 80, 0, 2, remotePort, nowNs);
    }

    @Test
    void countsUpEveryFourMicroseconds() {
        int begin = next(1000, 0);
        assertThat(next(1000, 3_999) - begin).isZero();
        assertThat(next(1000, 4_000) - begin).isEqualTo(1);
        assertThat(next(1000, 1_000_000_000L) - begin).isEqualTo(250_000);
    }

    @Test
    void everyConnectionHasItsOwn() {
        Set<Integer> seen = new HashSet<>();
        for (int port = 1; port <= 1000; port++) {
            seen.add(next(port, 0));
        }
        seen.add(sequence.next(0, 1, 81, 0, 2, 1, 0));
        seen.add(sequence.next(0, 3, 80, 0, 2, 1, 0));
        seen.add(sequence.next(1, 1, 80, 0, 2, 1, 0));
        seen.add(sequence.next(0, 1, 80, 0, 3, 1, 0));
        seen.add(sequence.next(0, 1, 80, 1, 2, 1, 0));
        assertThat(seen).hasSize(1005);
    }

    @Test
    void anotherKeyGivesOthers() {
        int other = new InitialSequence(43).next(0, 1, 80, 0, 2, 1000, 0);
        assertThat(other).isNotEqualTo(next(1000, 0));
    }

    /**
     * RFC 7323 §7.1; and RFC 6191 wants the stamps of the next connection to go on where these end.
     */
    @Test
    void timestampOffsetBelongsToTheAddressesAndPortsAndIsNotTheSequence() {
        int offset = sequence.timestampOffset(0, 1, 80, 0, 2, 1000);
        assertThat(sequence.timestampOffset(0, 1, 80, 0, 2, 1000)).isEqualTo(offset);
        assertThat(sequence.timestampOffset(0, 1, 80, 0, 2, 1001)).isNotEqualTo(offset);
        assertThat(next(1000, 0)).isNotEqualTo(offset);
    }
}
