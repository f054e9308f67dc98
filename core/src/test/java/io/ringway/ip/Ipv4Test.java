package io.ringway.ip;

import static io.ringway.ip.Packets.OURS;
import static io.ringway.ip.Packets.OUR_MAC;
import static io.ringway.ip.Packets.PEER;
import static io.ringway.ip.Packets.PEER_MAC;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.FramePool;
import io.ringway.port.PortCapabilities;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 791, RFC 1122 §3.2.1, and Ethernet's filter below it. */
class Ipv4Test {
    private static final byte[] DATAGRAM = Packets.udp(7, 9, Packets.data(10));

    private IpHarness ip = IpHarness.create();

    @AfterEach
    void noFrameIsLost() {
        ip.close();
    }

    private IpHarness receive(IpAddress source, IpAddress destination) {
        return ip.receive(Packets.toUs(Packets.ipv4(source, destination, 17, DATAGRAM)));
    }

    @Test
    void aPacketIsDeliveredWithoutItsPadding() {
        byte[] packet = Packets.ipv4(PEER, OURS, 17, DATAGRAM);
        ip.receive(Packets.toUs(Packets.join(packet, new byte[8])));
        assertThat(ip.delivered).hasSize(1);
        assertThat(ip.delivered.getFirst().payload()).isEqualTo(DATAGRAM);
        assertThat(ip.delivered.getFirst().source()).isEqualTo(PEER);
        assertThat(ip.delivered.getFirst().destination()).isEqualTo(OURS);
    }

    @Test
    void everyTruncationIsCounted() {
        byte[] frame = Packets.toUs(Packets.ipv4(PEER, OURS, 17, DATAGRAM));
        for (int length = 0; length < frame.length; length++) {
            ip.receive(Packets.slice(frame, 0, length));
        }
        ip.expectCount(Counter.ETHERNET_TRUNCATED, 14);
        ip.expectCount(Counter.IPV4_TRUNCATED, frame.length - 14);
        assertThat(ip.delivered).isEmpty();
    }

    @Test
    void aWrongChecksumVersionOrHeaderLengthIsCounted() {
        byte[] checksum = Packets.ipv4(PEER, OURS, 17, DATAGRAM);
        checksum[10] ^= 1;
        byte[] version = Packets.toUs(Packets.ipv4(PEER, OURS, 17, DATAGRAM));
        version[14] = 0x55;
        byte[] header = Packets.toUs(Packets.ipv4(PEER, OURS, 17, DATAGRAM));
        header[14] = 0x44;
        ip.receive(Packets.toUs(checksum)).receive(version).receive(header);
        ip.expectCount(Counter.IPV4_BAD_CHECKSUM, 1);
        ip.expectCount(Counter.IPV4_BAD_VERSION, 1);
        ip.expectCount(Counter.IPV4_BAD_HEADER_LENGTH, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "127.0.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "198.18.0.255",
                "198.18.0.1"
            })
    void impossibleSourcesAreDropped(String source) {
        // RFC 1122 §3.2.1.3
        receive(IpAddress.parse(source), OURS).expectCount(Counter.IPV4_BAD_ADDRESS, 1);
        assertThat(ip.delivered).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
    void impossibleDestinationsAreDropped(String destination) {
        receive(PEER, IpAddress.parse(destination)).expectCount(Counter.IPV4_BAD_ADDRESS, 1);
    }

    @Test
    void whatThisHostHasInAnotherStackIsAnsweredToNobodyOutside() {
        IpAddress host = IpAddress.parse("198.19.7.7");
        ip.close();
        ip = new IpHarness(IpHarness.quiet().hostAddress(host).build());
        receive(host, OURS).expectCount(Counter.IPV4_BAD_ADDRESS, 1);
        receive(PEER, host).expectCount(Counter.IPV4_NOT_OURS, 1).expectNothing();
        assertThat(ip.delivered).isEmpty();
    }

    @Test
    void anotherHostsPacketIsNotForwarded() {
        receive(PEER, Packets.FAR).expectCount(Counter.IPV4_NOT_OURS, 1).expectNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"255.255.255.255", "198.18.0.255", "224.0.0.1"})
    void broadcastAndAllHostsAreDeliveredAsSuch(String destination) {
        ip.receive(
                Packets.ethernet(
                        Packets.BROADCAST_MAC,
                        PEER_MAC,
                        0x0800,
                        Packets.ipv4(PEER, IpAddress.parse(destination), 17, DATAGRAM)));
        assertThat(ip.delivered.getFirst().isMulticast()).isTrue();
    }

    @Test
    void aUnicastPacketInABroadcastFrameIsDropped() {
        // RFC 1122 §3.3.6
        ip.receive(
                Packets.ethernet(
                        Packets.BROADCAST_MAC,
                        PEER_MAC,
                        0x0800,
                        Packets.ipv4(PEER, OURS, 17, DATAGRAM)));
        ip.expectCount(Counter.IPV4_BAD_ADDRESS, 1);
    }

    @Test
    void optionsAreSteppedOver() {
        byte[] options = {1, 7, 7, 4, 0, 0, 0, 0};
        ip.receive(Packets.toUs(Packets.ipv4(PEER, OURS, 17, 0, 7, options, DATAGRAM)));
        assertThat(ip.delivered.getFirst().payload()).isEqualTo(DATAGRAM);
    }

    @Test
    void badOptionsAndSourceRoutesAreDropped() {
        byte[] zeroLength = {7, 0, 0, 0};
        byte[] tooLong = {7, 9, 0, 0};
        byte[] cut = {1, 1, 1, 7};
        byte[] sourceRoute = {(byte) 131, 3, 4, 0};
        for (byte[] options : new byte[][] {zeroLength, tooLong, cut, sourceRoute}) {
            ip.receive(Packets.toUs(Packets.ipv4(PEER, OURS, 17, 0, 7, options, DATAGRAM)));
        }
        ip.expectCount(Counter.IPV4_BAD_OPTION, 3).expectCount(Counter.IPV4_SOURCE_ROUTE, 1);
    }

    @Test
    void framesForOthersAndOfUnknownTypesAreCounted() {
        byte[] packet = Packets.ipv4(PEER, OURS, 17, DATAGRAM);
        ip.receive(Packets.ethernet(Packets.OTHER_MAC, PEER_MAC, 0x0800, packet));
        ip.receive(Packets.ethernet(OUR_MAC, Packets.BROADCAST_MAC, 0x0800, packet));
        ip.receive(Packets.ethernet(OUR_MAC, PEER_MAC, 0x88cc, packet));
        ip.receive(Packets.ethernet(OUR_MAC, PEER_MAC, 0x8100, new byte[] {0, 5, 8, 0}));
        ip.expectCount(Counter.ETHERNET_NOT_OURS, 1);
        ip.expectCount(Counter.ETHERNET_BAD_SOURCE, 1);
        ip.expectCount(Counter.ETHERNET_UNKNOWN_TYPE, 1);
        ip.expectCount(Counter.VLAN_NOT_OURS, 1);
    }

    @Test
    void aPriorityTagIsSteppedOver() {
        byte[] tagged =
                Packets.join(
                        new byte[] {(byte) 0xe0, 0, 8, 0}, Packets.ipv4(PEER, OURS, 17, DATAGRAM));
        ip.receive(Packets.ethernet(OUR_MAC, PEER_MAC, 0x8100, tagged));
        assertThat(ip.delivered).hasSize(1);
    }

    @Test
    void insideAVlanAllFramesAreTagged() {
        ip.close();
        ip = new IpHarness(IpHarness.quiet().vlan(5).build());
        ip.receive(
                Packets.ethernet(
                        Packets.BROADCAST_MAC,
                        PEER_MAC,
                        0x8100,
                        Packets.join(
                                new byte[] {0, 5, 8, 6}, Packets.arp(1, PEER_MAC, PEER, 0, OURS))));
        byte[] reply = ip.expectFrame();
        assertThat(Packets.slice(reply, 12, 6)).isEqualTo(new byte[] {(byte) 0x81, 0, 0, 5, 8, 6});
        ip.send(ip.info(PEER), DATAGRAM);
        byte[] sent = ip.expectFrame();
        assertThat(Packets.slice(sent, 12, 7))
                .isEqualTo(new byte[] {(byte) 0x81, 0, 0, 5, 8, 0, 0x45});
        ip.receive(Packets.toUs(Packets.ipv4(PEER, OURS, 17, DATAGRAM)));
        ip.expectCount(Counter.VLAN_NOT_OURS, 1);
    }

    @Test
    void theHeaderThatGoesOutIsRight() {
        ip.withNeighbours();
        PacketInfo info = ip.info(PEER);
        info.trafficClass = 0x2e << 2 | 1;
        info.dontFragment = true;
        for (int i = 0; i < 2; i++) {
            // The first packet looks up route and neighbour, the second has a hint.
            byte[] frame = ip.send(info, DATAGRAM).expectFrame();
            byte[] expected = Packets.ipv4(OURS, PEER, 17, 0x4000, 0, new byte[0], DATAGRAM);
            expected[1] = (byte) (0x2e << 2 | 1);
            expected[10] = 0;
            expected[11] = 0;
            int checksum = Packets.checksum(expected, 0, 20, 0);
            expected[10] = (byte) (checksum >>> 8);
            expected[11] = (byte) checksum;
            assertThat(frame).isEqualTo(Packets.ethernet(PEER_MAC, OUR_MAC, 0x0800, expected));
            assertThat(info.hint).isNotZero();
        }
    }

    @Test
    void aChangeOfRoutesMakesHintsWorthless() {
        ip.withNeighbours();
        PacketInfo info = ip.info(PEER);
        ip.send(info, DATAGRAM).expectFrames(1);
        int before = info.hint;
        ip.ip.addRoute(new Route(io.ringway.wire.IpPrefix.parse("198.18.0.2/32"), Packets.GATEWAY));
        ip.send(info, DATAGRAM);
        assertThat(info.hint).isNotEqualTo(before);
        // By the gateway now, which has to be asked first.
        assertThat(ip.expectFrame()[13]).isEqualTo((byte) 6);
    }

    @Test
    void thePlaceOfAnOffloadedChecksumMovesWithTheHeaders() {
        ip.close();
        ip = new IpHarness(IpHarness.quiet().build(), PortCapabilities.FULL, 1500);
        ip.withNeighbours();
        PacketInfo info = ip.info(PEER);
        for (int i = 0; i < 2; i++) {
            int frame = ip.frames.allocateLarge();
            ip.frames.length(frame, 20_000);
            ip.frames.checksum(frame, FramePool.CHECKSUM_NEEDED);
            ip.frames.segmentation(frame, FramePool.SEGMENTATION_TCPV4, 1460);
            ip.frames.checksumRange(frame, 0, 16);
            ip.ip.send(frame, info, ip.nowNs);
            int sent = ip.out.get(0);
            assertThat(ip.frames.checksumStart(sent)).isEqualTo(34);
            assertThat(ip.frames.checksumOffset(sent)).isEqualTo(16);
            assertThat(ip.frames.length(sent)).isEqualTo(20_034);
            ip.poll().expectFrames(1);
        }
    }

    @Test
    void broadcastGoesToAllStations() {
        ip.send(ip.info(IpAddress.BROADCAST_IPV4), DATAGRAM);
        assertThat(Packets.slice(ip.expectFrame(), 0, 6))
                .isEqualTo(new byte[] {-1, -1, -1, -1, -1, -1});
    }

    @Test
    void multicastGoesToItsGroupAndOneHop() {
        // RFC 1112 §6.1, §6.4
        ip.send(ip.info(IpAddress.parse("239.129.2.3")), DATAGRAM);
        byte[] frame = ip.expectFrame();
        assertThat(Packets.slice(frame, 0, 6)).isEqualTo(new byte[] {1, 0, 0x5e, 1, 2, 3});
        assertThat(frame[22]).isEqualTo((byte) 1);
    }

    @Test
    void whatHasNoRouteIsCounted() {
        PacketInfo info = ip.info(PEER);
        info.destinationHigh = IpAddress.parse("2001:db8::1").high();
        info.destinationLow = 1;
        assertThat(ip.ip.chooseSource(info)).isFalse();
        ip.send(info, DATAGRAM).expectCount(Counter.IP_NO_ROUTE, 1).expectNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.18.0.1", "127.0.0.1", "2001:2::1", "::1"})
    void packetsToOurselvesTurnRound(String destination) {
        IpAddress address = IpAddress.parse(destination);
        ip.send(ip.info(address), DATAGRAM).expectNothing();
        assertThat(ip.ip.nextDeadlineNs()).isLessThanOrEqualTo(ip.nowNs);
        ip.advance(1);
        assertThat(ip.delivered.getFirst().payload()).isEqualTo(DATAGRAM);
        assertThat(ip.delivered.getFirst().source()).isEqualTo(address);
        ip.expectCount(Counter.IP_LOOPED, 1);
    }
}
