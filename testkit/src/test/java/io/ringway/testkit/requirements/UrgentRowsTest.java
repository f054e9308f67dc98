package io.ringway.testkit.requirements;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.testkit.SentSegment;
import io.ringway.testkit.TcpHarness;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

/** RFC 9293, appendix B: urgent data (§3.8.5, as RFC 6093 settled it). */
@SuppressWarnings("MethodName") // The names are the RFC's labels.
class UrgentRowsTest {
    private static final int MSS = TcpHarness.MSS;
    private static final int POINTER = 14 + 20 + 18;

    private static int pointer(TcpHarness tcp) {
        byte[] frame = tcp.lastFrame();
        return (frame[POINTER] & 0xff) << 8 | (frame[POINTER + 1] & 0xff);
    }

    private static boolean isUrgent(SentSegment sent) {
        return (sent.flags() & TcpHeader.URG) != 0;
    }

    private static int unread(TcpHarness tcp) {
        return tcp.connection().urgent().unread();
    }

    @Test
    void MUST_30_urgentDataIsSentAndReceived() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.connection().cork(true)).write(10);
            tcp.run(() -> tcp.connection().urgent().mark());
            tcp.expect(segment().seq(1).urgent(0));
            assertThat(pointer(tcp)).isEqualTo(10);
            tcp.run(() -> tcp.connection().cork(false));
            tcp.expect(segment().seq(1).length(10).urgent(0)).receive(ack(11)).expectNothing();
            // What is written after it is as usual.
            tcp.write(5).expect(segment().seq(11).length(5)).receive(ack(16)).expectNothing();

            tcp.receive(segment().length(20).urgent(20)).skip().expectReceived(20);
            assertThat(tcp.events()).contains("urgent 20");
        }
    }

    @Test
    void MUST_62_thePointerNamesTheOctetBehindTheUrgentOnes() {
        try (var tcp = TcpHarness.with().notReading().established()) {
            tcp.receive(segment().length(100).urgent(40)).skip();
            assertThat(unread(tcp)).isEqualTo(40);
            tcp.read(39);
            assertThat(unread(tcp)).isEqualTo(1);
            tcp.read(1);
            assertThat(unread(tcp)).isZero();

            tcp.run(() -> tcp.connection().cork(true)).write(7);
            tcp.run(() -> tcp.connection().urgent().mark()).skip();
            assertThat(pointer(tcp)).isEqualTo(7);
        }
    }

    @Test
    void MUST_31_urgentDataMayBeLongerThanThePointerReaches() {
        // The window is closed while it is written.
        var large = TcpHarness.with().tcp(t -> t.initialWindowSegments(200)).smallFrames(2048);
        try (var tcp = large.windowScale(3).established()) {
            tcp.receive(ack(1).window(0)).write(64 * 1024);
            tcp.run(() -> tcp.connection().sendBuffer(1 << 20)).write(40_000);
            tcp.run(() -> tcp.connection().urgent().mark()).expect(segment().urgent(0));
            assertThat(pointer(tcp)).isEqualTo(0xffff);
            // All of them say so, the first as far as 16 bits reach.
            tcp.receive(ack(1).window(60_000));
            long end = 0;
            for (SentSegment sent = tcp.poll(); sent != null; sent = tcp.poll()) {
                assertThat(isUrgent(sent)).as("%s", sent).isTrue();
                assertThat(sent.payload().length).isLessThanOrEqualTo(MSS);
                end = Math.max(end, sent.end());
            }
            assertThat(end).isEqualTo(1 + 64 * 1024 + 40_000);
            assertThat(pointer(tcp)).isLessThanOrEqualTo(MSS);
            tcp.receive(ack(end).window(60_000)).expectNothing();
        }
        try (var tcp = TcpHarness.with().notReading().established()) {
            tcp.receive(segment().seq(1).length(MSS).urgent(65_535)).skip();
            assertThat(unread(tcp)).isEqualTo(65_535);
            tcp.receive(segment().seq(1 + MSS).length(MSS).urgent(65_535)).skip();
            assertThat(unread(tcp)).isEqualTo(65_535 + MSS);
            assertThat(tcp.events().stream().filter(e -> e.startsWith("urgent"))).hasSize(1);
        }
    }

    @Test
    void MUST_32_theApplicationIsToldBeforeTheDataIsThere() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().urgent(500)).expectNothing();
            assertThat(tcp.events()).containsExactly("open", "urgent 500");
            // Not again while it is being read, and once more when there is more of it later.
            tcp.receive(segment().length(100).urgent(400)).skip();
            tcp.receive(segment().length(400).urgent(400)).skip();
            assertThat(tcp.events()).containsOnlyOnce("urgent 500");
            tcp.receive(segment().length(10).urgent(3)).skip();
            assertThat(tcp.events()).contains("urgent 3");
        }
    }

    @Test
    void MUST_33_theApplicationLearnsHowMuchIsLeft() {
        try (var tcp = TcpHarness.with().notReading().established()) {
            assertThat(unread(tcp)).isZero();
            tcp.receive(segment().length(300).urgent(1000)).skip();
            assertThat(unread(tcp)).isEqualTo(1000);
            tcp.read(200);
            assertThat(unread(tcp)).isEqualTo(800);
            tcp.receive(segment().length(900)).skip();
            tcp.read(10_000);
            assertThat(unread(tcp)).isZero();
        }
    }

    @Test
    void SHLD_13_nothingIsUrgentUnlessTheApplicationSaysSo() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().length(100).urgent(50)).skip();
            tcp.write(2 * MSS + 5);
            for (SentSegment sent = tcp.poll(); sent != null; sent = tcp.poll()) {
                assertThat(isUrgent(sent)).isFalse();
                assertThat(pointer(tcp)).isZero();
            }
            tcp.receive(ack(1 + 2 * MSS + 5)).skip();
        }
    }

    @Test
    void anUrgentPointerBehindWhatWasReadMeansNothing() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).length(100)).skip();
            tcp.receive(segment().seq(1).length(100).urgent(100)).skip();
            tcp.receive(segment().seq(101).urgent(0)).skip();
            assertThat(tcp.events()).doesNotContain("urgent");
            assertThat(unread(tcp)).isZero();
        }
    }
}
