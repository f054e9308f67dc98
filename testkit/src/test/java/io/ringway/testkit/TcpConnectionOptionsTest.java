package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/**
 * What a connection may be told: cork, Nagle, buffers, low-water mark, linger and time-outs (RFC
 * 9293 §3.7.4, §3.8.6, §3.9.1, §3.6).
 */
class TcpConnectionOptionsTest {
    private static final int MSS = TcpHarness.MSS;
    private static final int RST_ACK = TcpHeader.RST | TcpHeader.ACK;

    // --- cork ---

    @Test
    void aCorkHoldsBackWhatFillsNoSegment() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().cork(true));
            tcp.write(100).expectNothing();
            tcp.write(MSS).expect(segment().seq(1).length(MSS)).expectNothing();
            tcp.run(() -> tcp.connection().cork(false));
            tcp.expect(segment().seq(1 + MSS).length(100));
        }
    }

    @Test
    void aCorkIsOutAfter200Milliseconds() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().cork(true));
            tcp.write(100).expectNothingFor(150);
            tcp.write(100).expectAfter(50, segment().seq(1).length(200));
            tcp.receive(ack(201)).expectNothing();
            // And in again for what follows.
            tcp.write(50).expectAfter(200, segment().seq(201).length(50));
        }
    }

    @Test
    void theEndOfTheStreamDrawsTheCork() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().cork(true));
            tcp.write(100).expectNothing().shutdownOutput();
            tcp.expect(segment().seq(1).length(100).fin());
        }
    }

    // --- RFC 9293 §3.7.4, Nagle's algorithm, with Minshall's variation ---

    @Test
    void aSmallSegmentWaitsForTheOneBefore() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(100).expect(segment().seq(1).length(100));
            tcp.write(100).expectNothing();
            tcp.write(100).expectNothing();
            tcp.receive(ack(101)).expect(segment().seq(101).length(200));
        }
    }

    @Test
    void aSmallSegmentDoesNotWaitForFullOnes() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(2 * MSS + 100);
            tcp.expect(segment().seq(1).length(MSS)).expect(segment().seq(1 + MSS).length(MSS));
            tcp.expect(segment().seq(1 + 2 * MSS).length(100)).expectNothing();
            tcp.write(100).expectNothing();
        }
    }

    // --- buffers ---

    @Test
    void theSendBufferBoundsWhatIsTaken() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().sendBuffer(5000));
            assertThat(tcp.tryWrite(20_000)).isEqualTo(5000);
            tcp.skip();
            assertThat(tcp.connection().writable()).isZero();
            tcp.receive(ack(1 + 1460)).skip();
            // A quarter is free.
            assertThat(tcp.events()).containsOnlyOnce("writable");
            assertThat(tcp.connection().writable()).isEqualTo(1460);
        }
    }

    @Test
    void theReceiveBufferBoundsTheWindow() {
        try (var tcp = TcpHarness.with().notReading().established()) {
            tcp.run(() -> tcp.connection().receiveBuffer(70_000));
            tcp.receive(segment().seq(1).length(MSS)).expect(ack(1 + MSS).window(65_535));
            tcp.run(() -> tcp.connection().receiveBuffer(4000));
            // RFC 9293 §3.8.6 (SHLD-14): what was promised stays.
            tcp.receive(segment().seq(1 + MSS).length(MSS));
            tcp.expect(ack(1 + 2 * MSS).window(65_535 - MSS));
        }
    }

    @Test
    void theLowWaterMarkBoundsWhatIsNotSent() {
        try (var tcp = TcpHarness.with().window(2 * MSS).established()) {
            tcp.run(() -> tcp.connection().notSentLowWater(4000));
            assertThat(tcp.tryWrite(100_000)).isEqualTo(4000);
            tcp.expect(segment().length(MSS)).expect(segment().length(MSS)).expectNothing();
            // What left makes room.
            assertThat(tcp.events()).containsOnlyOnce("writable");
            int more = tcp.tryWrite(100_000);
            assertThat(more).isEqualTo(2 * MSS);
            assertThat(tcp.connection().writable()).isZero();
            tcp.receive(ack(1 + 2 * MSS).window(2 * MSS)).skip();
            assertThat(tcp.connection().writable()).isEqualTo(2 * MSS);
        }
    }

    // --- RFC 9293 §3.9.1.5, CLOSE, and SO_LINGER ---

    @Test
    void closeGivesUpAfterTheLingerTime() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().linger(Duration.ofSeconds(3)));
            tcp.write(100).expect(segment().seq(1).length(100));
            tcp.closeConnection().expect(segment().seq(101).fin());
            tcp.advance(2900).skip();
            tcp.expectState(TcpState.FIN_WAIT_1).advance(200).skip();
            tcp.expectClosed(CloseReason.TIMED_OUT);
        }
    }

    @Test
    void whatIsDeliveredInTimeIsClosedInGoodOrder() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().linger(Duration.ofSeconds(3)));
            tcp.write(100).expect(segment().seq(1).length(100));
            tcp.closeConnection().expect(segment().seq(101).fin());
            tcp.receive(ack(102)).expectNothingFor(10_000);
            tcp.expectState(TcpState.FIN_WAIT_2);
            tcp.receive(segment().seq(1).withAck(102).fin()).expect(ack(2));
            tcp.expectClosed(CloseReason.CLOSED);
        }
    }

    @Test
    void lingerOfZeroAborts() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().linger(Duration.ZERO));
            tcp.write(100).skip();
            tcp.closeConnection().expect(rst(101).flags(RST_ACK));
        }
    }

    // RFC 9293 §3.6: a peer that never ends its stream.
    @Test
    void finWait2EndsInTime() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().finWaitTimeout(Duration.ofSeconds(2)));
            tcp.closeConnection().expect(segment().seq(1).fin());
            tcp.receive(ack(2)).expectState(TcpState.FIN_WAIT_2);
            tcp.advance(1900).expectState(TcpState.FIN_WAIT_2);
            tcp.advance(200).expectClosed(CloseReason.CLOSED);
        }
    }

    @Test
    void whatCannotBeSetIsRefused() {
        try (var tcp = TcpHarness.established()) {
            var connection = tcp.connection();
            assertThatThrownBy(() -> connection.sendBuffer(100))
                    .hasMessage("sendBuffer takes from 2,048 to 1,073,741,824 octets; given 100");
            assertThatThrownBy(() -> connection.receiveBuffer(0)).hasMessageContaining("given 0");
            assertThatThrownBy(() -> connection.notSentLowWater(-1)).hasMessageContaining("-1");
            assertThatThrownBy(() -> connection.linger(Duration.ofSeconds(-1)))
                    .hasMessageContaining("given PT-1S");
            assertThatThrownBy(() -> connection.finWaitTimeout(Duration.ZERO))
                    .hasMessageContaining("given PT0S");
        }
    }

    // --- RFC 9293 §3.9.1.2 (PSH): what empties the queue is pushed ---

    @Test
    void theLastSegmentOfAWriteIsPushed() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(2 * MSS);
            assertThat(tcp.poll().has(TcpHeader.PSH)).isFalse();
            assertThat(tcp.poll().has(TcpHeader.PSH)).isTrue();
        }
    }
}
