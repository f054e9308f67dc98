package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import io.ringway.memory.Counter;

import org.junit.jupiter.api.Test;

/** Tail loss probes (RFC 8985 §7). The peer answers after 100 ms, and the RTO is 1 s at least. */
class TcpTailLossProbeTest {
    private static final int MSS = TcpHarness.MSS;

    private static TcpHarnessBuilder harness() {
        return TcpHarness.with()
                .tcp(t -> t.minRtoNs(1_000_000_000L).congestionControl("newreno"))
                .windowScale(8)
                .roundTrip(100);
    }

    private static long at(int index) {
        return 1 + (long) index * MSS;
    }

    private static SegmentSpec part(int index) {
        return segment().seq(at(index)).length(MSS);
    }

    private static TcpHarness sent(int written, int out) {
        TcpHarness tcp = harness().sack().established();
        tcp.write(written * MSS);
        for (int i = 0; i < out; i++) {
            tcp.expect(part(i));
        }
        return tcp.expectNothing();
    }

    // RFC 8985 §7.2: two round trips after the last sending; §7.3: the last segment again.
    @Test
    void rfc8985_7_3_theLastSegmentIsSentAgain() {
        try (var tcp = sent(4, 4)) {
            tcp.expectAfter(200, part(3)).expectNothing();
            tcp.expectCount(Counter.TCP_TAIL_LOSS_PROBES, 1).expectCount(Counter.TCP_TIMEOUTS, 0);
            tcp.receive(ack(at(4))).expectNothingFor(3000);
        }
    }

    // RFC 8985 §7.2: a single segment's ACK may be held back, so the probe waits for that too.
    @Test
    void rfc8985_7_2_aSingleSegmentIsGivenTimeForADelayedAck() {
        try (var tcp = sent(1, 1)) {
            tcp.expectAfter(400, part(0)).expectNothing();
            tcp.receive(ack(at(1))).expectNothingFor(3000);
        }
    }

    // RFC 8985 §7.3: what was not sent yet is sent first, whatever cwnd says.
    @Test
    void rfc8985_7_3_newDataIsSentRatherThanOldData() {
        try (var tcp = sent(12, 10)) {
            tcp.expectAfter(200, part(10)).expectNothing();
            tcp.receive(ack(at(11))).expect(part(11)).expectNothing();
            tcp.receive(ack(at(12))).expectNothing();
            tcp.expectCount(Counter.TCP_RETRANSMITTED, 0);
        }
    }

    // RFC 8985 §7.3: one probe, and then the time-out.
    @Test
    void rfc8985_7_3_thereIsOneProbeAndThenTheTimeout() {
        try (var tcp = sent(4, 4)) {
            tcp.expectAfter(200, part(3)).expectNothingFor(950);
            tcp.expectAfter(50, part(0)).expectNothing();
            tcp.expectCount(Counter.TCP_TAIL_LOSS_PROBES, 1).expectCount(Counter.TCP_TIMEOUTS, 1);
            tcp.receive(ack(at(4))).expectNothing();
        }
    }

    // RFC 8985 §7.1: what the probe's report shows to be lost is repaired at once.
    @Test
    void rfc8985_7_1_theProbesReportShowsTheTailToBeLost() {
        try (var tcp = sent(4, 4)) {
            tcp.expectAfter(200, part(3)).advance(100);
            tcp.receive(ack(at(1)).sack(at(3), at(4))).expect(part(1)).skip();
            tcp.receive(ack(at(4))).expectNothingFor(3000);
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 1).expectCount(Counter.TCP_TIMEOUTS, 0);
        }
    }

    // RFC 8985 §7.4.2: the probe repaired the loss itself: congestion control hears of it.
    @Test
    void rfc8985_7_4_aLossThatTheProbeRepairedCounts() {
        try (var tcp = sent(4, 4)) {
            tcp.advance(100).receive(ack(at(3))).expectNothing();
            tcp.expectAfter(400, part(3)).run(() -> tcp.connection().noDelay(true));
            tcp.write(100).skip();
            tcp.advance(100).receive(ack(at(4))).expectNothing();
            tcp.expectCount(Counter.TCP_PROBE_RECOVERIES, 0);
            tcp.receive(ack(at(4) + 100)).expectNothing();
            tcp.expectCount(Counter.TCP_PROBE_RECOVERIES, 1);
        }
    }

    // RFC 8985 §7.4.2: a DSACK of the probe says that nothing was lost.
    @Test
    void rfc8985_7_4_aProbeThatWasNeedlessCostsNothing() {
        try (var tcp = sent(4, 4)) {
            tcp.advance(100).receive(ack(at(3))).expectNothing();
            tcp.expectAfter(400, part(3)).run(() -> tcp.connection().noDelay(true));
            tcp.write(100).skip();
            tcp.receive(ack(at(4)).sack(at(3), at(4))).expectNothing();
            tcp.receive(ack(at(4) + 100)).expectNothing();
            tcp.expectCount(Counter.TCP_PROBE_RECOVERIES, 0).expectCount(Counter.TCP_DSACKS, 1);
        }
    }

    // RFC 8985 §7.2: only with SACK.
    @Test
    void rfc8985_7_2_withoutSackThereIsNoProbe() {
        try (var tcp = harness().established()) {
            tcp.write(4 * MSS);
            for (int i = 0; i < 4; i++) {
                tcp.expect(part(i));
            }
            tcp.expectNothingFor(950).expectAfter(50, part(0)).expectNothing();
            tcp.expectCount(Counter.TCP_TAIL_LOSS_PROBES, 0);
            tcp.receive(ack(at(4)));
        }
    }

    // RFC 8985 §7.2: not while holes are being reported.
    @Test
    void rfc8985_7_2_withHolesReportedThereIsNoProbe() {
        try (var tcp = sent(10, 10)) {
            tcp.advance(100).receive(ack(1).sack(at(1), at(9))).expect(part(0)).expectNothing();
            tcp.expectAfter(1000, part(0)).skip();
            tcp.expectCount(Counter.TCP_TAIL_LOSS_PROBES, 0);
            tcp.receive(ack(at(10)));
        }
    }

    // RFC 7765 §4: with few segments outstanding the time-out counts from their sending.
    @Test
    void rfc7765_4_theTimeoutOfATailCountsFromItsSending() {
        try (var tcp = harness().established()) {
            tcp.write(MSS).expect(part(0)).expectNothingFor(300);
            tcp.write(MSS).expect(part(1)).expectNothingFor(300);
            tcp.receive(ack(at(1))).expectNothingFor(650).expectAfter(50, part(1));
            tcp.receive(ack(at(2)));
        }
    }

    // The FIN alone is a tail as well.
    @Test
    void aLostFinIsProbedFor() {
        try (var tcp = harness().sack().established()) {
            tcp.closeConnection().expect(segment().seq(1).fin());
            tcp.expectAfter(400, segment().seq(1).fin()).expectNothing();
            tcp.receive(ack(2)).expectNothing();
        }
    }
}
