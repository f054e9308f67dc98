package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;

import org.junit.jupiter.api.Test;

import java.util.Objects;

/**
 * Losses found by duplicate ACKs and SACK: RFC 5681 §3.2, RFC 6582 (NewReno), RFC 6675 (SACK), RFC
 * 3042 (limited transmit).
 */
class TcpRecoveryTest {
    private static final int MSS = TcpHarness.MSS;

    private static TcpHarnessBuilder harness() {
        return TcpHarness.with()
                .tcp(t -> t.minRtoNs(1_000_000_000L).congestionControl("newreno"))
                .windowScale(8);
    }

    private static long at(int index) {
        return 1 + (long) index * MSS;
    }

    private static SegmentSpec part(int index) {
        return segment().seq(at(index)).length(MSS);
    }

    private static TcpHarness sent(TcpHarness tcp, int written, int out) {
        tcp.write(written * MSS);
        for (int i = 0; i < out; i++) {
            tcp.expect(part(i));
        }
        return tcp.expectNothing();
    }

    /** The peer answers after 100 ms, so that RACK's window is 25 ms. */
    private static TcpHarness sentWithSack(int written, int out) {
        return sent(harness().sack().roundTrip(100).established(), written, out).advance(100);
    }

    // --- without SACK ---

    // RFC 5681 §3.2 (2): the third duplicate ACK sends the first segment again.
    @Test
    void thirdDuplicateAckRetransmits() {
        try (var tcp = sent(harness().established(), 10, 10)) {
            tcp.receive(ack(1)).expectNothing().receive(ack(1)).expectNothing();
            tcp.receive(ack(1)).expect(part(0)).expectNothing();
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 1);
            tcp.receive(ack(at(10))).expectNothingFor(5000);
            tcp.expectCount(Counter.TCP_TIMEOUTS, 0);
        }
    }

    // RFC 5681 §2: with data, with another window or with a FIN it is no duplicate ACK.
    @Test
    void whatIsNoDuplicateAckDoesNotCount() {
        try (var tcp = sent(harness().established(), 10, 10)) {
            tcp.receive(ack(1).window(2000)).receive(ack(1).window(2001)).expectNothing();
            tcp.receive(ack(1).window(2002)).receive(ack(1).window(2003)).expectNothing();
            tcp.receive(ack(1).length(1)).skip().receive(ack(1).length(1)).skip();
            tcp.receive(ack(1).length(1)).skip();
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 0);
        }
    }

    // RFC 3042: the first two duplicate ACKs let one new segment out each.
    @Test
    void limitedTransmit() {
        try (var tcp = sent(harness().established(), 20, 10)) {
            tcp.receive(ack(1)).expect(part(10)).expectNothing();
            tcp.receive(ack(1)).expect(part(11)).expectNothing();
            tcp.receive(ack(1)).expect(part(0)).expectNothing();
        }
    }

    // RFC 6582 §3.2 (3): a partial ACK shows the next hole.
    @Test
    void partialAckRetransmitsTheNextHole() {
        try (var tcp = sent(harness().established(), 10, 10)) {
            tcp.receive(ack(1)).receive(ack(1)).receive(ack(1)).expect(part(0)).expectNothing();
            for (int i = 0; i < 5; i++) {
                tcp.receive(ack(1)).expectNothing();
            }
            tcp.receive(ack(at(4))).expect(part(4)).expectNothing();
            tcp.receive(ack(at(7))).expect(part(7)).expectNothing();
            tcp.receive(ack(at(10))).expectNothingFor(5000);
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 1).expectCount(Counter.TCP_TIMEOUTS, 0);
        }
    }

    // RFC 5681 §3.2 (4): every further duplicate ACK means that a segment has left the network.
    @Test
    void furtherDuplicateAcksLetNewDataOut() {
        try (var tcp = sent(harness().established(), 30, 10)) {
            tcp.receive(ack(1)).expect(part(10)).receive(ack(1)).expect(part(11));
            tcp.receive(ack(1)).expect(part(0)).expectNothing();
            // cwnd is half of ten or twelve now, so it takes some until there is room.
            int sent = 0;
            for (int i = 0; i < 9; i++) {
                tcp.receive(ack(1));
                if (tcp.poll() != null) {
                    sent++;
                }
                tcp.expectNothing();
            }
            if (sent < 2 || sent > 6) {
                throw new AssertionError("new segments: " + sent + "\n" + tcp.trace());
            }
            tcp.receive(ack(at(12))).skip();
        }
    }

    // RFC 6582 §3.2 (1): one window of data begins one repair.
    @Test
    void duplicateAcksAfterTheRepairDoNotBeginAnother() {
        try (var tcp = sent(harness().established(), 10, 10)) {
            tcp.receive(ack(1)).receive(ack(1)).receive(ack(1)).expect(part(0));
            tcp.receive(ack(at(10))).expectNothing();
            tcp.receive(ack(at(10))).receive(ack(at(10))).receive(ack(at(10))).expectNothing();
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 1);
        }
    }

    // RFC 6582 §4.1: after a time-out, duplicate ACKs of what was sent twice begin no repair.
    @Test
    void duplicateAcksAfterATimeoutDoNotBeginARepair() {
        try (var tcp = sent(harness().established(), 20, 10)) {
            tcp.expectAfter(1000, part(0));
            tcp.receive(ack(at(10))).skip();
            tcp.receive(ack(at(10))).skip().receive(ack(at(10))).skip();
            tcp.receive(ack(at(10))).skip();
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 0);
        }
    }

    // --- with SACK ---

    // RFC 6675 §5 (4): three segments behind the hole, and it is sent again; nothing else is.
    @Test
    void sackRetransmitsTheHoleOnly() {
        try (var tcp = sentWithSack(10, 10)) {
            tcp.receive(ack(1).sack(at(1), at(2))).expectNothing();
            tcp.receive(ack(1).sack(at(1), at(3))).expectNothing();
            tcp.receive(ack(1).sack(at(1), at(4))).expect(part(0)).expectNothing();
            for (int i = 5; i <= 10; i++) {
                tcp.receive(ack(1).sack(at(1), at(i))).expectNothing();
            }
            tcp.receive(ack(at(10))).expectNothingFor(5000);
            tcp.expectCount(Counter.TCP_RETRANSMITTED, 1).expectCount(Counter.TCP_TIMEOUTS, 0);
        }
    }

    // RFC 6675 §4 IsLost: by octets as well: one block as long as three segments.
    @Test
    void oneBlockOfThreeSegmentsIsEnough() {
        try (var tcp = sentWithSack(10, 10)) {
            tcp.receive(ack(1).sack(at(1), at(5))).expect(part(0)).expectNothing();
        }
    }

    // RFC 6675 §4 NextSeg: all holes below the edge, each once.
    @Test
    void sackRetransmitsEveryHoleOnce() {
        try (var tcp = sentWithSack(10, 10)) {
            // 0, 2 and 4 are lost.
            tcp.receive(ack(1).sack(at(1), at(2))).expectNothing();
            tcp.receive(ack(1).sack(at(3), at(4), at(1), at(2))).expectNothing();
            tcp.receive(ack(1).sack(at(5), at(6), at(3), at(4), at(1), at(2))).expect(part(0));
            tcp.skip();
            tcp.receive(ack(1).sack(at(5), at(10), at(3), at(4), at(1), at(2)));
            tcp.skip();
            tcp.receive(ack(at(2)).sack(at(5), at(10), at(3), at(4))).skip();
            tcp.receive(ack(at(4)).sack(at(5), at(10))).skip();
            tcp.expectCount(Counter.TCP_RETRANSMITTED, 3);
            tcp.receive(ack(at(10))).expectNothingFor(5000);
            tcp.expectCount(Counter.TCP_TIMEOUTS, 0);
        }
    }

    // RFC 6675 §5 (C): what leaves the network lets new data out, up to cwnd.
    @Test
    void sackLetsNewDataOutAsThePipeEmpties() {
        try (var tcp = sentWithSack(30, 10)) {
            tcp.receive(ack(1).sack(at(1), at(2))).expect(part(10)).expectNothing();
            tcp.receive(ack(1).sack(at(1), at(3))).expect(part(11)).expectNothing();
            tcp.receive(ack(1).sack(at(1), at(4))).expect(part(0)).expectNothing();
            int sent = 0;
            for (int i = 5; i <= 12; i++) {
                tcp.receive(ack(1).sack(at(1), at(i)));
                while (tcp.poll() != null) {
                    sent++;
                }
            }
            if (sent < 3 || sent > 6) {
                throw new AssertionError("new segments: " + sent + "\n" + tcp.trace());
            }
        }
    }

    // RFC 6675 §5.1, RFC 8985 §6.3: what was reported before a time-out is not sent again after it.
    @Test
    void timeoutKeepsTheBlocks() {
        try (var tcp = sentWithSack(6, 6)) {
            tcp.receive(ack(1).sack(at(1), at(2))).expectAfter(25, part(0)).expectNothing();
            tcp.expectAfter(1000, part(0)).expectNothing();
            tcp.receive(ack(at(2))).expect(part(2)).expect(part(3)).expectNothing();
            tcp.receive(ack(at(6))).expectNothing();
        }
    }

    // RFC 2018 §8: a peer that does not acknowledge what it reported at the left edge gave it up.
    @Test
    void renegingForgetsTheBlocks() {
        try (var tcp = sentWithSack(5, 5)) {
            tcp.receive(ack(1).sack(at(1), at(5))).expect(part(0)).expectNothing();
            // The hole is filled, and nothing behind it: it should all be acknowledged.
            tcp.advance(100).receive(ack(at(1))).expectAfter(50, part(1));
            tcp.expectCount(Counter.TCP_RENEGED, 1);
            tcp.receive(ack(at(2))).expect(part(2)).expect(part(3)).expectNothing();
            tcp.receive(ack(at(4))).expect(part(4)).expectNothing();
        }
    }

    // Blocks beyond what was sent, or behind what was acknowledged, are not believed.
    @Test
    void impossibleBlocksAreIgnored() {
        try (var tcp = sentWithSack(10, 10)) {
            tcp.receive(ack(1).sack(at(20), at(30))).expectNothing();
            tcp.receive(ack(1).sack(-5000, -1000)).expectNothing();
            tcp.receive(ack(1).sack(at(5), at(2))).expectNothing();
            tcp.receive(ack(1).sack(at(20), at(30))).expectNothing();
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 0);
        }
    }

    // A retransmission that is lost again costs a time-out (RFC 6675 §5.1).
    @Test
    void aLostRetransmissionWaitsForTheTimeout() {
        try (var tcp = sentWithSack(10, 10)) {
            tcp.receive(ack(1).sack(at(1), at(5))).expect(part(0)).expectNothing();
            tcp.receive(ack(1).sack(at(1), at(10))).expectNothing();
            tcp.expectAfter(1000, part(0)).skip();
            tcp.receive(ack(at(10))).expectNothingFor(5000);
        }
    }

    // RFC 5681 §3.1 (4): ssthresh is half of what was in flight.
    @Test
    void theWindowIsHalvedByALoss() {
        try (var tcp = sentWithSack(40, 10)) {
            tcp.receive(ack(1).sack(at(1), at(5)));
            tcp.expect(part(0)).skip();
            tcp.receive(ack(at(10))).skip();
            tcp.advance(0);
            // All is acknowledged but what went out meanwhile: cwnd is five segments.
            long[] window = {0};
            tcp.receive(ack(at(10)));
            for (SentSegment next = tcp.poll(); next != null; next = tcp.poll()) {
                window[0] = next.end();
            }
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 1);
        }
    }

    // RFC 6298 §3 (Karn): what lay at the peer until a lost segment came again is not measured.
    @Test
    void rfc6298_3_anAckThatWaitedForARepairMeasuresNothing() {
        try (var tcp = sent(harness().roundTrip(100).established(), 3, 3)) {
            long srttNs = tcp.connection().info().times().srttNs();
            tcp.expectAfter(1000, part(0)).expectNothing();
            tcp.receive(ack(at(3))).expectNothing();
            assertThat(tcp.connection().info().times().srttNs()).isEqualTo(srttNs);
        }
    }

    // RFC 7323 §4: time stamps tell sendings apart, but when the ACK of the first got lost the peer
    // echoes it once more at the second, and what passed between the two is no round trip.
    @Test
    void rfc7323_4_anEchoFromBeforeTheRepairMeasuresNothing() {
        try (var tcp = harness().roundTrip(100).timestamps().established()) {
            tcp.write(100);
            SentSegment first = Objects.requireNonNull(tcp.poll());
            long srttNs = tcp.connection().info().times().srttNs();
            tcp.expectAfter(1000, segment().seq(1).length(100)).advance(100);
            tcp.receive(ack(101).timestamps(tcp.peerTimestamp(), first.timestampValue()));
            assertThat(tcp.connection().info().times().srttNs()).isEqualTo(srttNs);
            // What is sent once is measured again.
            tcp.write(100).skip().advance(300);
            tcp.receive(ack(201));
            assertThat(tcp.connection().info().times().srttNs()).isGreaterThan(srttNs);
        }
    }

    // RFC 5682 §2.1 step 3 a: a duplicate ACK after the new data lets the repair go on at once.
    @Test
    void rfc5682_2_1_aDuplicateAckAfterNewDataLetsTheRepairGoOn() {
        try (var tcp = sent(harness().roundTrip(100).established(), 14, 10)) {
            tcp.expectAfter(1000, part(0)).expectNothing();
            tcp.receive(ack(at(1))).expect(part(10)).expect(part(11)).expectNothing();
            tcp.receive(ack(at(1))).expect(part(1)).skip();
        }
    }

    // RFC 5682 §2.1 step 2 a: the FIN is no new data, so what is lost is not held back for it.
    @Test
    void rfc5682_2_1_behindTheFinThereIsNothingNew() {
        try (var tcp = harness().roundTrip(100).established()) {
            tcp.write(4 * MSS).skip().closeConnection().skip();
            tcp.expectAfter(1000, part(0)).expectNothing();
            tcp.receive(ack(at(1))).expect(part(1)).skip();
        }
    }
}
