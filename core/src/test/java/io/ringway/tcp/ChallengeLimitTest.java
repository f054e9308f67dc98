package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** RFC 5961 §7: few for a connection, and what one draws is not felt by another. */
class ChallengeLimitTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private static int drain(ChallengeLimit limit, int connection, long nowNs) {
        int taken = 0;
        while (limit.tryTake(connection, nowNs)) {
            taken++;
        }
        return taken;
    }

    @Test
    void eachConnectionHasItsOwnLimitInEachSecond() {
        ChallengeLimit limit = new ChallengeLimit(new RateLimit(1_000_000, 1), 5);
        assertThat(drain(limit, 0, 0)).isEqualTo(5);
        assertThat(drain(limit, 1000, 0)).isEqualTo(5);
        assertThat(drain(limit, 0, SECOND_NS - 1)).isZero();
        assertThat(drain(limit, 0, SECOND_NS)).isEqualTo(5);
    }

    @Test
    void allTogetherHaveALimitThatVaries() {
        ChallengeLimit limit = new ChallengeLimit(new RateLimit(100, 1), 255);
        int first = 0;
        int second = 0;
        for (int connection = 0; connection < 1000; connection++) {
            first += drain(limit, connection, 0);
            second += drain(limit, connection, SECOND_NS);
        }
        assertThat(first).isBetween(50, 150);
        assertThat(second).isBetween(50, 150).isNotEqualTo(first);
    }

    // CVE-2016-5696: what a connection may draw says nothing about what others have drawn.
    @Test
    void drawingOnOneConnectionIsNotSeenOnAnother() {
        ChallengeLimit quiet = new ChallengeLimit(new RateLimit(1_000_000, 1), 5);
        ChallengeLimit busy = new ChallengeLimit(new RateLimit(1_000_000, 1), 5);
        for (int connection = 0; connection < 4096; connection += 2) {
            drain(busy, connection, 0);
        }
        for (int connection = 1; connection < 4096; connection += 2) {
            assertThat(drain(busy, connection, 0)).isEqualTo(drain(quiet, connection, 0));
        }
    }
}
