package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.tcp.Ecn;
import io.ringway.tcp.MtuProbing;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

/** The size of segments on a path that says nothing of what it swallows, segment by segment. */
class TcpMtuProbeTest {
    private static final int SMALL = 256;
    private static final int LARGE = 1460;

    private static TcpHarnessBuilder harness() {
        return TcpHarness.with().tcp(t -> t.minRtoNs(1_000_000_000L)).mss(LARGE);
    }

    // RFC 4821 §7.7: after three time-outs in a row segments become smaller, also when the one that
    // does not arrive is the last, smaller than others, and has the FIN.
    @Test
    void rfc4821_7_7_theLastSegmentIsCutToo() {
        try (var tcp = harness().established()) {
            tcp.write(913).expect(segment().seq(1).length(913)).closeConnection();
            tcp.expect(segment().seq(914).fin());
            tcp.expectAfter(1000, segment().seq(1).length(913).fin());
            tcp.expectAfter(2000, segment().seq(1).length(913).fin());
            tcp.expectAfter(4000, segment().seq(1).length(512));
            tcp.expect(segment().seq(513).length(401).fin());
            tcp.expectCount(Counter.TCP_MTU_BLACK_HOLES, 1);
            tcp.receive(ack(915).fin()).skip();
        }
    }

    // And once more, where the path is narrower still.
    @Test
    void rfc4821_7_7_theLastSegmentIsCutAgain() {
        try (var tcp = harness().established()) {
            tcp.write(913).skip().closeConnection().skip();
            tcp.advance(1000).skip().advance(2000).skip();
            tcp.expectAfter(4000, segment().seq(1).length(512)).skip();
            tcp.expectAfter(8000, segment().seq(1).length(256)).skip();
            tcp.receive(ack(257)).skip();
            tcp.receive(ack(915).fin()).skip();
        }
    }

    // What nearly every path takes is not made smaller: there, nobody answers.
    @Test
    void rfc4821_7_7_aShortSegmentIsNotCut() {
        try (var tcp = harness().established()) {
            tcp.write(100).skip();
            for (int i = 0, millis = 1000; i < 5; i++, millis *= 2) {
                tcp.expectAfter(millis, segment().seq(1).length(100));
            }
            tcp.expectCount(Counter.TCP_MTU_BLACK_HOLES, 0);
            tcp.receive(ack(101));
        }
    }

    // RFC 4821 §7.6.1: with a probe's arrival segments become larger. Where cwnd was less than one
    // of them by then, nothing would be out, and nothing would ever change that.
    @Test
    void rfc4821_7_6_1_cwndLetsOneOfTheLargerSegmentsOut() {
        var settings =
                harness()
                        .tcp(t ->
                                t.congestion(c -> c.withEcn(Ecn.PASSIVE).withAlgorithm("newreno"))
                                        .path(p ->
                                                p.withProbing(MtuProbing.ALWAYS)
                                                        .withBaseMss(SMALL)));
        try (var tcp = settings.listening()) {
            int ecnSetup = TcpHeader.SYN | TcpHeader.ECE | TcpHeader.CWR;
            tcp.receive(tcp.peerSyn().flags(ecnSetup));
            tcp.expect(synAck().flags(TcpHeader.SYN | TcpHeader.ACK | TcpHeader.ECE));
            tcp.receive(segment().withAck(1)).expectNothing();
            tcp.tryWrite(50_000);
            long end = sent(tcp);
            // Marks until there is hardly room for a probe, and once more at the probe.
            tcp.receive(ack(end).flags(TcpHeader.ACK | TcpHeader.ECE));
            while (longest < LARGE) {
                end = sent(tcp);
                boolean isProbed = longest == LARGE;
                int flags = isProbed ? TcpHeader.ACK | TcpHeader.ECE : TcpHeader.ACK;
                tcp.receive(ack(end).flags(flags));
            }
            tcp.expectCount(Counter.TCP_MTU_PROBES, 1);
            while (end < 50_001) {
                long next = sent(tcp);
                assertThat(next).as("something is sent after the ACK of %d", end).isNotEqualTo(end);
                end = next;
                tcp.receive(ack(end));
            }
            tcp.skip();
            tcp.expectCount(Counter.TCP_MTU_RAISED, 1);
        }
    }

    private int longest;
    private long last = 1;

    /** Takes what was sent; returns the number behind it. */
    private long sent(TcpHarness tcp) {
        longest = 0;
        for (SentSegment next = tcp.poll(); next != null; next = tcp.poll()) {
            longest = Math.max(longest, next.payload().length);
            last = Math.max(last, next.end());
        }
        return last;
    }
}
