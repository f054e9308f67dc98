package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.tcp.TcpState;

import org.junit.jupiter.api.Test;

/** RFC 5961 §7, RFC 1337: no segment that fits nowhere is answered without end. */
class TcpChallengeTest {
    private static final long FAR = 10_000_000;
    private static final int LIMIT = 3;
    private static final int TIMES = 20;

    private static TcpHarnessBuilder limited() {
        return TcpHarness.with().tcp(t -> t.defence(d -> d.challengeAcksPerConnection(LIMIT)));
    }

    private interface Forged {
        SegmentSpec make();
    }

    /** Sends the same many times in one second and in the next, and counts the answers. */
    private static void checkLimited(TcpHarness tcp, Forged forged) {
        for (int second = 0; second < 2; second++) {
            tcp.advance(1000);
            int answered = 0;
            for (int i = 0; i < TIMES; i++) {
                tcp.receive(forged.make());
                answered += tcp.poll() == null ? 0 : 1;
            }
            assertThat(answered).isEqualTo(LIMIT);
        }
        tcp.expectCount(Counter.TCP_CHALLENGE_LIMITED, 2L * (TIMES - LIMIT));
    }

    @Test
    void resetsInTheWindow() {
        try (var tcp = limited().established()) {
            checkLimited(tcp, () -> rst(100));
        }
    }

    @Test
    void synsWhereverTheyAre() {
        try (var tcp = limited().established()) {
            checkLimited(tcp, () -> syn().seq(FAR));
        }
    }

    @Test
    void acksOfWhatWasNotSent() {
        try (var tcp = limited().established()) {
            checkLimited(tcp, () -> segment().seq(1).withAck(FAR));
        }
    }

    // RFC 5961 §5.2: SND.UNA - MAX.SND.WND is the oldest that is believed.
    @Test
    void acksOfLongAgo() {
        try (var tcp = limited().window(2000).established()) {
            tcp.write(1000).skip().receive(ack(1001)).expectNothing();
            tcp.receive(segment().seq(1).withAck(-999).length(10)).skip().expectReceived(10);
            checkLimited(tcp, () -> segment().seq(11).withAck(-1000).length(10));
            tcp.expectReceived(10);
        }
    }

    // Two peers who are out of step must not send each other empty segments for ever.
    @Test
    void emptySegmentsOutsideTheWindow() {
        try (var tcp = limited().established()) {
            checkLimited(tcp, () -> segment().seq(-FAR));
        }
    }

    @Test
    void emptySegmentsWithAnOldTimestamp() {
        try (var tcp = limited().timestamps().established()) {
            tcp.advance(1000).receive(segment().length(10)).skip();
            checkLimited(tcp, () -> segment().timestamps(1, 1));
        }
    }

    // RFC 9293 §3.10.7.4: data that came before is a lost ACK, and always answered.
    @Test
    void dataThatCameBeforeIsAlwaysAcknowledged() {
        try (var tcp = limited().established()) {
            tcp.receive(segment().seq(1).length(10)).skip();
            for (int i = 0; i < TIMES; i++) {
                tcp.receive(segment().seq(1).length(10)).expect(ack(11));
            }
        }
    }

    @Test
    void handshakesOfTheSameSyn() {
        try (var tcp = limited().listening()) {
            tcp.receive(syn()).expect(synAck());
            int answered = 0;
            for (int i = 0; i < TIMES; i++) {
                tcp.receive(syn());
                answered += tcp.poll() == null ? 0 : 1;
            }
            assertThat(answered).isEqualTo(LIMIT);
        }
    }

    private static TcpHarness timeWait() {
        TcpHarness tcp = limited().established();
        tcp.closeConnection().expect(segment().fin());
        tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2));
        return tcp.expectState(TcpState.CLOSED);
    }

    // RFC 1337 §2: neither a RST nor an old FIN touches TIME-WAIT, and old data is challenged.
    @Test
    void timeWaitIsNeitherCutShortNorMadeLonger() {
        try (var tcp = timeWait()) {
            assertThat(tcp.stack().lane(0).tcp().timeWaitCount()).isEqualTo(1);
            tcp.receive(rst(2)).expectNothing();
            assertThat(tcp.stack().lane(0).tcp().timeWaitCount()).isEqualTo(1);
            checkLimited(tcp, () -> segment().seq(100).withAck(2).length(10));
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2));
            tcp.advance(30_000).receive(segment().seq(500).withAck(2).fin()).expect(ack(2));
            tcp.advance(30_500);
            assertThat(tcp.stack().lane(0).tcp().timeWaitCount()).isZero();
        }
    }
}
