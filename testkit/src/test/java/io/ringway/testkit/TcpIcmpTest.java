package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;
import io.ringway.wire.Checksum;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * ICMP errors about segments: RFC 9293 §3.9.2.2, RFC 5461, RFC 5927, path MTU of RFC 1191 and RFC
 * 8201.
 */
class TcpIcmpTest {
    private static final int ETHERNET = 14;
    private static final int QUOTED = 28;

    /** An ICMP error of the peer about {@code about}, an IPv4 frame of the stack. */
    private static byte[] error(byte[] about, int type, int code, int word) {
        byte[] frame = new byte[ETHERNET + 20 + 8 + QUOTED];
        ByteBuffer out = ByteBuffer.wrap(frame);
        out.put(about, 6, 6).put(about, 0, 6).putShort((short) 0x0800);
        out.putShort((short) 0x4500).putShort((short) (frame.length - ETHERNET)).putInt(0);
        out.put((byte) 64).put((byte) 1).putShort((short) 0);
        out.put(about, ETHERNET + 16, 4).put(about, ETHERNET + 12, 4);
        out.put((byte) type).put((byte) code).putShort((short) 0).putInt(word);
        out.put(about, ETHERNET, QUOTED);
        MemorySegment memory = MemorySegment.ofArray(frame);
        out.putShort(ETHERNET + 10, (short) Checksum.finish(Checksum.sum(memory, ETHERNET, 20, 0)));
        int at = ETHERNET + 20;
        int length = frame.length - at;
        out.putShort(at + 2, (short) Checksum.finish(Checksum.sum(memory, at, length, 0)));
        return frame;
    }

    /** An ICMPv6 error about an IPv6 frame of the stack. */
    private static byte[] error6(byte[] about, int type, int code, int word) {
        int quoted = 40 + 20;
        byte[] frame = new byte[ETHERNET + 40 + 8 + quoted];
        ByteBuffer out = ByteBuffer.wrap(frame);
        out.put(about, 6, 6).put(about, 0, 6).putShort((short) 0x86dd);
        out.putInt(0x60000000).putShort((short) (8 + quoted)).put((byte) 58).put((byte) 64);
        out.put(about, ETHERNET + 24, 16).put(about, ETHERNET + 8, 16);
        out.put((byte) type).put((byte) code).putShort((short) 0).putInt(word);
        out.put(about, ETHERNET, quoted);
        MemorySegment memory = MemorySegment.ofArray(frame);
        int at = ETHERNET + 40;
        long sum =
                Checksum.pseudoHeader(
                        out.getLong(22),
                        out.getLong(30),
                        out.getLong(38),
                        out.getLong(46),
                        58,
                        8 + quoted);
        out.putShort(at + 2, (short) Checksum.finish(Checksum.sum(memory, at, 8 + quoted, sum)));
        return frame;
    }

    private static byte[] tooBig(byte[] about, int mtu) {
        return error(about, 3, 4, mtu);
    }

    // RFC 9293 §3.9.2.2 (MUST-56): network and host unreachable are soft.
    @Test
    void softErrorsDoNotEndAnEstablishedConnection() {
        try (var tcp = TcpHarness.with().tcp(t -> t.minRtoNs(1_000_000_000L)).established()) {
            tcp.write(100).expect(segment().seq(1).length(100));
            for (int code : new int[] {0, 1, 5, 6, 7, 8, 9, 10, 13}) {
                tcp.receiveFrame(error(tcp.lastFrame(), 3, code, 0)).expectNothing();
            }
            tcp.receiveFrame(error(tcp.lastFrame(), 11, 0, 0)).expectNothing();
            tcp.receiveFrame(error(tcp.lastFrame(), 12, 0, 0)).expectNothing();
            tcp.expectOpen().expectAfter(1000, segment().seq(1).length(100));
            tcp.receive(ack(101)).expectState(TcpState.ESTABLISHED);
        }
    }

    // RFC 5927 §5.2: nor do the hard ones, since anybody can send them.
    @Test
    void hardErrorsDoNotEndAnEstablishedConnection() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(100).expect(segment().seq(1).length(100));
            tcp.receiveFrame(error(tcp.lastFrame(), 3, 2, 0)).expectNothing();
            tcp.receiveFrame(error(tcp.lastFrame(), 3, 3, 0)).expectNothing().expectOpen();
            tcp.receive(ack(101)).expectState(TcpState.ESTABLISHED);
        }
    }

    // RFC 5461 §4.1: who is still opening need not wait for the time-out.
    @Test
    void unreachableEndsAnOpening() {
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn());
            tcp.receiveFrame(error(tcp.lastFrame(), 3, 1, 0)).expectNothing();
            tcp.expectClosed(CloseReason.UNREACHABLE);
        }
    }

    @Test
    void portUnreachableRefusesAnOpening() {
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn());
            tcp.receiveFrame(error(tcp.lastFrame(), 3, 3, 0)).expectNothing();
            tcp.expectClosed(CloseReason.REFUSED);
        }
    }

    @Test
    void unreachableEndsAnOpeningOverIpv6() {
        try (var tcp = TcpHarness.with().ipv6().connecting()) {
            tcp.expect(syn());
            tcp.receiveFrame(error6(tcp.lastFrame(), 1, 3, 0)).expectNothing();
            tcp.expectClosed(CloseReason.UNREACHABLE);
        }
    }

    // RFC 5927 §4.1: an error that does not quote a number which is outstanding is forged.
    @Test
    void forgedErrorsAreIgnored() {
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn());
            byte[] other = tcp.lastFrame();
            ByteBuffer.wrap(other).putInt(ETHERNET + 24, 12345);
            tcp.receiveFrame(error(other, 3, 1, 0)).expectNothing();
            byte[] port = tcp.lastFrame();
            port[ETHERNET + 21] ^= 1;
            tcp.receiveFrame(error(port, 3, 1, 0)).expectNothing();
            tcp.expectState(TcpState.SYN_SENT)
                    .expectCount(Counter.ICMP_BAD_QUOTE, 1)
                    .expectCount(Counter.TCP_ICMP_BAD_SEQUENCE, 1);
            tcp.receive(synAck()).expect(ack(1));
        }
    }

    // RFC 1191 §6.4: smaller segments, and at once again what was too big.
    @Test
    void tooBigLowersTheSegmentSizeAndSendsAgain() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(2920);
            tcp.expect(segment().seq(1).length(1460));
            tcp.expect(segment().seq(1461).length(1460));
            tcp.receiveFrame(tooBig(tcp.lastFrame(), 1000));
            tcp.expect(segment().seq(1).length(960)).expect(segment().seq(961).length(960));
            tcp.expect(segment().seq(1921).length(960)).skip();
            tcp.receive(ack(2921)).expectNothing();
            tcp.write(961).expect(segment().seq(2921).length(960)).skip();
            tcp.expectCount(Counter.TCP_TIMEOUTS, 0);
        }
    }

    @Test
    void tooBigLowersTheSegmentSizeOverIpv6() {
        try (var tcp = TcpHarness.with().ipv6().mss(1440).established()) {
            tcp.write(1440).expect(segment().seq(1).length(1440));
            tcp.receiveFrame(error6(tcp.lastFrame(), 2, 0, 1300));
            tcp.expect(segment().seq(1).length(1240)).expect(segment().seq(1241).length(200));
            tcp.receive(ack(1441)).expectNothing();
        }
    }

    // RFC 5927 §7: not what is too small to be, nor what is larger than before.
    @Test
    void impossiblePathMtusAreIgnored() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(1460).expect(segment().seq(1).length(1460));
            tcp.receiveFrame(tooBig(tcp.lastFrame(), 9000)).expectNothing();
            tcp.receiveFrame(tooBig(tcp.lastFrame(), 20)).expectNothing();
            byte[] forged = Arrays.copyOf(tcp.lastFrame(), tcp.lastFrame().length);
            ByteBuffer.wrap(forged).putInt(ETHERNET + 24, 99);
            tcp.receiveFrame(tooBig(forged, 600)).expectNothing();
            tcp.receive(ack(1461)).expectNothing();
            tcp.write(1460).expect(segment().seq(1461).length(1460));
        }
    }

    /** A connection whose full segments have been acknowledged, with two more under way. */
    private static TcpHarness proven() {
        TcpHarness tcp = TcpHarness.with().tcp(t -> t.minRtoNs(1_000_000_000L)).established();
        tcp.write(4380).expect(segment().seq(1).length(1460));
        tcp.expect(segment().seq(1461).length(1460)).expect(segment().seq(2921).length(1460));
        return tcp.receive(ack(1461)).expectNothing();
    }

    // RFC 5927 §7.2: segments as large have arrived, so a loss has to agree.
    @Test
    void whatContradictsThePathsProofWaitsForATimeOut() {
        try (var tcp = proven()) {
            tcp.receiveFrame(tooBig(tcp.lastFrame(), 1000)).expectNothing();
            tcp.expectCount(Counter.TCP_MTU_HELD, 1);
            tcp.expectAfter(1000, segment().seq(1461).length(960));
            tcp.receive(ack(2421)).expect(segment().seq(2421).length(960)).skip();
            tcp.receive(ack(4381)).expectNothing();
            tcp.write(1460).expect(segment().seq(4381).length(960)).skip();
        }
    }

    @Test
    void progressRefutesAForgedPathMtu() {
        try (var tcp = proven()) {
            tcp.receiveFrame(tooBig(tcp.lastFrame(), 1000)).expectNothing();
            tcp.receive(ack(4381)).expectNothing();
            tcp.write(1460).expect(segment().seq(4381).length(1460));
            tcp.expectAfter(1000, segment().seq(4381).length(1460));
            tcp.receive(ack(5841)).expectNothing();
        }
    }

    // RFC 5927 §7.2: what is no larger than the MTU that is told cannot have been too big.
    @Test
    void smallSegmentsWereNotTooBig() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(400).expect(segment().seq(1).length(400));
            tcp.receiveFrame(tooBig(tcp.lastFrame(), 440)).expectNothing();
            tcp.expectCount(Counter.TCP_MTU_CONTRADICTED, 1);
            tcp.receiveFrame(tooBig(tcp.lastFrame(), 439));
            tcp.expect(segment().seq(1).length(399)).expect(segment().seq(400).length(1));
            tcp.receive(ack(401)).expectNothing();
        }
    }

    // RFC 1191 §5: a router that does not say what it takes is believed to take the next plateau.
    @Test
    void routersThatDoNotSayTheirMtu() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(1460).expect(segment().seq(1).length(1460));
            tcp.receiveFrame(tooBig(tcp.lastFrame(), 0));
            tcp.expect(segment().seq(1).length(1452)).expect(segment().seq(1453).length(8));
            tcp.receive(ack(1461)).expectNothing();
        }
    }

    // RFC 6691 §2: what we take ourselves does not depend on the way there.
    @Test
    void theMssOptionDoesNotFollowThePath() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(1460).expect(segment().seq(1).length(1460));
            tcp.receiveFrame(tooBig(tcp.lastFrame(), 1000)).skip().receive(ack(1461));
            tcp.closeConnection().skip().receive(segment().seq(1).withAck(1462).fin()).skip();
            tcp.receive(syn().seq(1_000_000)).skip();
            ByteBuffer frame = ByteBuffer.wrap(tcp.lastFrame());
            assertThat(frame.getInt(ETHERNET + 40)).isEqualTo(2 << 24 | 4 << 16 | 1460);
        }
    }

    // RFC 5927 §5.2: a handshake that another has begun is not for routers to end either.
    @Test
    void errorsDoNotEndWhatThePeerOpens() {
        try (var tcp = TcpHarness.listening()) {
            tcp.receive(syn()).expect(synAck());
            tcp.receiveFrame(error(tcp.lastFrame(), 3, 3, 0)).expectNothing();
            tcp.receive(ack(1)).expectNothing().expectState(TcpState.ESTABLISHED);
        }
    }

    // RFC 5461 §4, RFC 5927 §5.2: when both open at once each has heard of the other.
    @Test
    void errorsDoNotEndWhatBothOpen() {
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn()).receive(tcp.peerSyn()).expect(synAck());
            tcp.receiveFrame(error(tcp.lastFrame(), 3, 3, 0)).expectNothing();
            tcp.expectCount(Counter.TCP_ICMP_SOFT, 1).expectState(TcpState.SYN_RECEIVED);
            tcp.receive(ack(1)).expectState(TcpState.ESTABLISHED);
        }
    }

    // RFC 9293 §3.9.2.2 (MUST-55): source quench is ignored.
    @Test
    void sourceQuenchIsIgnored() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(5000).skip();
            tcp.receiveFrame(error(tcp.lastFrame(), 4, 0, 0)).expectNothing().expectOpen();
        }
    }

    // RFC 9293 §3.9.2.3 (MUST-57): a segment to a group or to everybody gets no answer.
    @Test
    void segmentsToGroupsAreNotAnswered() {
        try (var tcp = TcpHarness.listening()) {
            for (int last : new int[] {0xe0000001, 0xffffffff, 0xc61200ff}) {
                tcp.receiveFrame(synTo(last)).expectNothing();
            }
        }
    }

    private static byte[] synTo(int destination) {
        byte[] frame = new byte[ETHERNET + 40];
        ByteBuffer out = ByteBuffer.wrap(frame);
        out.putLong(0xffff_ffff_ffff_0200L).putInt(2).putShort((short) 0x0800);
        out.putShort((short) 0x4500).putShort((short) 40).putInt(0);
        out.put((byte) 64).put((byte) 6).putShort((short) 0).putInt(0xc6120002).putInt(destination);
        out.putShort((short) 40_000).putShort((short) TcpHarness.PORT).putInt(7).putInt(0);
        out.putShort((short) 0x5002).putShort((short) 1000);
        MemorySegment memory = MemorySegment.ofArray(frame);
        out.putShort(ETHERNET + 10, (short) Checksum.finish(Checksum.sum(memory, ETHERNET, 20, 0)));
        long sum = Checksum.pseudoHeader(0, low(0xc6120002), 0, low(destination), 6, 20);
        out.putShort(50, (short) Checksum.finish(Checksum.sum(memory, 34, 20, sum)));
        return frame;
    }

    private static long low(int address) {
        return io.ringway.wire.IpAddress.ipv4Low(address);
    }
}
