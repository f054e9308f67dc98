package io.ringway.ip;

import static io.ringway.ip.Packets.OURS6;
import static io.ringway.ip.Packets.OUR_MAC;
import static io.ringway.ip.Packets.PEER6;
import static io.ringway.ip.Packets.PEER_MAC;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8200, RFC 4291. */
class Ipv6Test {
    private static final byte[] DATAGRAM = Packets.udp(7, 9, Packets.data(10));

    private IpHarness ip = IpHarness.create().withNeighbours();

    @AfterEach
    void noFrameIsLost() {
        ip.close();
    }

    private IpHarness receive(int next, byte[]... pieces) {
        return ip.receive(Packets.toUs(Packets.ipv6(PEER6, OURS6, next, 64, Packets.join(pieces))));
    }

    @Test
    void aPacketIsDeliveredWithoutItsPadding() {
        receiveFrame(Packets.join(Packets.ipv6(PEER6, OURS6, 17, 64, DATAGRAM), new byte[6]));
        assertThat(ip.delivered.getFirst().payload()).isEqualTo(DATAGRAM);
        assertThat(ip.delivered.getFirst().source()).isEqualTo(PEER6);
    }

    private void receiveFrame(byte[] packet) {
        ip.receive(Packets.toUs(packet));
    }

    @Test
    void everyTruncationIsCounted() {
        byte[] frame = Packets.toUs(Packets.ipv6(PEER6, OURS6, 17, 64, DATAGRAM));
        for (int length = 14; length < frame.length; length++) {
            ip.receive(Packets.slice(frame, 0, length));
        }
        ip.expectCount(Counter.IPV6_TRUNCATED, frame.length - 14);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff02::1", "::1", "::", "::ffff:198.18.0.2", "2001:2::1"})
    void impossibleSourcesAreDropped(String source) {
        IpAddress address = IpAddress.parse(source);
        receiveFrame(Packets.ipv6(address, OURS6, 17, 64, DATAGRAM));
        ip.expectCount(Counter.IPV6_BAD_ADDRESS, 1);
        assertThat(ip.delivered).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "::", "::ffff:198.18.0.1"})
    void impossibleDestinationsAreDropped(String destination) {
        receiveFrame(Packets.ipv6(PEER6, IpAddress.parse(destination), 17, 64, DATAGRAM));
        ip.expectCount(Counter.IPV6_BAD_ADDRESS, 1);
    }

    @Test
    void aWrongVersionAndAnotherHostsPacketAreCounted() {
        byte[] frame = Packets.toUs(Packets.ipv6(PEER6, OURS6, 17, 64, DATAGRAM));
        frame[14] = 0x50;
        ip.receive(frame).expectCount(Counter.IPV6_BAD_VERSION, 1);
        receiveFrame(Packets.ipv6(PEER6, IpAddress.parse("2001:2::99"), 17, 64, DATAGRAM));
        ip.expectCount(Counter.IPV6_NOT_OURS, 1);
    }

    @Test
    void extensionHeadersAreSteppedOver() {
        byte[] hopByHop = {43, 0, 5, 2, 0, 0, 1, 0};
        byte[] routing = {60, 0, 4, 0, 0, 0, 0, 0};
        byte[] options = {17, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        receive(0, hopByHop, routing, options, DATAGRAM);
        assertThat(ip.delivered.getFirst().payload()).isEqualTo(DATAGRAM);
    }

    @Test
    void theHeadersOfAPacketAreLimited() {
        ip.close();
        ip = new IpHarness(IpHarness.quiet().extensionHeaders(2).build());
        byte[] another = {60, 0, 1, 4, 0, 0, 0, 0};
        byte[] last = {17, 0, 1, 4, 0, 0, 0, 0};
        receive(60, another, last, DATAGRAM);
        receive(60, another, another, last, DATAGRAM);
        assertThat(ip.delivered).hasSize(1);
        ip.expectCount(Counter.IPV6_BAD_EXTENSION, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "0x1e, true, false",
        "0x5e, false, false",
        "0x9e, false, true",
        "0xde, false, true"
    })
    void anUnknownOptionIsTreatedAsItsTypeSays(String type, boolean isDelivered, boolean isTold) {
        // RFC 8200 §4.2
        byte[] options = {17, 0, (byte) (int) Integer.decode(type), 4, 0, 0, 0, 0};
        receive(60, options, DATAGRAM);
        assertThat(ip.delivered).hasSize(isDelivered ? 1 : 0);
        if (isTold) {
            byte[] error = ip.expectFrame();
            assertThat(Packets.slice(error, 54, 2)).isEqualTo(new byte[] {4, 2});
            assertThat(error[61]).isEqualTo((byte) 42);
        }
        ip.expectNothing();
    }

    @Test
    void anOptionPastItsHeaderIsCounted() {
        receive(60, new byte[] {17, 0, 0x1e, 5, 0, 0, 0, 0}, DATAGRAM);
        receive(60, new byte[] {17, 0, 0x1e, 3, 0, 0, 0, 0x1e}, DATAGRAM);
        receive(60, new byte[] {17, 9, 1, 4, 0, 0, 0, 0}, DATAGRAM);
        ip.expectCount(Counter.IPV6_BAD_EXTENSION, 3).expectNothing();
    }

    @Test
    void segmentsLeftAreAParameterProblem() {
        // RFC 8200 §4.4, RFC 5095
        receive(43, new byte[] {17, 2, 0, 1, 0, 0, 0, 0}, new byte[16], DATAGRAM);
        byte[] error = ip.expectFrame();
        assertThat(Packets.slice(error, 54, 2)).isEqualTo(new byte[] {4, 0});
        assertThat(error[61]).isEqualTo((byte) 42);
    }

    @Test
    void anUnknownNextHeaderIsAParameterProblem() {
        receive(99, DATAGRAM);
        byte[] error = ip.expectFrame();
        assertThat(Packets.slice(error, 54, 2)).isEqualTo(new byte[] {4, 1});
        assertThat(error[61]).isEqualTo((byte) 6);
        ip.expectCount(Counter.IPV6_UNKNOWN_NEXT_HEADER, 1);
    }

    @Test
    void hopByHopOptionsComeFirstOrAreUnknown() {
        receive(60, new byte[] {0, 0, 1, 4, 0, 0, 0, 0}, new byte[] {17, 0, 1, 4, 0, 0, 0, 0});
        ip.expectCount(Counter.IPV6_UNKNOWN_NEXT_HEADER, 1).expectFrames(1);
    }

    @Test
    void noNextHeaderEndsThePacketQuietly() {
        receive(59, DATAGRAM).expectCount(Counter.IPV6_NO_NEXT_HEADER, 1).expectNothing();
    }

    @Test
    void theHeaderThatGoesOutIsRight() {
        PacketInfo info = ip.info(PEER6);
        info.hopLimit = 9;
        for (int i = 0; i < 2; i++) {
            byte[] frame = ip.send(info, DATAGRAM).expectFrame();
            byte[] expected =
                    Packets.ethernet(
                            PEER_MAC, OUR_MAC, 0x86dd, Packets.ipv6(OURS6, PEER6, 17, 9, DATAGRAM));
            // RFC 6437: a flow label of our choice.
            System.arraycopy(frame, 15, expected, 15, 3);
            assertThat(frame).isEqualTo(expected);
            assertThat(frame[15] & 0xf0).isZero();
        }
    }

    @Test
    void theSourceHasTheDestinationsScope() {
        // RFC 6724 §5, rule 2
        PacketInfo info = ip.info(Packets.PEER_LINK_LOCAL);
        assertThat(new IpAddress(info.sourceHigh, info.sourceLow))
                .isEqualTo(IpAddress.parse("fe80::5eff:fe00:5301"));
        info = ip.info(PEER6);
        assertThat(new IpAddress(info.sourceHigh, info.sourceLow)).isEqualTo(OURS6);
        info = ip.info(IpAddress.ALL_NODES);
        assertThat(IpAddress.isLinkLocal(info.sourceHigh, info.sourceLow)).isTrue();
    }
}
