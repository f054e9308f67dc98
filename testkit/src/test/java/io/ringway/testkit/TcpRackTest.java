package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import io.ringway.memory.Counter;

import org.junit.jupiter.api.Test;

/**
 * RACK: losses found by time (RFC 8985 §6). The peer answers after 100 ms, so that the reordering
 * window begins with 25 ms.
 */
class TcpRackTest {
    private static final int MSS = TcpHarness.MSS;

    private static TcpHarness established() {
        return TcpHarness.with()
                .tcp(t -> t.minRtoNs(1_000_000_000L).congestionControl("newreno"))
                .windowScale(8)
                .sack()
                .roundTrip(100)
                .established();
    }

    private static long at(int index) {
        return 1 + (long) index * MSS;
    }

    private static SegmentSpec part(int index) {
        return segment().seq(at(index)).length(MSS);
    }

    private static TcpHarness sent(int count) {
        TcpHarness tcp = established();
        tcp.write(count * MSS);
        for (int i = 0; i < count; i++) {
            tcp.expect(part(i));
        }
        return tcp.expectNothing();
    }

    // RFC 8985 §6.2 step 4: with three segments reported behind it and no reordering known, there
    // is nothing to wait for.
    @Test
    void rfc8985_6_2_threeSegmentsReportedAreEnough() {
        try (var tcp = sent(10).advance(100)) {
            tcp.receive(ack(1).sack(at(1), at(2))).expectNothing();
            tcp.receive(ack(1).sack(at(1), at(3))).expectNothing();
            tcp.receive(ack(1).sack(at(1), at(4))).expect(part(0)).expectNothing();
            tcp.expectCount(Counter.TCP_REORDER_TIMEOUTS, 0);
            tcp.receive(ack(at(10)));
        }
    }

    // RFC 8985 §6.2 step 5: with fewer, a quarter of the shortest round trip, by the timer.
    @Test
    void rfc8985_6_2_aSingleReportIsEnoughAfterTheReorderingWindow() {
        try (var tcp = sent(3).advance(100)) {
            tcp.receive(ack(1).sack(at(1), at(2))).expectAfter(25, part(0)).expectNothing();
            tcp.expectCount(Counter.TCP_REORDER_TIMEOUTS, 1);
            tcp.receive(ack(at(3))).expectNothingFor(3000);
            tcp.expectCount(Counter.TCP_TIMEOUTS, 0);
        }
    }

    // What comes within the window is late, and not lost.
    @Test
    void rfc8985_6_2_reorderingWithinTheWindowCostsNothing() {
        try (var tcp = sent(3).advance(100)) {
            tcp.receive(ack(1).sack(at(1), at(2))).expectNothingFor(10);
            tcp.receive(ack(at(2))).expectNothing();
            tcp.receive(ack(at(3))).expectNothingFor(3000);
            tcp.expectCount(Counter.TCP_RETRANSMITTED, 0);
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 0);
        }
    }

    // RFC 8985 §6.2 steps 3 and 4: once the path was seen to reorder, the number of reports says
    // nothing.
    @Test
    void rfc8985_6_2_knownReorderingWaitsWhateverIsReported() {
        try (var tcp = sent(3).advance(100)) {
            tcp.receive(ack(1).sack(at(1), at(2))).expectNothing();
            // The first, sent once, arrives after the second: reordering.
            tcp.receive(ack(at(2))).receive(ack(at(3))).expectNothing();
            tcp.write(8 * MSS).skip().advance(100);
            tcp.receive(ack(at(3)).sack(at(4), at(10))).expectAfter(25, part(3)).expectNothing();
            tcp.receive(ack(at(11)));
        }
    }

    // RFC 8985 §6.2: a retransmission is found lost too, by the ACK of what was sent after it.
    @Test
    void rfc8985_6_2_aLostRetransmissionIsSentAgainWithoutATimeout() {
        try (var tcp = established()) {
            tcp.write(20 * MSS);
            for (int i = 0; i < 10; i++) {
                tcp.expect(part(i));
            }
            tcp.advance(100);
            tcp.receive(ack(1).sack(at(1), at(10))).expect(part(0)).expect(part(10)).skip();
            // The retransmission is lost, what was sent with it and after it arrives.
            tcp.advance(110);
            tcp.receive(ack(1).sack(at(1), at(12))).expect(part(0)).skip();
            tcp.expectCount(Counter.TCP_LOST_RETRANSMISSIONS, 1);
            tcp.expectCount(Counter.TCP_TIMEOUTS, 0).expectCount(Counter.TCP_FAST_RECOVERIES, 1);
            tcp.receive(ack(at(20))).skip();
        }
    }

    // RFC 8985 §6.2 step 2: without time stamps, an ACK sooner than a round trip after the
    // retransmission is for the first sending.
    @Test
    void rfc8985_6_2_anAckTooSoonIsNotForTheRetransmission() {
        try (var tcp = sent(6).advance(100)) {
            tcp.receive(ack(1).sack(at(1), at(4))).expect(part(0)).expectNothing();
            // 4 and 5 were sent before the retransmission, but with 1 to 3; were the next ACK for
            // it, they would be lost.
            tcp.advance(5).receive(ack(at(4))).expectNothingFor(15);
            tcp.receive(ack(at(6))).expectNothingFor(3000);
            tcp.expectCount(Counter.TCP_RETRANSMITTED, 1);
        }
    }

    // RFC 8985 §6.2 step 4: a DSACK says that the window was too small, so it grows by a quarter.
    @Test
    void rfc8985_6_2_duplicatesGrowTheReorderingWindow() {
        try (var tcp = sent(5).advance(100)) {
            tcp.receive(ack(1).sack(at(1), at(2))).expectAfter(25, part(0)).expectNothing();
            // The first sending arrives after all, and then the second.
            tcp.receive(ack(at(2))).expectNothing();
            tcp.receive(ack(at(4)).sack(at(0), at(1))).expectNothing();
            tcp.expectCount(Counter.TCP_DSACKS, 1);
            tcp.write(4 * MSS).skip().advance(100);
            tcp.receive(ack(at(5)).sack(at(6), at(7))).expectNothingFor(38);
            tcp.expectAfter(12, part(5)).expectNothing();
            tcp.receive(ack(at(9)));
        }
    }

    // RFC 8985 §6.3: a time-out takes for lost what is old enough, and not what was just sent.
    @Test
    void rfc8985_6_3_aTimeoutSparesWhatWasSentLately() {
        try (var tcp = established()) {
            tcp.write(MSS).expect(part(0));
            tcp.run(() -> tcp.connection().noDelay(true));
            // The tail loss probe comes first, then the time-out.
            tcp.expectAfter(400, part(0));
            tcp.advance(950).write(MSS).expect(part(1));
            tcp.expectAfter(50, part(0)).expectNothing();
            tcp.expectCount(Counter.TCP_TIMEOUTS, 1);
            tcp.receive(ack(at(1))).expectNothing();
            tcp.advance(20).receive(ack(at(2))).expectNothing();
        }
    }

    // RFC 2018 §5: an ACK that a later one has overtaken still tells what arrived.
    @Test
    void theBlocksOfAnOvertakenAckAreHeard() {
        try (var tcp = sent(10).advance(100)) {
            tcp.receive(ack(1).sack(at(1), at(4))).expect(part(0)).expectNothing();
            tcp.receive(ack(at(4))).expectNothing();
            tcp.receive(ack(at(1)).sack(at(6), at(9))).expect(part(4));
            tcp.skip().receive(ack(at(10)));
        }
    }

    // RFC 6675 §5.1: a repair that does not end by itself ends by a time-out.
    @Test
    void aHoleIsRepairedByTheTimeoutWhenNothingElseArrives() {
        try (var tcp = sent(10).advance(100)) {
            tcp.receive(ack(1).sack(at(1), at(10))).expect(part(0)).expectNothing();
            tcp.expectAfter(1000, part(0)).expectNothing();
            tcp.receive(ack(at(10))).expectNothingFor(5000);
            tcp.expectCount(Counter.TCP_RETRANSMITTED, 2);
        }
    }

    // Several small segments that were lost go out again as one.
    @Test
    void smallLostSegmentsAreJoined() {
        try (var tcp = established()) {
            tcp.run(() -> tcp.connection().noDelay(true));
            for (int i = 0; i < 4; i++) {
                tcp.write(100).skip().advance(1);
            }
            tcp.write(3 * MSS).skip().advance(100);
            tcp.receive(ack(1).sack(401, 401 + 3 * MSS));
            tcp.expect(segment().seq(1).length(400)).expectNothing();
            tcp.receive(ack(401 + 3 * MSS));
        }
    }
}
