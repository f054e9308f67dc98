package io.ringway.ip;

import static io.ringway.ip.IpHarness.SECOND;
import static io.ringway.ip.Packets.OURS;
import static io.ringway.ip.Packets.OURS6;
import static io.ringway.ip.Packets.OUR_MAC;
import static io.ringway.ip.Packets.PEER;
import static io.ringway.ip.Packets.PEER6;
import static io.ringway.ip.Packets.PEER_MAC;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** RFC 792, RFC 1122 §3.2.2, RFC 4443; path MTUs of RFC 1191 and RFC 8201. */
class IcmpTest {
    private static final byte[] DATA = Packets.data(56);

    private IpHarness ip = IpHarness.create().withNeighbours();

    @AfterEach
    void noFrameIsLost() {
        ip.close();
    }

    private static byte[] icmpToUs(int type, int code, int rest, byte[] data) {
        return Packets.toUs(Packets.ipv4(PEER, OURS, 1, Packets.icmp(type, code, rest, data)));
    }

    private static byte[] icmpv6ToUs(int type, int code, int rest, byte[] data) {
        return Packets.toUs(
                Packets.ipv6(
                        PEER6,
                        OURS6,
                        58,
                        64,
                        Packets.icmpv6(PEER6, OURS6, type, code, rest, data)));
    }

    /** What an error quotes: a datagram that we might have sent. */
    private static byte[] quote(boolean isIpv4) {
        byte[] datagram = Packets.udp(7, 9, new byte[0]);
        return isIpv4
                ? Packets.ipv4(OURS, PEER, 17, datagram)
                : Packets.ipv6(OURS6, PEER6, 17, 64, datagram);
    }

    @Test
    void anEchoRequestIsAnswered() {
        ip.receive(icmpToUs(8, 0, 0x1234_0001, DATA));
        byte[] frame = ip.expectFrame();
        assertThat(Packets.slice(frame, 0, 14))
                .isEqualTo(Packets.ethernet(PEER_MAC, OUR_MAC, 0x0800, new byte[0]));
        assertThat(Packets.slice(frame, 34, frame.length - 34))
                .isEqualTo(Packets.icmp(0, 0, 0x1234_0001, DATA));
        ip.expectCount(Counter.ICMP_ECHO_REQUESTS, 1);
    }

    @Test
    void anIpv6EchoRequestIsAnswered() {
        ip.receive(icmpv6ToUs(128, 0, 0x1234_0001, DATA));
        byte[] frame = ip.expectFrame();
        assertThat(Packets.slice(frame, 54, frame.length - 54))
                .isEqualTo(Packets.icmpv6(OURS6, PEER6, 129, 0, 0x1234_0001, DATA));
    }

    @Test
    void theAnswerToAFragmentedEchoIsFragmented() {
        byte[] message = Packets.icmp(8, 0, 1, Packets.data(3000));
        for (int from = 0; from < message.length; from += 1000) {
            int length = Math.min(1000, message.length - from);
            int word = from / 8 | (from + length < message.length ? 0x2000 : 0);
            ip.receive(
                    Packets.toUs(
                            Packets.ipv4(
                                    PEER,
                                    OURS,
                                    1,
                                    word,
                                    3,
                                    new byte[0],
                                    Packets.slice(message, from, length))));
        }
        byte[] answer = new byte[0];
        for (byte[] frame : ip.expectFrames(3)) {
            answer = Packets.join(answer, Packets.slice(frame, 34, frame.length - 34));
        }
        assertThat(answer).isEqualTo(Packets.icmp(0, 0, 1, Packets.data(3000)));
    }

    @Test
    void anEchoToAGroupIsNotAnswered() {
        ip.receive(
                Packets.ethernet(
                        Packets.BROADCAST_MAC,
                        PEER_MAC,
                        0x0800,
                        Packets.ipv4(
                                PEER, IpAddress.BROADCAST_IPV4, 1, Packets.icmp(8, 0, 1, DATA))));
        ip.expectNothing().expectCount(Counter.ICMP_ECHO_UNWANTED, 1);
    }

    @Test
    void badMessagesAreCounted() {
        byte[] message = Packets.icmp(8, 0, 1, DATA);
        message[9] ^= 1;
        ip.receive(Packets.toUs(Packets.ipv4(PEER, OURS, 1, message)));
        ip.receive(Packets.toUs(Packets.ipv4(PEER, OURS, 1, new byte[7])));
        ip.receive(icmpToUs(42, 0, 0, DATA));
        ip.receive(icmpToUs(5, 0, 0, quote(true)));
        ip.receive(icmpv6ToUs(200, 0, 0, DATA));
        ip.expectCount(Counter.ICMP_BAD_CHECKSUM, 1).expectCount(Counter.ICMP_TRUNCATED, 1);
        ip.expectCount(Counter.ICMP_UNKNOWN_TYPE, 2).expectCount(Counter.ICMP_IGNORED, 1);
        ip.expectNothing();
    }

    @Test
    void aPortThatNobodyListensOnIsUnreachable() {
        // RFC 1122 §3.2.2.1: the whole header and at least 8 octets are quoted.
        ip.rejectsPorts = true;
        byte[] packet = Packets.ipv4(PEER, OURS, 17, Packets.udp(7, 9, DATA));
        ip.receive(Packets.toUs(packet));
        byte[] frame = ip.expectFrame();
        assertThat(Packets.slice(frame, 34, frame.length - 34))
                .isEqualTo(Packets.icmp(3, 3, 0, packet));
    }

    @Test
    void anIpv6PortThatNobodyListensOnIsUnreachable() {
        ip.rejectsPorts = true;
        byte[] packet = Packets.ipv6(PEER6, OURS6, 17, 64, Packets.udp(7, 9, DATA));
        ip.receive(Packets.toUs(packet));
        byte[] frame = ip.expectFrame();
        assertThat(Packets.slice(frame, 54, frame.length - 54))
                .isEqualTo(Packets.icmpv6(OURS6, PEER6, 1, 4, 0, packet));
    }

    @Test
    void aQuoteIsNoLongerThanAnErrorMayBe() {
        // RFC 1812 §4.3.2.3
        ip.rejectsPorts = true;
        ip.receive(
                Packets.toUs(Packets.ipv4(PEER, OURS, 17, Packets.udp(7, 9, Packets.data(1200)))));
        assertThat(ip.expectFrame()).hasSize(14 + 576);
    }

    @Test
    void aBroadcastDatagramDrawsNoError() {
        ip.rejectsPorts = true;
        ip.receive(
                Packets.ethernet(
                        Packets.BROADCAST_MAC,
                        PEER_MAC,
                        0x0800,
                        Packets.ipv4(PEER, IpAddress.BROADCAST_IPV4, 17, Packets.udp(7, 9, DATA))));
        ip.expectNothing();
    }

    @Test
    void anUnknownProtocolIsUnreachable() {
        ip.receive(Packets.toUs(Packets.ipv4(PEER, OURS, 99, DATA)));
        byte[] frame = ip.expectFrame();
        assertThat(Packets.slice(frame, 34, 2)).isEqualTo(new byte[] {3, 2});
        ip.expectCount(Counter.IPV4_UNKNOWN_PROTOCOL, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1"})
    void anErrorBetweenLoopbackAddressesIsHeardThoughMany(String address) {
        ip.rejectsPorts = true;
        IpAddress loopback = IpAddress.parse(address);
        int many = 2 * IpHarness.quiet().build().icmpErrorsPerSecond();
        for (int i = 0; i < many; i++) {
            ip.send(ip.info(loopback), Packets.udp(7, 9, DATA)).advance(0);
        }
        assertThat(ip.reported)
                .hasSize(many)
                .containsOnly(
                        new IpHarness.Reported(IcmpError.Kind.PORT_UNREACHABLE, 0, loopback, 7, 9));
        ip.expectNothing();
    }

    @Test
    void anErrorAboutALoopbackAddressIsRefusedFromOutside() {
        IpAddress loopback = IpAddress.LOOPBACK_IPV4;
        byte[] quote = Packets.ipv4(loopback, loopback, 17, Packets.udp(7, 9, new byte[0]));
        ip.receive(icmpToUs(3, 3, 0, quote));
        ip.receive(Packets.toUs(Packets.ipv4(PEER, loopback, 1, Packets.icmp(3, 3, 0, quote))));
        IpAddress loopback6 = IpAddress.LOOPBACK_IPV6;
        byte[] quote6 = Packets.ipv6(loopback6, loopback6, 17, 64, Packets.udp(7, 9, new byte[0]));
        ip.receive(icmpv6ToUs(1, 4, 0, quote6));
        assertThat(ip.reported).isEmpty();
        ip.expectNothing().expectCount(Counter.ICMP_BAD_QUOTE, 2);
    }

    @Test
    void errorsAreLimitedInRate() {
        // RFC 1812 §4.3.2.8, RFC 4443 §2.4 f
        ip.close();
        ip = new IpHarness(IpHarness.quiet().icmpErrorsPerSecond(10).build()).withNeighbours();
        ip.rejectsPorts = true;
        for (int i = 0; i < 100; i++) {
            ip.receive(Packets.toUs(Packets.ipv4(PEER, OURS, 17, Packets.udp(7, 9, DATA))));
        }
        long limited = ip.counters.get(Counter.ICMP_RATE_LIMITED);
        assertThat(limited).isBetween(80L, 95L);
        ip.expectFrames((int) (100 - limited));
        ip.advance(SECOND);
        ip.receive(Packets.toUs(Packets.ipv4(PEER, OURS, 17, Packets.udp(7, 9, DATA))));
        ip.expectFrames(1);
    }

    @ParameterizedTest
    @CsvSource({
        "3,0,NETWORK_UNREACHABLE",
        "3,1,HOST_UNREACHABLE",
        "3,2,PROTOCOL_UNREACHABLE",
        "3,3,PORT_UNREACHABLE",
        "3,13,PROHIBITED",
        "11,0,TIME_EXCEEDED",
        "12,0,PARAMETER_PROBLEM"
    })
    void errorsReachTheTransport(int type, int code, IcmpError.Kind kind) {
        ip.receive(icmpToUs(type, code, 0, quote(true)));
        assertThat(ip.reported).containsExactly(new IpHarness.Reported(kind, 0, PEER, 7, 9));
    }

    @ParameterizedTest
    @CsvSource({
        "1,0,NETWORK_UNREACHABLE", "1,1,PROHIBITED", "1,3,HOST_UNREACHABLE",
        "1,4,PORT_UNREACHABLE", "3,0,TIME_EXCEEDED", "4,0,PARAMETER_PROBLEM",
        "4,1,PROTOCOL_UNREACHABLE"
    })
    void ipv6ErrorsReachTheTransport(int type, int code, IcmpError.Kind kind) {
        ip.receive(icmpv6ToUs(type, code, 0, quote(false)));
        assertThat(ip.reported).containsExactly(new IpHarness.Reported(kind, 0, PEER6, 7, 9));
    }

    @Test
    void aQuoteThatIsNotOursIsCounted() {
        byte[] datagram = Packets.udp(7, 9, new byte[0]);
        ip.receive(icmpToUs(3, 3, 0, Packets.ipv4(PEER, OURS, 17, datagram)));
        ip.receive(icmpToUs(3, 3, 0, Packets.slice(quote(true), 0, 27)));
        ip.receive(icmpToUs(3, 3, 0, quote(false)));
        ip.receive(icmpToUs(3, 3, 0, new byte[0]));
        ip.receive(icmpv6ToUs(1, 4, 0, quote(true)));
        byte[] laterFragment = quote(true);
        laterFragment[7] = 5;
        ip.receive(icmpToUs(3, 3, 0, laterFragment));
        ip.expectCount(Counter.ICMP_BAD_QUOTE, 6);
        assertThat(ip.reported).isEmpty();
    }

    @Test
    void anErrorDrawsNoError() {
        ip.rejectsPorts = true;
        ip.receive(icmpToUs(3, 3, 0, quote(true))).expectNothing();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPathMtuIsBelievedOnceTheTransportDoes(boolean isIpv4) {
        // RFC 1191 §3, RFC 8201 §4, RFC 5927 §7.2
        IpAddress peer = isIpv4 ? PEER : PEER6;
        byte[] error =
                isIpv4 ? icmpToUs(3, 4, 1400, quote(true)) : icmpv6ToUs(2, 0, 1400, quote(false));
        PacketInfo info = ip.info(peer);
        ip.receive(error);
        assertThat(ip.reported)
                .containsExactly(new IpHarness.Reported(IcmpError.Kind.TOO_BIG, 1400, peer, 7, 9));
        assertThat(ip.ip.mtu(info)).isEqualTo(1500);
        ip.believesMtu = true;
        ip.receive(error);
        assertThat(ip.ip.mtu(info)).isEqualTo(1400);
        ip.send(info, Packets.udp(7, 9, Packets.data(1440))).expectFrames(2);
        // A hint does not lead past it.
        ip.send(info, Packets.udp(7, 9, Packets.data(1440))).expectFrames(2);
        // RFC 1191 §6.3: after ten minutes the larger one is tried again.
        ip.advance(600 * SECOND);
        assertThat(ip.ip.mtu(info)).isEqualTo(1500);
    }

    @Test
    void implausiblePathMtusAreCounted() {
        ip.believesMtu = true;
        ip.receive(icmpToUs(3, 4, 67, quote(true)));
        ip.receive(icmpv6ToUs(2, 0, 1279, quote(false)));
        ip.expectCount(Counter.ICMP_BAD_MTU, 2);
        ip.receive(icmpToUs(3, 4, 9000, quote(true)));
        assertThat(ip.ip.mtu(ip.info(PEER))).isEqualTo(1500);
        ip.expectCount(Counter.PATH_MTU_LOWERED, 0);
    }

    @Test
    void anOldRoutersErrorMeansTheNextPlateau() {
        // RFC 1191 §5, §7.1
        ip.believesMtu = true;
        byte[] quote = Packets.ipv4(OURS, PEER, 17, Packets.udp(7, 9, Packets.data(1472)));
        ip.receive(icmpToUs(3, 4, 0, Packets.slice(quote, 0, 28)));
        assertThat(ip.ip.mtu(ip.info(PEER))).isEqualTo(1492);
    }

    @Test
    void weCanPing() {
        List<String> heard = new ArrayList<>();
        ip.ip.echoListener(listener(heard));
        byte[] data = Packets.data(16);
        assertThat(ip.ip.ping(PEER, 5, 1, 0, MemorySegment.ofArray(data), 0, 16)).isTrue();
        byte[] request = ip.expectFrame();
        assertThat(Packets.slice(request, 34, 24)).isEqualTo(Packets.icmp(8, 0, 5 << 16 | 1, data));
        ip.receive(icmpToUs(0, 0, 5 << 16 | 1, data));
        assertThat(ip.ip.ping(PEER6, 5, 2, 0, MemorySegment.ofArray(data), 0, 16)).isTrue();
        byte[] request6 = ip.expectFrame();
        assertThat(Packets.slice(request6, 54, 24))
                .isEqualTo(Packets.icmpv6(OURS6, PEER6, 128, 0, 5 << 16 | 2, data));
        ip.receive(icmpv6ToUs(129, 0, 5 << 16 | 2, data));
        ip.receive(
                icmpToUs(
                        11,
                        0,
                        0,
                        Packets.ipv4(OURS, PEER, 1, Packets.icmp(8, 0, 5 << 16 | 3, data))));
        assertThat(heard).containsExactly("reply 5 1 16", "reply 5 2 16", "TIME_EXCEEDED 5 3");
    }

    private static EchoListener listener(List<String> heard) {
        return new EchoListener() {
            @Override
            public void onEchoReply(
                    PacketInfo info,
                    int identifier,
                    int sequence,
                    MemorySegment payload,
                    long offset,
                    int length,
                    long nowNs) {
                heard.add("reply " + identifier + " " + sequence + " " + length);
            }

            @Override
            public void onEchoError(IcmpError error, int identifier, int sequence, long nowNs) {
                heard.add(error.kind + " " + identifier + " " + sequence);
            }
        };
    }

    @Test
    void aReplyThatNobodyWaitsForIsCounted() {
        ip.receive(icmpToUs(0, 0, 1, DATA)).expectCount(Counter.ICMP_ECHO_UNWANTED, 1);
    }
}
