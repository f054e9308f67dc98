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
}
