package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;
import io.ringway.wire.TcpHeader;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** What the options of the SYNs agree on: RFC 9293 §3.7.1, RFC 6691, RFC 7323, RFC 2018 §2. */
class TcpOptionsTest {
    // RFC 9293 §3.7.1 (MUST-15): without the option the MSS is 536 over IPv4.
    @Test
    void withoutMssOptionSegmentsAre536Octets() {
        try (var tcp = TcpHarness.with().mss(-1).established()) {
            tcp.write(2000);
            tcp.expect(segment().seq(1).length(536)).expect(segment().seq(537).length(536));
            tcp.expect(segment().seq(1073).length(536));
            tcp.expect(segment().seq(1609).length(392));
        }
    }

    // The same over IPv6: 1220.
    @Test
    void withoutMssOptionSegmentsAre1220OctetsOverIpv6() {
        try (var tcp = TcpHarness.with().ipv6().mss(-1).established()) {
            tcp.write(1221).expect(segment().seq(1).length(1220));
            tcp.expect(segment().seq(1221).length(1));
        }
    }

    // RFC 6691: the MSS offered is the MTU without the fixed headers, options not counted.
    @Test
    void mssOfferedFollowsTheMtu() {
        try (var tcp = TcpHarness.with().mtu(576).listening()) {
            tcp.receive(syn().mss(1460).timestamps(1, 0)).expect(synAck().mss(536));
        }
        try (var tcp = TcpHarness.with().mtu(9000).ipv6().listening()) {
            tcp.receive(syn().mss(1460)).expect(synAck().mss(8940));
        }
    }

    // RFC 6691 §2: what is sent is cut by the options of each segment.
    @Test
    void timestampsTakeTheirRoomFromTheSegment() {
        try (var tcp = TcpHarness.with().timestamps().established()) {
            tcp.write(1449).expect(segment().seq(1).length(1448).timestamps());
            tcp.expect(segment().seq(1449).length(1).timestamps());
        }
    }

    // Not from an RFC: a peer that asks for segments of an octet gets 88.
    @Test
    void tooSmallMssIsNotBelieved() {
        try (var tcp = TcpHarness.with().mss(1).established()) {
            tcp.write(89).expect(segment().seq(1).length(88));
            tcp.expect(segment().seq(89).length(1));
        }
        try (var tcp = TcpHarness.with().mss(0).established()) {
            tcp.write(10).expect(segment().seq(1).length(10)).expectNothing();
        }
    }

    // RFC 7323 §1.3, §2.2: scaling needs the option in both SYNs.
    @Test
    void windowScaleIsNotUsedUnlessBothOffer() {
        try (var tcp = TcpHarness.with().tcp(t -> t.receiveBufferBytes(1 << 20)).listening()) {
            tcp.receive(syn().mss(1460)).expect(synAck().window(65_535));
            tcp.receive(segment().seq(1).withAck(1).length(1)).expect(ack(2).window(65_534));
        }
    }

    @Test
    void windowScaleIsAnsweredWithOurs() {
        try (var tcp = TcpHarness.with().tcp(t -> t.receiveBufferBytes(1 << 20)).listening()) {
            // RFC 7323 §2.2: the window of a SYN is never scaled.
            tcp.receive(syn().mss(1460).windowScale(7));
            tcp.expect(synAck().windowScale(4).window(65_535));
            tcp.receive(segment().seq(1).withAck(1).length(1)).expect(ack(2).window(65_535));
        }
    }

    @Test
    void theWindowOfASynIsNotScaled() {
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn());
            tcp.receive(synAck().mss(1460).windowScale(7).window(100)).expect(ack(1));
            tcp.write(200).expect(segment().seq(1).length(100));
            // And from then on it is.
            tcp.receive(ack(101).window(100)).expect(segment().seq(101).length(100));
        }
    }

    // RFC 7323 §2.3: a shift above 14 counts as 14.
    @Test
    void windowScaleIsLimitedTo14() {
        try (var tcp = TcpHarness.with().tcp(t -> t.sendBufferBytes(1 << 20)).listening()) {
            tcp.receive(syn().mss(1460).windowScale(200)).expect(synAck());
            // 1 << 14 octets, of which IW is the smaller; 1 << 15 would show no difference, 0
            // would.
            tcp.receive(segment().seq(1).withAck(1).window(1)).expectNothing();
            tcp.write(20_000);
            for (int i = 0; i < 10; i++) {
                tcp.expect(segment().seq(1 + 1460L * i).length(1460));
            }
            tcp.receive(ack(14_601).window(0)).expectNothing();
        }
    }

    // RFC 7323 §3.2: time stamps need the option in both SYNs.
    @Test
    void timestampsAreUsedWhenBothOffer() {
        try (var tcp = TcpHarness.with().listening()) {
            tcp.receive(syn().mss(1460).timestamps(777, 0));
            SentSegment answer = tcp.poll();
            Assertions.assertThat(answer.hasTimestamps()).isTrue();
            Assertions.assertThat(answer.timestampEcho()).isEqualTo(777);
        }
        try (var tcp = TcpHarness.with().listening()) {
            tcp.receive(syn().mss(1460)).expect(synAck().withoutTimestamps());
        }
        try (var tcp = TcpHarness.with().tcp(t -> t.timestamps(false)).listening()) {
            tcp.receive(syn().mss(1460).timestamps(777, 0)).expect(synAck().withoutTimestamps());
        }
    }

    // RFC 7323 §4.3: the echo is the stamp of the last segment that advanced the window's left
    // edge.
    @Test
    void echoIsOfTheSegmentAtTheLeftEdge() {
        try (var tcp = TcpHarness.with().timestamps().established()) {
            long t = tcp.peerTimestamp();
            tcp.receive(segment().seq(1).length(10).timestamps(t + 10, 0));
            Assertions.assertThat(tcp.poll().timestampEcho()).isEqualTo((int) t + 10);
            // One out of order is acknowledged, but does not change what is echoed.
            tcp.receive(segment().seq(111).length(10).timestamps(t + 30, 0));
            Assertions.assertThat(tcp.poll().timestampEcho()).isEqualTo((int) t + 10);
            tcp.receive(segment().seq(11).length(100).timestamps(t + 20, 0));
            SentSegment filled = tcp.poll();
            Assertions.assertThat(filled.ack()).isEqualTo(121);
            Assertions.assertThat(filled.timestampEcho()).isEqualTo((int) t + 20);
        }
    }

    // RFC 7323 §5.3 R1: an old stamp → an ACK, and dropped (PAWS).
    @Test
    void pawsDropsAnOldTimestamp() {
        try (var tcp = TcpHarness.with().timestamps().established()) {
            long t = tcp.peerTimestamp();
            tcp.receive(segment().seq(1).length(10).timestamps(t + 10, 0)).expect(ack(11));
            tcp.receive(segment().seq(11).length(10).timestamps(t + 9, 0)).expect(ack(11));
            tcp.expectReceived(10).expectCount(Counter.TCP_PAWS, 1);
            // The same stamp is not older.
            tcp.receive(segment().seq(11).length(10).timestamps(t + 10, 0)).expect(ack(21));
        }
    }

    // RFC 7323 §5.2: a RST is not put to that test.
    @Test
    void pawsDoesNotConcernReset() {
        try (var tcp = TcpHarness.with().timestamps().established()) {
            tcp.receive(rst(1).timestamps(1, 0)).expectNothing();
            tcp.expectClosed(CloseReason.RESET_BY_PEER);
        }
    }

    // A segment whose ACK is not believed (RFC 9293 §3.10.7.4, fifth) does not set what PAWS
    // compares with: a forged one could shut out the peer.
    @Test
    void aStampBesideAnAckForWhatWasNotSentDoesNotCount() {
        try (var tcp = TcpHarness.with().timestamps().established()) {
            long t = tcp.peerTimestamp();
            tcp.receive(segment().seq(1).withAck(5000).timestamps(t + 100_000, 0));
            Assertions.assertThat(tcp.poll().timestampEcho()).isEqualTo((int) t);
            tcp.receive(segment().seq(1).length(10).timestamps(t + 1, 0)).expect(ack(11));
            tcp.expectReceived(10).expectCount(Counter.TCP_PAWS, 0);
        }
    }

    // RFC 7323 §3.2: a RST SHOULD have the option as well, with the time when it is sent.
    @Test
    void theResetOfAnAbortHasTimestamps() {
        try (var tcp = TcpHarness.with().timestamps().established()) {
            long t = tcp.peerTimestamp();
            tcp.write(10);
            int then = tcp.poll().timestampValue();
            tcp.advance(150).abort();
            SentSegment reset = tcp.poll();
            Assertions.assertThat(reset.flags()).isEqualTo(TcpHeader.RST | TcpHeader.ACK);
            Assertions.assertThat(reset.timestampValue() - then).isEqualTo(150);
            Assertions.assertThat(reset.timestampEcho()).isEqualTo((int) t);
        }
    }

    // RFC 7323 §5.5: after 24 days of silence a stamp proves nothing.
    @Test
    void pawsForgetsAfter24Days() {
        for (int days : new int[] {25, 40, 60}) {
            try (var tcp = TcpHarness.with().timestamps().established()) {
                long t = tcp.peerTimestamp();
                tcp.advance(java.time.Duration.ofDays(days));
                tcp.receive(segment().seq(1).length(10).timestamps(t - 100_000, 0)).expect(ack(11));
                tcp.expectReceived(10);
            }
        }
    }

    // RFC 7323 §3.2: a segment without the option, though it was agreed on, is dropped silently.
    @Test
    void segmentWithoutTimestampsIsDropped() {
        try (var tcp = TcpHarness.with().timestamps().established()) {
            tcp.receive(segment().seq(1).length(10).withoutTimestamps()).expectNothing();
            tcp.expectReceived(0).expectState(TcpState.ESTABLISHED);
        }
    }

    // RFC 2018 §2.
    @Test
    void sackPermittedIsAnsweredOnlyWhenOffered() {
        try (var tcp = TcpHarness.listening()) {
            tcp.receive(syn().sackPermitted()).expect(synAck().sackPermitted());
        }
        try (var tcp = TcpHarness.listening()) {
            tcp.receive(syn());
            Assertions.assertThat(tcp.poll().isSackPermitted()).isFalse();
        }
    }

    // RFC 9293 §3.2 (MUST-6, MUST-7): options unknown, malformed or cut are no reason to fail.
    @Test
    void unknownOptionsAreIgnored() {
        try (var tcp = TcpHarness.listening()) {
            byte[] unknown = {(byte) 253, 4, 1, 2, 2, 4, 0x05, (byte) 0xb4};
            tcp.receive(syn().rawOptions(unknown)).expect(synAck());
            tcp.receive(ack(1).seq(1)).expectNothing();
            tcp.write(1461).expect(segment().seq(1).length(1460));
            tcp.expect(segment().seq(1461).length(1));
        }
    }

    @Test
    void malformedOptionsAreIgnored() {
        for (byte[] options :
                new byte[][] {
                    {2, 0, 0, 0},
                    {2, 1, 0, 0},
                    {2, 40, 0, 0},
                    {3, 2, 0, 0},
                    {8, 3, 1, 0},
                    {1, 1, 1, 2}
                }) {
            try (var tcp = TcpHarness.listening()) {
                tcp.receive(syn().rawOptions(options)).expect(synAck());
                tcp.receive(ack(1).seq(1)).expectNothing().expectState(TcpState.ESTABLISHED);
            }
        }
    }
}
