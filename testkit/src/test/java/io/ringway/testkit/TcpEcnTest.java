package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.Ecn;
import io.ringway.tcp.TcpState;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

/** Explicit congestion notification, rule by rule: RFC 3168 §6.1, and the echo of RFC 8257 §3.2. */
class TcpEcnTest {
    private static final int MSS = TcpHarness.MSS;
    private static final int ACK = TcpHeader.ACK;
    private static final int SYN = TcpHeader.SYN;
    private static final int ECE = TcpHeader.ECE;
    private static final int CWR = TcpHeader.CWR;
    private static final int NOT_ECT = 0;
    private static final int ECT_0 = 2;
    private static final int CE = 3;

    private static TcpHarnessBuilder with(Ecn ecn) {
        return with(ecn, "newreno");
    }

    private static TcpHarnessBuilder with(Ecn ecn, String algorithm) {
        return TcpHarness.with()
                .tcp(tcp ->
                        tcp.minRtoNs(1_000_000_000L)
                                .congestion(c -> c.withEcn(ecn).withAlgorithm(algorithm)));
    }

    private static SegmentSpec part(int index) {
        return segment().seq(1 + (long) index * MSS).length(MSS);
    }

    /** A connection that the peer has opened, and on which both use marks. */
    private static TcpHarness agreed(String algorithm) {
        TcpHarness tcp = with(Ecn.PASSIVE, algorithm).listening();
        tcp.receive(tcp.peerSyn().flags(SYN | ECE | CWR));
        tcp.expect(synAck().flags(SYN | ACK | ECE));
        tcp.receive(segment().withAck(1)).expectNothing();
        return tcp;
    }

    /** The code point of the last packet that was sent. */
    private static int codePoint(TcpHarness tcp) {
        return tcp.lastFrame()[15] & 3;
    }

    // --- §6.1.1: the SYNs ---

    @Test
    void aPassiveStackAgreesAndDoesNotAsk() {
        agreed("newreno").close();
        try (TcpHarness tcp = with(Ecn.PASSIVE).connecting()) {
            tcp.expect(syn());
            tcp.receive(tcp.peerSyn().flags(SYN | ACK).withAck(1)).expect(ack(1));
        }
    }

    @Test
    void aStackWithoutItIgnoresTheBits() {
        try (TcpHarness tcp = with(Ecn.OFF).listening()) {
            tcp.receive(tcp.peerSyn().flags(SYN | ECE | CWR));
            tcp.expect(synAck());
            tcp.receive(segment().withAck(1));
            tcp.write(100).expect(segment().seq(1).length(100));
            assertThat(codePoint(tcp)).isEqualTo(NOT_ECT);
        }
    }

    @Test
    void oneBitAloneAsksForNothing() {
        for (int bit : new int[] {ECE, CWR}) {
            try (TcpHarness tcp = with(Ecn.ON).listening()) {
                tcp.receive(tcp.peerSyn().flags(SYN | bit));
                tcp.expect(synAck());
            }
        }
    }

    @Test
    void anActiveStackAsksAndTakesAnEcnSetupSynAck() {
        try (TcpHarness tcp = with(Ecn.ON).connecting()) {
            tcp.expect(syn().flags(SYN | ECE | CWR));
            assertThat(codePoint(tcp)).isEqualTo(NOT_ECT);
            tcp.receive(tcp.peerSyn().flags(SYN | ACK | ECE).withAck(1)).expect(ack(1));
            tcp.write(100).expect(segment().seq(1).length(100));
            assertThat(codePoint(tcp)).isEqualTo(ECT_0);
        }
    }

    /** A peer that reflects reserved bits has not agreed. */
    @Test
    void aSynAckWithBothBitsOrNoneDoesNotAgree() {
        for (int bits : new int[] {0, ECE | CWR, CWR}) {
            try (TcpHarness tcp = with(Ecn.ON).connecting()) {
                tcp.skip().receive(tcp.peerSyn().flags(SYN | ACK | bits).withAck(1)).skip();
                tcp.write(100).expect(segment().seq(1).length(100));
                assertThat(codePoint(tcp)).isEqualTo(NOT_ECT);
            }
        }
    }

    // --- §6.1.1.1: paths that do not like it ---

    @Test
    void aLostSynIsSentAgainWithoutTheBits() {
        try (TcpHarness tcp = with(Ecn.ON).connecting()) {
            tcp.expect(syn().flags(SYN | ECE | CWR));
            tcp.expectAfter(1000, syn());
            tcp.expectCount(Counter.TCP_ECN_FALLBACKS, 1);
            // The answer may be to the first; but who sent a SYN without the bits uses no marks.
            tcp.receive(tcp.peerSyn().flags(SYN | ACK | ECE).withAck(1)).expect(ack(1));
            tcp.write(100).expect(segment().seq(1).length(100));
            assertThat(codePoint(tcp)).isEqualTo(NOT_ECT);
        }
    }

    @Test
    void aRefusedSynIsSentAgainWithoutTheBitsOnce() {
        try (TcpHarness tcp = with(Ecn.ON).connecting()) {
            tcp.expect(syn().flags(SYN | ECE | CWR));
            tcp.receive(rst(0).flags(TcpHeader.RST | ACK).withAck(1)).expect(syn());
            tcp.expectState(TcpState.SYN_SENT);
            tcp.receive(rst(0).flags(TcpHeader.RST | ACK).withAck(1)).expectNothing();
            tcp.expectClosed(CloseReason.REFUSED);
        }
    }

    @Test
    void aSynSentAgainWithoutTheBitsTakesTheAgreementBack() {
        try (TcpHarness tcp = with(Ecn.PASSIVE).listening()) {
            tcp.receive(tcp.peerSyn().flags(SYN | ECE | CWR));
            tcp.expect(synAck().flags(SYN | ACK | ECE));
            tcp.receive(tcp.peerSyn()).expect(synAck());
            tcp.receive(segment().withAck(1)).write(100).expect(segment().seq(1).length(100));
            assertThat(codePoint(tcp)).isEqualTo(NOT_ECT);
        }
    }

    // --- what is marked as capable ---

    /** §6.1.4: not ACKs; §6.1.5: not what is sent again. */
    @Test
    void onlyNewDataIsCapable() {
        try (TcpHarness tcp = agreed("newreno")) {
            tcp.write(100).expect(segment().seq(1).length(100));
            assertThat(codePoint(tcp)).isEqualTo(ECT_0);
            tcp.expectAfter(1000, segment().seq(1).length(100));
            assertThat(codePoint(tcp)).isEqualTo(NOT_ECT);
            tcp.receive(ack(101));
            tcp.receive(segment().length(100)).expect(ack(101));
            assertThat(codePoint(tcp)).isEqualTo(NOT_ECT);
        }
    }

    /** §6.1.6. */
    @Test
    void aWindowProbeIsNotCapable() {
        try (TcpHarness tcp = agreed("newreno")) {
            tcp.receive(segment().withAck(1).window(0));
            tcp.write(100).expectAfter(1000, segment().seq(1).length(1));
            assertThat(codePoint(tcp)).isEqualTo(NOT_ECT);
        }
    }

    // --- §6.1.3: the receiver ---

    @Test
    void aMarkIsEchoedUntilThePeerSaysCwr() {
        try (TcpHarness tcp = agreed("newreno")) {
            tcp.receive(segment().length(100).ecn(CE)).expect(ack(101).flags(ACK | ECE));
            tcp.receive(segment().length(100).ecn(ECT_0)).expect(ack(201).flags(ACK | ECE));
            tcp.write(50).expect(segment().seq(1).length(50).flags(ACK | ECE));
            tcp.receive(segment().length(100).flags(ACK | CWR).ecn(ECT_0)).expect(ack(301));
            // A mark on the very packet with CWR is a new one.
            tcp.receive(segment().length(100).flags(ACK | CWR).ecn(CE))
                    .expect(ack(401).flags(ACK | ECE));
            tcp.expectCount(Counter.TCP_ECN_MARKS, 2);
        }
    }

    /** §6.1.5: a mark on what lies outside of the window is ignored; §6.1.4: and on pure ACKs. */
    @Test
    void aMarkOutsideOfTheWindowOrOnAnAckIsIgnored() {
        try (TcpHarness tcp = agreed("newreno")) {
            tcp.receive(segment().length(100)).expect(ack(101));
            tcp.receive(segment().seq(1).length(100).ecn(CE)).expect(ack(101));
            tcp.receive(segment().ecn(CE)).expectNothing();
            tcp.receive(segment().length(100)).expect(ack(201));
        }
    }

    @Test
    void withoutAgreementAMarkIsIgnored() {
        try (TcpHarness tcp = with(Ecn.ON).established()) {
            tcp.receive(segment().length(100).ecn(CE)).expect(ack(101));
        }
    }

    // --- §6.1.2: the sender ---

    @Test
    void anEchoHalvesTheWindowOnceAndIsAnsweredByCwr() {
        try (TcpHarness tcp = agreed("newreno")) {
            tcp.write(40 * MSS);
            for (int i = 0; i < 10; i++) {
                tcp.expect(part(i));
            }
            tcp.expectNothing();
            tcp.receive(ack(1 + 2 * MSS).flags(ACK | ECE)).expectNothing();
            tcp.expectCount(Counter.TCP_ECN_REDUCTIONS, 1);
            // Further echoes of the same window change nothing, and do not let it grow either.
            tcp.receive(ack(1 + 4 * MSS).flags(ACK | ECE)).expectNothing();
            tcp.receive(ack(1 + 6 * MSS).flags(ACK | ECE));
            tcp.expect(part(10).flags(ACK | CWR)).expectNothing();
            // Said once.
            tcp.receive(ack(1 + 7 * MSS)).expect(part(11)).expectNothing();
            tcp.expectCount(Counter.TCP_ECN_REDUCTIONS, 1);
            // An echo for what was sent after the reduction is a new one.
            tcp.receive(ack(1 + 11 * MSS).flags(ACK | ECE));
            tcp.expectCount(Counter.TCP_ECN_REDUCTIONS, 2);
            tcp.skip();
        }
    }

    // --- RFC 8257 ---

    @Test
    void forDctcpEveryChangeIsEchoed() {
        try (TcpHarness tcp = agreed("dctcp")) {
            tcp.receive(segment().length(100).ecn(ECT_0)).expect(ack(101));
            // A marked one begins: at once, with ECE.
            tcp.receive(segment().length(100).ecn(CE)).expect(ack(201).flags(ACK | ECE));
            tcp.receive(segment().length(100).ecn(CE)).expect(ack(301).flags(ACK | ECE));
            // CWR means nothing here; the first without a mark ends it.
            tcp.receive(segment().length(100).flags(ACK | CWR).ecn(CE))
                    .expect(ack(401).flags(ACK | ECE));
            tcp.receive(segment().length(100).ecn(ECT_0)).expect(ack(501));
        }
    }

    /** What waited for its ACK gets one with the bit that was right for it. */
    @Test
    void forDctcpWhatWaitedIsAcknowledgedWithItsOwnBit() {
        try (TcpHarness tcp = agreed("dctcp")) {
            for (int i = 0; i < 8; i++) {
                tcp.receive(segment().length(10).ecn(ECT_0)).skip();
            }
            tcp.receive(segment().length(100).ecn(ECT_0)).expectNothing();
            tcp.receive(segment().length(100).ecn(CE));
            tcp.expect(ack(181)).expect(ack(281).flags(ACK | ECE));
        }
    }

    @Test
    void dctcpAsksForMarksByItself() {
        try (TcpHarness tcp = with(Ecn.PASSIVE, "dctcp").connecting()) {
            tcp.expect(syn().flags(SYN | ECE | CWR)).skip();
        }
    }
}
