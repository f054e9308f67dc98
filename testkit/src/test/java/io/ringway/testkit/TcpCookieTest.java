package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.tcp.Overflow;
import io.ringway.tcp.SynCookieMode;
import io.ringway.tcp.TcpState;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

/** Opening without state, RFC 4987 §3.6, and what happens when a listener has no room. */
class TcpCookieTest {
    private static TcpHarnessBuilder with(SynCookieMode mode) {
        return TcpHarness.with().tcp(t -> t.defence(d -> d.synCookies(mode)));
    }

    private static SegmentSpec reset(long seq) {
        return rst(seq).flags(TcpHeader.RST);
    }

    @Test
    void withoutTimestampsOnlyTheMssIsAgreedOn() {
        try (var tcp = with(SynCookieMode.ALWAYS).sack().windowScale(7).listening()) {
            tcp.receive(tcp.peerSyn());
            SentSegment answer = tcp.poll();
            assertThat(answer).isNotNull();
            assertThat(answer.toString()).contains("mss 1460").doesNotContain("wscale", "sackOK");
            assertThat(tcp.stack().lane(0).tcp().halfOpenCount()).isZero();
            tcp.receive(ack(1)).expectNothing().expectState(TcpState.ESTABLISHED);
            tcp.expectCount(Counter.TCP_COOKIES_SENT, 1);
            tcp.expectCount(Counter.TCP_COOKIES_ACCEPTED, 1);
            tcp.write(1460).expect(segment().seq(1).length(1460));
            tcp.receive(ack(1461)).expectNothing();
        }
    }

    @Test
    void timestampsCarryWindowScaleAndSack() {
        var settings = with(SynCookieMode.ALWAYS).sack().timestamps().windowScale(3).window(1000);
        try (var tcp = settings.listening()) {
            tcp.receive(tcp.peerSyn());
            tcp.expect(synAck().mss(1460).sackPermitted().timestamps().windowScale(9));
            tcp.receive(ack(1)).expectNothing();
            // The peer's window is 8,000: its shift came back.
            tcp.write(20_000);
            for (int i = 0; i < 5; i++) {
                tcp.expect(segment().seq(1 + 1448L * i).length(1448).timestamps());
            }
            tcp.skip();
            // And so did SACK.
            tcp.receive(segment().seq(101).withAck(1).length(100));
            tcp.expect(ack(1).sack(101, 201).timestamps());
        }
    }

    @Test
    void dataMayComeWithTheCookie() {
        try (var tcp = with(SynCookieMode.ALWAYS).listening()) {
            tcp.receive(syn().mss(1460)).expect(synAck());
            tcp.receive(segment().seq(1).withAck(1).length(100)).expect(ack(101));
            tcp.expectReceived(100);
        }
    }

    // In a flood segments are lost as well: the ACK and the first data, say. What comes after them
    // does not show the number of the SYN, and a RST would end a connection that is good.
    @Test
    void whatFollowsALostFirstSegmentIsNotReset() {
        try (var tcp = with(SynCookieMode.ALWAYS).listening()) {
            tcp.receive(syn().mss(1460)).expect(synAck());
            tcp.receive(segment().seq(101).withAck(1).length(100)).expectNothing();
            tcp.receive(segment().seq(1).withAck(1).length(100)).expect(ack(101));
            tcp.expectReceived(100);
        }
    }

    @Test
    void everySynHasACookieOfItsOwnAndAllAreGood() {
        try (var tcp = with(SynCookieMode.ALWAYS).listening()) {
            tcp.receive(syn().mss(1460)).expect(synAck());
            tcp.receive(syn().mss(1460)).expect(synAck());
            tcp.receive(ack(1)).expectNothing().expectState(TcpState.ESTABLISHED);
        }
    }

    @Test
    void aForgedCookieIsAnsweredWithReset() {
        try (var tcp = with(SynCookieMode.ALWAYS).listening()) {
            tcp.receive(syn().mss(1460)).expect(synAck());
            tcp.receive(ack(0x100).seq(1)).expect(reset(0x100));
            tcp.receive(ack(1).seq(2)).expect(reset(1));
            tcp.expectCount(Counter.TCP_COOKIES_REJECTED, 2).expectState(TcpState.CLOSED);
        }
    }

    @Test
    void aCookieRunsOut() {
        try (var tcp = with(SynCookieMode.ALWAYS).listening()) {
            tcp.receive(syn().mss(1460)).expect(synAck());
            tcp.expectNothingFor(64_000).receive(ack(1)).expect(reset(1));
        }
    }

    // Nobody gets to guess at a cookie while there are none.
    @Test
    void noAckIsTakenForACookieBeforeThereWasOne() {
        try (var tcp = with(SynCookieMode.AUTO).listening()) {
            tcp.receive(ack(1000).seq(1)).expect(reset(1000));
            tcp.expectCount(Counter.TCP_COOKIES_REJECTED, 0);
        }
    }

    @Test
    void whileThereIsRoomThereAreNoCookies() {
        try (var tcp = with(SynCookieMode.AUTO).listening()) {
            tcp.receive(syn().mss(1460)).expect(synAck());
            tcp.receive(ack(1)).expectNothing().expectCount(Counter.TCP_COOKIES_SENT, 0);
        }
    }

    // A full accept queue: the backlog is one connection that the application has not been shown.
    @Test
    void overflowIsSilentOrAResetAsConfigured() {
        for (Overflow overflow : Overflow.values()) {
            var settings = with(SynCookieMode.OFF).tcp(t -> t.maxHalfOpen(1));
            settings.tcp(t -> t.defence(d -> d.overflow(overflow)));
            try (var tcp = settings.listening()) {
                tcp.receive(syn().mss(1460)).expect(synAck());
                tcp.receiveFrame(SpoofedSyn.frame(7, 9));
                tcp.expectCount(Counter.TCP_SYN_QUEUE_FULL, 1);
                tcp.expectCount(Counter.TCP_RESETS_SENT, overflow == Overflow.RESET ? 1 : 0);
                tcp.skip();
                tcp.receive(ack(1)).expectNothing().expectState(TcpState.ESTABLISHED);
            }
        }
    }

    @Test
    void cookiesBeginByThemselvesWhenThereIsNoRoom() {
        try (var tcp = TcpHarness.with().tcp(t -> t.maxHalfOpen(1)).listening()) {
            tcp.receiveFrame(SpoofedSyn.frame(7, 9)).skip();
            tcp.expectCount(Counter.TCP_COOKIES_SENT, 0);
            tcp.receive(syn().mss(1460)).skip().expectCount(Counter.TCP_COOKIES_SENT, 1);
        }
    }
}
