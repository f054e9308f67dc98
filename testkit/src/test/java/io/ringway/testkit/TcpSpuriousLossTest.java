package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import io.ringway.memory.Counter;

import org.junit.jupiter.api.Test;

import java.util.Objects;

/**
 * Repairs that were needless, found and taken back: Eifel (RFC 3522, RFC 4015), DSACK (RFC 2883,
 * RFC 3708), F-RTO (RFC 5682).
 */
class TcpSpuriousLossTest {
    private static final int MSS = TcpHarness.MSS;

    private static TcpHarnessBuilder harness() {
        return TcpHarness.with()
                .tcp(t -> t.minRtoNs(1_000_000_000L).congestionControl("newreno"))
                .windowScale(8)
                .roundTrip(100);
    }

    private static SegmentSpec part(int index, int mss) {
        return segment().seq(1 + (long) index * mss).length(mss);
    }

    private static SegmentSpec part(int index) {
        return part(index, MSS);
    }

    private static long at(int index) {
        return 1 + (long) index * MSS;
    }

    private static TcpHarness sent(TcpHarness tcp, int written, int out, int mss) {
        tcp.write(written * mss);
        for (int i = 0; i < out; i++) {
            tcp.expect(part(i, mss));
        }
        return tcp.expectNothing();
    }

    private static int count(TcpHarness tcp) {
        int count = 0;
        while (tcp.poll() != null) {
            count++;
        }
        return count;
    }

    // RFC 3522 §3.2, RFC 4015 §3.2: the ACK after a time-out echoes what was sent before it, so the
    // segment had only been late; nothing more is sent again, and the window is what it was.
    @Test
    void rfc3522_3_2_anOldEchoShowsThatATimeoutWasNeedless() {
        int mss = MSS - 12;
        try (var tcp = harness().timestamps().established()) {
            tcp.write(30 * mss);
            SentSegment first = Objects.requireNonNull(tcp.poll());
            tcp.skip();
            tcp.expectAfter(1000, part(0, mss)).expectNothing();
            tcp.advance(50);
            tcp.receive(ack(1 + 2L * mss).timestamps(tcp.peerTimestamp(), first.timestampValue()));
            // Two were acknowledged and ten may be out, two more by slow start.
            if (count(tcp) < 2) {
                throw new AssertionError("nothing new was sent\n" + tcp.trace());
            }
            tcp.expectCount(Counter.TCP_UNDONE_BY_TIMESTAMP, 1);
            tcp.expectCount(Counter.TCP_RETRANSMITTED, 1);
            tcp.receive(ack(1 + 12L * mss)).skip();
            tcp.expectCount(Counter.TCP_RETRANSMITTED, 1);
        }
    }

    // RFC 3522 §3.2: an echo of the retransmission says that it was needed.
    @Test
    void rfc3522_3_2_aNewEchoShowsThatTheTimeoutWasNeeded() {
        int mss = MSS - 12;
        try (var tcp = harness().timestamps().established()) {
            sent(tcp, 10, 10, mss);
            tcp.expectAfter(1000, part(0, mss)).expectNothing();
            tcp.advance(50).receive(ack(1 + mss));
            tcp.expect(part(1, mss)).expect(part(2, mss)).expectNothing();
            tcp.expectCount(Counter.TCP_UNDONE_BY_TIMESTAMP, 0);
            tcp.receive(ack(1 + 10L * mss));
        }
    }

    /** Takes what is sent; returns the time stamp of the segment that begins at {@code seq}. */
    private static int stampOf(TcpHarness tcp, long seq) {
        int stamp = 0;
        for (SentSegment sent = tcp.poll(); sent != null; sent = tcp.poll()) {
            if (sent.seq() == seq) {
                stamp = sent.timestampValue();
            }
        }
        if (stamp == 0) {
            throw new AssertionError("nothing was sent at " + seq + "\n" + tcp.trace());
        }
        return stamp;
    }

    // RFC 3522 §3.2: RetransmitTS is that of the segment acknowledged. One that an earlier repair
    // sent again, and whose ACK comes in the next repair, echoes a time before this one began.
    @Test
    void rfc3522_3_2_theEchoOfAnEarlierRepairSaysNothingOfTheNext() {
        int mss = MSS - 12;
        try (var tcp = harness().timestamps().sack().established()) {
            sent(tcp, 40, 10, mss).advance(100);
            tcp.receive(ack(1).sack(1 + mss, 1 + 5L * mss));
            final int first = stampOf(tcp, 1);
            // What follows the recovery point is lost as well, and sent again.
            tcp.advance(50).receive(ack(1).sack(1 + mss, 1 + 10L * mss)).skip();
            tcp.advance(50);
            tcp.receive(ack(1).sack(1 + 11L * mss, 1 + 12L * mss));
            final int again = stampOf(tcp, 1 + 10L * mss);
            tcp.advance(20);
            tcp.receive(
                    ack(1 + 10L * mss)
                            .sack(1 + 11L * mss, 1 + 12L * mss)
                            .timestamps(tcp.peerTimestamp(), first));
            tcp.skip().advance(20);
            tcp.receive(
                    ack(1 + 10L * mss)
                            .sack(1 + 13L * mss, 1 + 14L * mss)
                            .timestamps(tcp.peerTimestamp(), first));
            tcp.skip().advance(20);
            stampOf(tcp, 1 + 12L * mss);
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 2);
            tcp.advance(20);
            tcp.receive(
                    ack(1 + 12L * mss)
                            .sack(1 + 13L * mss, 1 + 14L * mss)
                            .timestamps(tcp.peerTimestamp(), again));
            tcp.expectCount(Counter.TCP_UNDONE_BY_TIMESTAMP, 0);
            tcp.skip();
        }
    }

    // RFC 3708 §3: DSACKs for everything that was sent again take the reduction back.
    @Test
    void rfc2883_4_duplicatesOfAllRetransmissionsTakeTheReductionBack() {
        try (var tcp = sent(harness().sack().established(), 40, 10, MSS).advance(100)) {
            tcp.receive(ack(1).sack(at(1), at(5))).expect(part(0)).skip();
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 1);
            // The segment had only been late.
            tcp.receive(ack(at(10))).skip();
            tcp.expectCount(Counter.TCP_UNDONE_BY_DSACK, 0);
            tcp.receive(ack(at(10)).sack(at(0), at(1)));
            tcp.expectCount(Counter.TCP_UNDONE_BY_DSACK, 1).expectCount(Counter.TCP_DSACKS, 1);
            // Ten or more are out again.
            if (count(tcp) < 3) {
                throw new AssertionError("the window did not come back\n" + tcp.trace());
            }
            tcp.receive(ack(at(40))).skip();
        }
    }

    // As long as one of them is not reported it may have been needed.
    @Test
    void rfc2883_4_oneDuplicateOfTwoRetransmissionsIsNotEnough() {
        try (var tcp = sent(harness().sack().established(), 10, 10, MSS).advance(100)) {
            tcp.receive(ack(1).sack(at(2), at(6))).expect(part(0)).expectNothing();
            tcp.receive(ack(1).sack(at(2), at(8))).expect(part(1)).skip();
            tcp.receive(ack(at(10)).sack(at(0), at(1))).expectNothing();
            tcp.expectCount(Counter.TCP_UNDONE_BY_DSACK, 0).expectCount(Counter.TCP_DSACKS, 1);
        }
    }

    // RFC 5682 §3.1: after a time-out the first ACK lets two new segments out, and when the next
    // acknowledges what was sent only once, the time-out was needless.
    @Test
    void rfc5682_3_1_newDataFirstAndThenTheOriginalsArrive() {
        try (var tcp = sent(harness().sack().established(), 14, 10, MSS)) {
            // The tail loss probe takes one new segment.
            tcp.expectAfter(200, part(10)).expectAfter(1000, part(0)).expectNothing();
            tcp.advance(20).receive(ack(at(1))).expect(part(11)).expect(part(12)).expectNothing();
            tcp.receive(ack(at(3))).expect(part(13)).expectNothing();
            tcp.expectCount(Counter.TCP_UNDONE_BY_FRTO, 1);
            tcp.expectCount(Counter.TCP_RETRANSMITTED, 1);
            tcp.receive(ack(at(14))).expectNothing();
        }
    }

    // RFC 5682 §3.1 step 3 a: what is reported then was sent after the time-out: the loss is real.
    @Test
    void rfc5682_3_1_newDataReportedMeansThatTheRestIsLost() {
        try (var tcp = sent(harness().sack().established(), 14, 10, MSS)) {
            tcp.expectAfter(200, part(10)).expectAfter(1000, part(0)).expectNothing();
            tcp.advance(100).receive(ack(at(1)));
            tcp.expect(part(11)).expect(part(12)).expectNothing();
            tcp.advance(100).receive(ack(at(1)).sack(at(11), at(12)));
            tcp.expect(part(1)).skip();
            tcp.expectCount(Counter.TCP_UNDONE_BY_FRTO, 0);
            tcp.receive(ack(at(13))).skip();
        }
    }

    // RFC 5682 §3.1 step 2 a: without new data to ask with, recovery is the usual one.
    @Test
    void rfc5682_3_1_withoutNewDataTheRestIsSentAgain() {
        try (var tcp = sent(harness().sack().established(), 5, 5, MSS)) {
            tcp.expectAfter(200, part(4)).expectAfter(1000, part(0)).expectNothing();
            tcp.advance(100).receive(ack(at(1))).expect(part(1)).expect(part(2)).expectNothing();
            tcp.receive(ack(at(5))).expectNothing();
        }
    }
}
