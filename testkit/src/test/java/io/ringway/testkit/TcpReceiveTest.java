package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;
import io.ringway.wire.TcpHeader;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/**
 * What is done with data that comes: when it is acknowledged (RFC 5681 §4.2, RFC 9293 §3.8.6.3),
 * what window is offered (§3.8.6), SACK (RFC 2018), and keep-alive (RFC 9293 §3.8.4).
 */
class TcpReceiveTest {
    private static final int MSS = TcpHarness.MSS;

    /** An established connection that is past the quick ACKs of its beginning. */
    private static TcpHarness settled(TcpHarnessBuilder builder) {
        TcpHarness tcp = builder.established();
        for (int i = 0; i < 8; i++) {
            tcp.receive(segment().length(1)).expect(ack(2 + i));
        }
        return tcp;
    }

    private static final long NEXT = 9;

    // --- ACKs ---

    @Test
    void everySecondFullSegmentIsAcknowledgedAtOnce() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().length(MSS)).expectNothing();
            tcp.receive(segment().length(MSS)).expect(ack(NEXT + 2 * MSS));
            tcp.receive(segment().length(MSS)).expectNothing();
            tcp.receive(segment().length(MSS)).expect(ack(NEXT + 4 * MSS));
        }
    }

    // RFC 9293 §3.8.6.3 (MUST-58): within 500 ms at the latest.
    @Test
    void aLoneSegmentIsAcknowledgedALittleLater() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().length(100)).expectNothing();
            tcp.expectAfter(40, ack(NEXT + 100)).expectNothingFor(1000);
            tcp.expectCount(Counter.TCP_DELAYED_ACKS, 1);
        }
    }

    @Test
    void theDelayCountsFromTheFirstSegment() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().length(10)).expectNothingFor(30);
            tcp.receive(segment().length(10)).expectAfter(10, ack(NEXT + 20));
        }
    }

    @Test
    void dataCarriesTheAckAlong() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().length(100)).expectNothing();
            tcp.write(5).expect(segment().seq(1).length(5).withAck(NEXT + 100));
            tcp.receive(ack(6)).expectNothingFor(1000);
        }
    }

    // RFC 5681 §4.2: at once when out of order, and when a gap is filled.
    @Test
    void outOfOrderDataIsAcknowledgedAtOnce() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().seq(NEXT + 10).length(10)).expect(ack(NEXT));
            tcp.receive(segment().seq(NEXT + 20).length(10)).expect(ack(NEXT));
            tcp.receive(segment().seq(NEXT).length(10)).expect(ack(NEXT + 30));
            tcp.expectReceived(NEXT - 1 + 30);
        }
    }

    @Test
    void duplicateDataIsAcknowledgedAtOnce() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().seq(1).length(8)).expect(ack(NEXT));
            tcp.expectReceived(8);
        }
    }

    @Test
    void overlappingDataIsTakenOnce() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().seq(NEXT + 10).length(20)).expect(ack(NEXT));
            tcp.receive(segment().seq(NEXT + 5).length(10)).expect(ack(NEXT));
            tcp.receive(segment().seq(NEXT + 25).length(20)).expect(ack(NEXT));
            tcp.receive(segment().seq(NEXT + 8).length(60)).expect(ack(NEXT));
            tcp.receive(segment().seq(5).length((int) NEXT + 3)).expect(ack(NEXT + 68));
            tcp.expectReceived(NEXT - 1 + 68);
        }
    }

    // RFC 9293 §3.10.7.4, sixth, as RFC 6093 advises: urgent data stays in the stream.
    @Test
    void urgentDataStaysInTheStream() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().length(100).urgent(50)).expectAfter(40, ack(NEXT + 100));
            tcp.expectReceived(NEXT - 1 + 100);
        }
    }

    // --- windows ---

    // RFC 9293 §3.8.6 (MUST-33, SHLD-14): the right edge of the window never moves left.
    @Test
    void theWindowNeverShrinks() {
        try (var tcp =
                TcpHarness.with().notReading().tcp(t -> t.receiveBufferBytes(8000)).established()) {
            long edge = 1 + 8000;
            long at = 1;
            for (int length : new int[] {1000, 1, 500, 1460, 1460, 3, 1460, 1460}) {
                tcp.receive(segment().seq(at).length(length));
                at += length;
                SentSegment answer = tcp.poll();
                if (answer == null) {
                    tcp.advance(50);
                    answer = tcp.poll();
                }
                Assertions.assertThat(answer.ack() + answer.window()).isGreaterThanOrEqualTo(edge);
                edge = answer.ack() + answer.window();
            }
        }
    }

    @Test
    void theWindowNeverShrinksThoughDataIsOutOfOrder() {
        try (var tcp = TcpHarness.with().tcp(t -> t.receiveBufferBytes(8000)).established()) {
            for (int i = 1; i < 5; i++) {
                tcp.receive(segment().seq(1 + 1460L * i).length(1460));
                tcp.expect(ack(1).window(8000));
            }
            tcp.receive(segment().seq(1).length(1460)).expect(ack(7301));
            tcp.expectReceived(7300);
        }
    }

    // RFC 9293 §3.8.6.2.2: the window opens by a segment, or half the buffer, at least.
    @Test
    void theWindowOpensInWorthwhileStepsOnly() {
        try (var tcp =
                TcpHarness.with().notReading().tcp(t -> t.receiveBufferBytes(4096)).established()) {
            tcp.receive(segment().seq(1).length(1400)).expect(ack(1401).window(2696));
            tcp.receive(segment().seq(1401).length(1400)).expect(ack(2801).window(1296));
            tcp.receive(segment().seq(2801).length(1296)).expect(ack(4097).window(0));
            tcp.read(100);
            tcp.expectNothing().read(100);
            tcp.expectNothing();
            tcp.read(1300);
            tcp.expect(ack(4097).window(1500));
        }
    }

    // RFC 9293 §3.10.7.4, first: with the window closed the text is dropped, but the ACK is heard.
    @Test
    void aProbeOfOurClosedWindowIsAnswered() {
        try (var tcp =
                TcpHarness.with().notReading().tcp(t -> t.receiveBufferBytes(2048)).established()) {
            tcp.write(10).expect(segment().length(10));
            tcp.receive(segment().seq(1).withAck(1).length(1448)).skip();
            tcp.receive(segment().seq(1449).withAck(1).length(600)).expect(ack(2049).window(0));
            tcp.receive(segment().seq(2049).withAck(11).length(1)).expect(ack(2049).window(0));
            tcp.expectNothingFor(5000);
            tcp.read(4000);
            tcp.expect(ack(2049).window(2048));
            tcp.receive(segment().seq(2049).length(1)).skip();
        }
    }

    // RFC 9293 §3.10.7.4: what lies beyond the window is cut off.
    @Test
    void whatLiesBeyondTheWindowIsCutOff() {
        try (var tcp =
                TcpHarness.with().notReading().tcp(t -> t.receiveBufferBytes(2048)).established()) {
            tcp.receive(segment().seq(1).length(1400)).skip();
            tcp.receive(segment().seq(1401).length(1400).fin()).expect(ack(2049).window(0));
            tcp.expectState(TcpState.ESTABLISHED);
            Assertions.assertThat(tcp.read(10_000)).isEqualTo(2048);
            tcp.skip();
        }
    }

    // --- SACK, RFC 2018 ---

    // §4: the first block is the one with the segment that caused the ACK.
    @Test
    void sackReportsTheNewestBlockFirst() {
        try (var tcp = settled(TcpHarness.with().sack())) {
            tcp.receive(segment().seq(NEXT + 100).length(10))
                    .expect(ack(NEXT).sack(NEXT + 100, NEXT + 110));
            tcp.receive(segment().seq(NEXT + 300).length(10))
                    .expect(ack(NEXT).sack(NEXT + 300, NEXT + 310, NEXT + 100, NEXT + 110));
            tcp.receive(segment().seq(NEXT + 200).length(10));
            Assertions.assertThat(tcp.poll().sack().getFirst())
                    .containsExactly(NEXT + 200, NEXT + 210);
            tcp.receive(segment().seq(NEXT + 110).length(90))
                    .expect(ack(NEXT).sack(NEXT + 100, NEXT + 210, NEXT + 300, NEXT + 310));
            tcp.receive(segment().seq(NEXT).length(100))
                    .expect(ack(NEXT + 210).sack(NEXT + 300, NEXT + 310));
            tcp.receive(segment().seq(NEXT + 210).length(90)).expect(ack(NEXT + 310));
        }
    }

    // §4: and behind it the blocks reported most recently.
    @Test
    void sackRepeatsTheMostRecentBlocks() {
        try (var tcp = settled(TcpHarness.with().sack())) {
            for (int i = 1; i <= 6; i++) {
                tcp.receive(segment().seq(NEXT + 100L * i).length(10)).skip();
            }
            tcp.receive(segment().seq(NEXT + 50).length(10))
                    .expect(
                            ack(NEXT)
                                    .sack(
                                            NEXT + 50,
                                            NEXT + 60,
                                            NEXT + 600,
                                            NEXT + 610,
                                            NEXT + 500,
                                            NEXT + 510,
                                            NEXT + 400,
                                            NEXT + 410));
        }
    }

    // §3: four blocks fit, beside time stamps three.
    @Test
    void sackHasThreeBlocksBesideTimestamps() {
        try (var tcp = settled(TcpHarness.with().sack().timestamps())) {
            for (int i = 1; i <= 4; i++) {
                tcp.receive(segment().seq(NEXT + 100L * i).length(10));
                Assertions.assertThat(tcp.poll().sack()).hasSize(Math.min(i, 3));
            }
        }
    }

    // §2: not unless the peer permitted it.
    @Test
    void withoutPermissionThereIsNoSack() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().seq(NEXT + 100).length(10));
            Assertions.assertThat(tcp.poll().sack()).isEmpty();
        }
    }

    // Not from an RFC: what a connection holds out of order is limited.
    @Test
    void whatIsHeldOutOfOrderIsLimited() {
        try (var tcp = TcpHarness.with().tcp(t -> t.maxOutOfOrderFrames(4)).established()) {
            for (int i = 1; i <= 6; i++) {
                tcp.receive(segment().seq(100L * i).length(10)).expect(ack(1));
            }
            tcp.expectCount(Counter.TCP_RECEIVE_LIMIT, 2);
        }
    }

    // --- keep-alive ---

    private static TcpHarness keepAlive() {
        TcpHarness tcp = TcpHarness.established();
        return tcp.run(() -> {
            Duration idle = Duration.ofSeconds(60);
            tcp.connection().keepAlive(idle, Duration.ofSeconds(10), 3);
        });
    }

    // RFC 9293 §3.8.4: the probe has the number before SND.NXT, so that it must be answered.
    @Test
    void keepAliveProbesASilentPeer() {
        try (var tcp = keepAlive()) {
            tcp.expectAfter(60_000, ack(1).seq(0));
            tcp.receive(ack(1)).expectNothing();
            tcp.expectAfter(60_000, ack(1).seq(0));
            tcp.receive(segment().length(10)).expect(ack(11));
            tcp.expectAfter(60_000, ack(11).seq(0));
            tcp.receive(ack(1)).expectOpen();
        }
    }

    @Test
    void keepAliveGivesUp() {
        try (var tcp = keepAlive()) {
            tcp.expectAfter(60_000, ack(1).seq(0));
            tcp.expectAfter(10_000, ack(1).seq(0));
            tcp.expectAfter(10_000, ack(1).seq(0));
            tcp.expectAfter(
                    10_000, SegmentSpec.rst(1).flags(TcpHeader.RST | TcpHeader.ACK).withAck(1));
            tcp.expectClosed(CloseReason.KEEPALIVE_TIMED_OUT);
        }
    }

    // RFC 9293 §3.8.4 (MUST-25): off unless asked for.
    @Test
    void keepAliveIsOffAtFirst() {
        try (var tcp = TcpHarness.established()) {
            tcp.advance(Duration.ofHours(10)).expectNothing().expectOpen();
        }
    }

    @Test
    void keepAliveOfThePeerIsAnswered() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().seq(NEXT - 1)).expect(ack(NEXT));
            tcp.receive(segment().seq(NEXT - 1).length(1)).expect(ack(NEXT));
        }
    }
}
