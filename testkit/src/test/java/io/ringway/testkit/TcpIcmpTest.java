package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

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
            tcp.expectState(TcpState.SYN_SENT).expectCount(Counter.ICMP_BAD_QUOTE, 2);
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
