package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import io.ringway.memory.Counter;
import io.ringway.tcp.TcpState;

import org.junit.jupiter.api.Test;

/** What one peer may have of a listener. */
class TcpPeerLimitTest {
    @Test
    void halfOpenConnections() {
        var settings = TcpHarness.with().tcp(t -> t.defence(d -> d.maxHalfOpenPerPeer(2)));
        try (var tcp = settings.listening()) {
            tcp.receive(syn()).expect(synAck());
            tcp.receiveFrame(SpoofedSyn.frame(1001, 1)).skip();
            tcp.receiveFrame(SpoofedSyn.frame(1002, 1)).expectNothing();
            tcp.expectCount(Counter.TCP_PEER_LIMIT, 1);
            // One is through, so there is room for one again.
            tcp.receive(ack(1).seq(1)).expectNothing().expectState(TcpState.ESTABLISHED);
            tcp.receiveFrame(SpoofedSyn.frame(1002, 1)).skip();
            tcp.receiveFrame(SpoofedSyn.frame(1003, 1)).expectNothing();
            tcp.expectCount(Counter.TCP_PEER_LIMIT, 2);
        }
    }

    @Test
    void connections() {
        var settings = TcpHarness.with().tcp(t -> t.defence(d -> d.maxConnectionsPerPeer(1)));
        try (var tcp = settings.established()) {
            tcp.receiveFrame(SpoofedSyn.frame(1001, 1)).expectNothing();
            tcp.expectCount(Counter.TCP_PEER_LIMIT, 1);
            tcp.abort().expect(segment().seq(1).withAck(1).withRst());
            tcp.receiveFrame(SpoofedSyn.frame(1001, 1)).skip();
            tcp.expectCount(Counter.TCP_PEER_LIMIT, 1);
        }
    }

    @Test
    void connectionsThatTheApplicationWasNotShown() {
        var settings = TcpHarness.with().tcp(t -> t.defence(d -> d.maxUnacceptedPerPeer(1)));
        try (var tcp = settings.listening()) {
            byte[] first = acceptable(tcp, 1001);
            byte[] second = acceptable(tcp, 1002);
            // The application hears of the first behind the burst, too late for the second.
            tcp.receiveFrames(first, second).expectNothing();
            tcp.expectCount(Counter.TCP_OPENED_PASSIVE, 1);
            tcp.expectCount(Counter.TCP_PEER_LIMIT, 1);
            // Its peer may send again what it has to say, and finds room then.
            tcp.receiveFrame(second).expectNothing();
            tcp.expectCount(Counter.TCP_OPENED_PASSIVE, 2);
            tcp.expectCount(Counter.TCP_PEER_LIMIT, 1);
        }
    }

    @Test
    void noSynWhileTheApplicationWasNotShownAConnection() {
        var settings = TcpHarness.with().tcp(t -> t.defence(d -> d.maxUnacceptedPerPeer(1)));
        try (var tcp = settings.listening()) {
            byte[] ack = acceptable(tcp, 1001);
            tcp.receiveFrames(ack, SpoofedSyn.frame(1002, 1)).expectNothing();
            tcp.expectCount(Counter.TCP_PEER_LIMIT, 1);
            acceptable(tcp, 1002);
            tcp.expectCount(Counter.TCP_PEER_LIMIT, 1);
        }
    }

    @Test
    void connectionsThatEndBeforeTheApplicationIsShownThem() {
        var settings = TcpHarness.with().tcp(t -> t.defence(d -> d.maxUnacceptedPerPeer(1)));
        try (var tcp = settings.listening()) {
            byte[] first = acceptable(tcp, 1001);
            byte[] second = acceptable(tcp, 1002);
            tcp.receiveFrames(first, SpoofedSyn.reset(1001, 1)).expectNothing();
            tcp.receiveFrame(second).expectNothing();
            tcp.expectCount(Counter.TCP_OPENED_PASSIVE, 2);
            tcp.expectCount(Counter.TCP_PEER_LIMIT, 0);
        }
    }

    /** A SYN that is answered; returns the ACK that completes the handshake. */
    private static byte[] acceptable(TcpHarness tcp, int port) {
        tcp.receiveFrame(SpoofedSyn.frame(port, 1)).skip();
        return SpoofedSyn.ack(port, 1, tcp.lastFrame());
    }
}
