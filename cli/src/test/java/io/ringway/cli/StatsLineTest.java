package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;

import org.junit.jupiter.api.Test;

final class StatsLineTest {
    private final long[] before = new long[Counter.values().length];
    private final long[] now = new long[Counter.values().length];

    private void add(Counter counter, long amount) {
        now[counter.ordinal()] += amount;
    }

    @Test
    void aLineSaysRatesConnectionsAndHowBusyTheLaneWas() {
        add(Counter.FRAMES_RECEIVED, 20_000);
        add(Counter.OCTETS_RECEIVED, 2_500_000_000L);
        add(Counter.FRAMES_SENT, 500);
        add(Counter.OCTETS_SENT, 33_000);
        add(Counter.BUSY_NS, 500_000_000);
        add(Counter.IDLE_NS, 1_500_000_000);
        assertThat(StatsLine.line(before, now, 2_000_000_000L, 3))
                .isEqualTo(
                        "in 10 k frames/s 10 Gbit/s  out 250 frames/s 132 kbit/s  3 connections"
                                + "  0 retransmitted  busy 25 %  idle 75 %");
    }

    @Test
    void dropsAreNamedWithTheirReasons() {
        add(Counter.TCP_BAD_CHECKSUM, 2);
        add(Counter.IPV4_NOT_OURS, 1);
        assertThat(StatsLine.line(before, now, 1_000_000_000L, 0))
                .endsWith("  dropped: ipv4-not-ours 1, tcp-bad-checksum 2");
    }
}
