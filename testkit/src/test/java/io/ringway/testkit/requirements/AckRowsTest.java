package io.ringway.testkit.requirements;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.testkit.SentSegment;
import io.ringway.testkit.TcpHarness;
import io.ringway.testkit.TcpHarnessBuilder;

import org.junit.jupiter.api.Test;

/** RFC 9293, appendix B: acknowledgments. */
@SuppressWarnings("MethodName") // The names are the RFC's labels.
class AckRowsTest {
    private static final int MSS = TcpHarness.MSS;
    private static final long NEXT = 9;

    /** An established connection that is past the quick ACKs of its beginning. */
    private static TcpHarness settled(TcpHarnessBuilder builder) {
        TcpHarness tcp = builder.established();
        for (int i = 0; i < NEXT - 1; i++) {
            tcp.receive(segment().length(1)).expect(ack(2 + i));
        }
        return tcp;
    }

    // RFC 9293 §3.8.6.3 with §3.10.7.4: one ACK for all that came, with the data if there is some.
    @Test
    void MUST_58_oneAckForSeveralSegmentsAndWithData() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().length(100)).receive(segment().length(100)).expectNothing();
            tcp.write(5).expect(segment().length(5).withAck(NEXT + 200));
            tcp.receive(ack(6)).expectNothingFor(1000);
        }
    }

    @Test
    void SHLD_31_whatIsOutOfOrderIsKept() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().seq(NEXT + 100).length(100)).expect(ack(NEXT));
            tcp.receive(segment().seq(NEXT + 300).length(100)).expect(ack(NEXT));
            tcp.receive(segment().seq(NEXT).length(100)).expect(ack(NEXT + 200));
            tcp.receive(segment().seq(NEXT + 200).length(100)).expect(ack(NEXT + 400));
            tcp.expectReceived(NEXT - 1 + 400);
        }
    }

    @Test
    void MUST_59_theAckCountsAllThatWasWaiting() {
        try (var tcp = settled(TcpHarness.with())) {
            for (int i = 5; i > 0; i--) {
                tcp.receive(segment().seq(NEXT + i * 100L).length(100)).expect(ack(NEXT));
            }
            tcp.receive(segment().seq(NEXT).length(100)).expect(ack(NEXT + 600)).expectNothing();
        }
    }

    @Test
    void MAY_13_whatIsOutOfOrderIsAcknowledgedAtOnce() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().seq(NEXT + 1).length(1)).expect(ack(NEXT));
        }
    }

    @Test
    void SHLD_18_anAckWaitsForCompany() {
        try (var tcp = settled(TcpHarness.with())) {
            tcp.receive(segment().length(10)).expectNothingFor(20);
            tcp.expectAfter(20, ack(NEXT + 10));
            tcp.expectCount(Counter.TCP_DELAYED_ACKS, 1);
        }
    }

    @Test
    void MUST_40_butLessThanHalfASecond() {
        // The longest that can be set, and the timer's own steps come on top.
        var slowest = TcpHarness.with().tcp(t -> t.delayedAckNs(480_000_000));
        try (var tcp = settled(slowest)) {
            tcp.receive(segment().length(10)).advance(499);
            tcp.expect(ack(NEXT + 10));
        }
    }

    @Test
    void SHLD_19_everySecondFullSegmentIsAcknowledged() {
        try (var tcp = settled(TcpHarness.with())) {
            for (int i = 0; i < 10; i++) {
                tcp.receive(segment().length(MSS)).expectNothing();
                tcp.receive(segment().length(MSS)).expect(ack(NEXT + 2L * (i + 1) * MSS));
            }
        }
    }

    // RFC 9293 §3.8.6.2.2: the window opens by a segment at least, or half of the buffer.
    @Test
    void MUST_39_theWindowDoesNotOpenALittle() {
        var small = TcpHarness.with().notReading().tcp(t -> t.receiveBufferBytes(8000));
        try (var tcp = small.established()) {
            long at = 1;
            while (at < 8001) {
                int length = (int) Math.min(1000, 8001 - at);
                tcp.receive(segment().seq(at).length(length)).skip();
                tcp.advance(50).skip();
                at += length;
            }
            for (int i = 0; i < MSS - 1; i++) {
                assertThat(tcp.read(1)).isEqualTo(1);
                tcp.expectNothing();
            }
            tcp.read(1);
            SentSegment update = tcp.poll();
            assertThat(update.window()).isEqualTo(MSS);
        }
    }
}
