package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.tcp.DefenceConfig;
import io.ringway.tcp.TcpState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that does what no honest one does, to get more than its share or to keep us busy. */
class HostilePeerTest {
    private static final int MSS = TcpHarness.MSS;
    private static final int LIMIT = DefenceConfig.DEFAULT.challengeAcksPerConnection();
    private static final long FAR = 10_000_000;

    /** What two stacks that are out of step send each other. */
    enum War {
        OUT_OF_WINDOW,
        OF_UNSENT_DATA,
        SYN,
        OLD;

        SegmentSpec shot() {
            return switch (this) {
                case OUT_OF_WINDOW -> segment().seq(-FAR);
                case OF_UNSENT_DATA -> segment().seq(1).withAck(FAR);
                case SYN -> syn().seq(FAR);
                case OLD -> segment().seq(1).withAck(-FAR);
            };
        }
    }

    // RFC 5961 §7, §5: each answers the other's answer, but for the limit.
    @ParameterizedTest
    @EnumSource(War.class)
    void anAckWarStops(War war) {
        try (var tcp = TcpHarness.established()) {
            tcp.advance(1000).receive(war.shot());
            int answers = 0;
            while (tcp.poll() != null && answers < 1000) {
                answers++;
                tcp.receive(war.shot());
            }
            assertThat(answers).isEqualTo(LIMIT);
            tcp.expectCount(Counter.TCP_CHALLENGE_LIMITED, 1).expectOpen();
        }
    }

    private static int cwnd(TcpHarness tcp) {
        return tcp.connection().info().windows().cwnd();
    }

    private static TcpHarness sending() {
        return TcpHarness.established().write(20 * MSS).skip();
    }

    // RFC 3465 §2.1: what counts is octets, however many ACKs they come in.
    @Test
    void splitAcksGainNothing() {
        int whole;
        try (var tcp = sending()) {
            tcp.receive(ack(1 + 2 * MSS)).skip();
            whole = cwnd(tcp);
            tcp.abort().skip();
        }
        try (var tcp = sending()) {
            for (int i = 1; i <= 2 * MSS; i += 10) {
                tcp.receive(ack(1 + i)).skip();
            }
            tcp.receive(ack(1 + 2 * MSS)).skip();
            assertThat(cwnd(tcp)).isLessThanOrEqualTo(whole);
            tcp.abort().skip();
        }
    }

    // RFC 5961 §5: an ACK of what was not sent is answered, and nothing else.
    @Test
    void acksOfWhatWasNotSentGainNothing() {
        try (var tcp = sending()) {
            int before = cwnd(tcp);
            for (int i = 1; i < 5; i++) {
                tcp.receive(ack(1 + 10 * MSS + i * 1000)).expect(ack(1)).expectNothing();
            }
            assertThat(cwnd(tcp)).isEqualTo(before);
            tcp.receive(ack(1 + 10 * MSS)).expect(segment().seq(1 + 10 * MSS).length(MSS)).skip();
            tcp.expectCount(Counter.TCP_FUTURE_ACK, 4).abort().skip();
        }
    }

    // "SACK panic": blocks that leave holes everywhere cost the peer what it did not get told, and
    // us a bounded number of ranges.
    @Test
    void aFloodOfSackBlocks() {
        try (var tcp = TcpHarness.with().sack().established()) {
            tcp.write(20 * MSS).skip();
            for (int at = 3; at < 10 * MSS - 16; at += 16) {
                tcp.receive(
                        ack(1).sack(at, at + 1, at + 4, at + 5, at + 8, at + 9, at + 12, at + 13));
                tcp.skip();
            }
            tcp.expectOpen();
            assertThat(tcp.connection().info().windows().sendMss()).isGreaterThanOrEqualTo(1024);
            tcp.abort().skip();
        }
    }

    // Blocks of what was never sent, before what was acknowledged, empty, or the wrong way round.
    @Test
    void sackBlocksThatCannotBe() {
        try (var tcp = TcpHarness.with().sack().established()) {
            tcp.write(3 * MSS).skip();
            for (int i = 0; i < 20; i++) {
                tcp.receive(ack(1).sack(FAR, FAR + 1000)).expectNothing();
                tcp.receive(ack(1).sack(2000, 1000)).expectNothing();
                tcp.receive(ack(1).sack(2000, 2000)).expectNothing();
                tcp.receive(ack(1).sack(2000, FAR)).expectNothing();
            }
            tcp.expectCount(Counter.TCP_FAST_RECOVERIES, 0);
            tcp.receive(ack(1 + 3 * MSS)).expectNothing();
        }
    }

    // "SegmentSmack": octets with holes between them; then all comes, and all is read.
    @Test
    void aFloodOfTinySegmentsOutOfOrder() {
        try (var tcp = TcpHarness.with().smallFrames(2048).established()) {
            int most = 6000;
            for (int at = 3; at < most; at += 2) {
                tcp.receive(segment().seq(at).length(1)).skip();
            }
            assertThat(tcp.stack().lane(0).counters().get(Counter.TCP_RECEIVE_LIMIT)).isPositive();
            for (int at = 1; at < most; at += 1000) {
                tcp.receive(segment().seq(at).length(1000)).skip();
            }
            tcp.expectReceived(most);
        }
    }

    // RFC 1337 §2, RFC 6191: a SYN is no way to end a TIME-WAIT before its time by a lower number.
    @Test
    void whoCannotTellTheNumbersLeavesTimeWaitAlone() {
        try (var tcp = TcpHarness.established()) {
            tcp.closeConnection().expect(segment().fin());
            tcp.receive(segment().seq(1).withAck(2).fin()).expect(ack(2));
            tcp.receive(syn().seq(-5)).expect(ack(2)).expectNothing();
            assertThat(tcp.stack().lane(0).tcp().timeWaitCount()).isEqualTo(1);
        }
    }

    // RFC 9293 §3.5: half-open entries do not stay for somebody who never comes back.
    @Test
    void halfOpenConnectionsAreGivenUp() {
        try (var tcp = TcpHarness.listening()) {
            tcp.receive(syn()).expect(synAck());
            assertThat(tcp.stack().lane(0).tcp().halfOpenCount()).isEqualTo(1);
            for (int i = 0; i < 200; i++) {
                tcp.advance(1000).skip();
            }
            assertThat(tcp.stack().lane(0).tcp().halfOpenCount()).isZero();
            tcp.expectCount(Counter.TCP_SYN_EXPIRED, 1).expectState(TcpState.CLOSED);
        }
    }
}
