package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.tcp.CloseReason;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.tcp.Ecn;
import io.ringway.tcp.ListenOptions;

import org.junit.jupiter.api.Test;

/** What connections begin with, those that a listener takes and those that are opened. */
class ConnectionOptionsTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final ConnectionOptions USUAL = ConnectionOptions.DEFAULT;
    private static final ConnectionOptions ALIVE =
            USUAL.withKeepAlive(60 * SECOND_NS, 10 * SECOND_NS, 2);

    private static TcpHarnessBuilder listening(ConnectionOptions options) {
        return TcpHarness.with().listen(ListenOptions.DEFAULT.withConnections(options));
    }

    private static int diffserv(TcpHarness tcp) {
        return (tcp.lastFrame()[15] & 0xff) >> 2;
    }

    @Test
    void acceptedConnectionsHaveTheListenersKeepAlive() {
        try (var tcp = listening(ALIVE).established()) {
            tcp.expectAfter(60_000, segment().seq(0).withAck(1));
            tcp.receive(ack(1)).expectAfter(60_000, segment().seq(0).withAck(1));
            tcp.expectAfter(10_000, segment().seq(0).withAck(1));
            tcp.expectAfter(10_000, segment().seq(1).withAck(1).withRst());
            tcp.expectClosed(CloseReason.KEEPALIVE_TIMED_OUT);
        }
    }

    @Test
    void keepAliveWithoutTimesHasThoseOfTheStack() {
        var minute = listening(USUAL.withKeepAlive()).tcp(t -> t.keepAliveIdleNs(60_000_000_000L));
        try (var tcp = minute.established()) {
            tcp.expectAfter(60_000, segment().seq(0).withAck(1));
            tcp.receive(ack(1)).expectNothingFor(59_000);
        }
    }

    @Test
    void aConnectionChangesItsOwnSettingsOnly() {
        try (var tcp = listening(ALIVE.withDiffserv(46)).established()) {
            tcp.run(() -> tcp.connection().diffserv(10)).write(10).skip();
            assertThat(diffserv(tcp)).isEqualTo(10);
            tcp.receive(ack(11)).run(() -> tcp.connection().keepAlive(false));
            tcp.expectNothingFor(200_000);
            tcp.receiveFrame(SpoofedSyn.frame(1001, 1)).skip();
            tcp.receiveFrame(SpoofedSyn.ack(1001, 1, tcp.lastFrame())).expectNothing();
            // The other's probe goes to its own port, and has the listener's code point.
            tcp.advance(60_000).skip();
            assertThat(diffserv(tcp)).isEqualTo(46);
        }
    }

    @Test
    void acceptedConnectionsHaveTheListenersUserTimeout() {
        var options = USUAL.withUserTimeout(5 * SECOND_NS);
        try (var tcp = listening(options).established()) {
            tcp.write(10).skip().advance(4_500).skip();
            tcp.expectOpen();
            tcp.advance(5_000).skip();
            tcp.expectClosed(CloseReason.TIMED_OUT);
        }
    }

    @Test
    void theSynAckAndAllThatFollowsHasTheListenersDiffserv() {
        try (var tcp = listening(USUAL.withDiffserv(46)).listening()) {
            tcp.receive(syn()).expect(synAck());
            assertThat(diffserv(tcp)).isEqualTo(46);
            tcp.expectAfter(1000, synAck());
            assertThat(diffserv(tcp)).as("again").isEqualTo(46);
            tcp.receive(ack(1).seq(1)).expectNothing().write(10).skip();
            assertThat(diffserv(tcp)).isEqualTo(46);
            tcp.receive(ack(11).seq(1)).expectNothing();
        }
        try (var tcp = TcpHarness.listening()) {
            tcp.receive(syn()).expect(synAck());
            assertThat(diffserv(tcp)).isZero();
        }
    }

    @Test
    void theSynHasTheDiffservOfWhoConnects() {
        try (var tcp = TcpHarness.with().connect(ALIVE.withDiffserv(34)).connecting()) {
            tcp.expect(syn());
            assertThat(diffserv(tcp)).isEqualTo(34);
            tcp.expectAfter(1000, syn());
            assertThat(diffserv(tcp)).as("again").isEqualTo(34);
            tcp.receive(tcp.peerSyn().withAck(1)).expect(ack(1));
            assertThat(diffserv(tcp)).as("the ACK").isEqualTo(34);
            tcp.expectAfter(60_000, segment().seq(0).withAck(1));
        }
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn());
            assertThat(diffserv(tcp)).isZero();
        }
    }

    @Test
    void aSynWithDiffservIsNotCapableOfMarks() {
        var options = USUAL.withDiffserv(46);
        var marking =
                TcpHarness.with().connect(options).tcp(t -> t.congestion(c -> c.withEcn(Ecn.ON)));
        try (var tcp = marking.connecting()) {
            tcp.skip();
            assertThat(tcp.lastFrame()[15] & 3).isZero();
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> USUAL.withDiffserv(64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("diffserv is 64; expected 0 to 63");
        assertThatThrownBy(() -> USUAL.withUserTimeout(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected more than 0");
        assertThatThrownBy(() -> USUAL.withKeepAlive(SECOND_NS, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("interval");
        assertThatThrownBy(() -> USUAL.withKeepAlive(SECOND_NS, SECOND_NS, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected at least 1");
        assertThatThrownBy(() -> new ConnectionOptions(true, -1, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keepAliveIdleNs is -1");
        assertThatThrownBy(() -> new ConnectionOptions(true, 0, 0, 128, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keepAliveProbes is 128");
    }
}
