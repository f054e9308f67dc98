package io.ringway.testkit.requirements;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;
import io.ringway.testkit.SentSegment;
import io.ringway.testkit.TcpHarness;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

/** RFC 9293, appendix B: how connections end. */
@SuppressWarnings("MethodName") // The names are the RFC's labels.
class CloseRowsTest {
    private static final int RST_ACK = TcpHeader.RST | TcpHeader.ACK;
    private static final int TIME_WAIT_MS = 60_000;

    private static TcpHarness timeWait(TcpHarness tcp) {
        tcp.closeConnection().expect(segment().seq(1).fin());
        tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2).seq(2));
        return tcp.expectClosed(CloseReason.CLOSED);
    }

    @Test
    void SHLD_2_aResetWithDataIsAReset() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(rst(1).length(40)).expectNothing();
            tcp.expectClosed(CloseReason.RESET_BY_PEER).expectReceived(0);
        }
    }

    @Test
    void MUST_12_anAbortIsToldToTheApplication() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(rst(1)).expectNothing();
            assertThat(tcp.events()).last().isEqualTo("closed RESET_BY_PEER");
        }
        try (var tcp = TcpHarness.established()) {
            tcp.abort().expect(rst(1).flags(RST_ACK));
            assertThat(tcp.events()).last().isEqualTo("closed ABORTED");
        }
    }

    @Test
    void MAY_1_closeEndsBothDirections() {
        try (var tcp = TcpHarness.established()) {
            tcp.closeConnection().expect(segment().seq(1).fin());
            tcp.receive(ack(2)).expectState(TcpState.FIN_WAIT_2);
            tcp.receive(segment().seq(1).length(10)).expect(rst(2).flags(RST_ACK));
            tcp.expectState(TcpState.CLOSED);
        }
    }

    @Test
    void SHLD_3_dataThatNobodyReadIsAnsweredWithReset() {
        try (var tcp = TcpHarness.with().notReading().established()) {
            tcp.receive(segment().seq(1).length(100)).expect(ack(101));
            tcp.closeConnection().expect(rst(1).flags(RST_ACK));
            tcp.expectClosed(CloseReason.CLOSED_WITH_DATA);
        }
    }

    @Test
    void MUST_13_timeWaitLastsTwiceTheMsl() {
        try (var tcp = timeWait(TcpHarness.established())) {
            tcp.expectNothingFor(TIME_WAIT_MS - 1000);
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2).seq(2));
            tcp.expectNothingFor(TIME_WAIT_MS + 1000);
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(rst(2));
        }
    }

    @Test
    void MAY_2_aSynWithAGreaterNumberEndsTimeWait() {
        try (var tcp = timeWait(TcpHarness.established())) {
            tcp.receive(syn().seq(70_000));
            SentSegment answer = tcp.poll();
            assertThat(answer.flags()).isEqualTo(TcpHeader.SYN | TcpHeader.ACK);
            // RFC 9293 §3.6.1: from beyond all that the old connection used.
            assertThat(answer.seq()).isGreaterThan(2);
        }
    }

    @Test
    void SHLD_4_aNewerTimeStampEndsTimeWait() {
        try (var tcp = timeWait(TcpHarness.with().timestamps().established())) {
            tcp.receive(syn().seq(-5000).timestamps(tcp.peerTimestamp() - 500, 0));
            tcp.expect(ack(2).seq(2)).advance(10);
            tcp.receive(syn().seq(-5000).timestamps(tcp.peerTimestamp(), 0));
            assertThat(tcp.poll().flags()).isEqualTo(TcpHeader.SYN | TcpHeader.ACK);
        }
    }
}
