package io.ringway.ip;

import static io.ringway.ip.IpHarness.SECOND;
import static io.ringway.ip.Packets.OTHER_MAC;
import static io.ringway.ip.Packets.OURS6;
import static io.ringway.ip.Packets.OUR_MAC;
import static io.ringway.ip.Packets.PEER6;
import static io.ringway.ip.Packets.PEER_MAC;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.layer.IcmpError;
import io.ringway.memory.Counter;
import io.ringway.wire.IpAddress;
import io.ringway.wire.MacAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RFC 4861 §7, RFC 4862 §5.4, RFC 4429. */
class NeighbourDiscoveryTest {
    private static final byte[] DATAGRAM = Packets.udp(7, 9, Packets.data(10));
    private static final int SOLICITED = 0x4000_0000;
    private static final int OVERRIDE = 0x2000_0000;
    private static final IpAddress LINK_LOCAL = IpAddress.parse("fe80::5eff:fe00:5301");

    private IpHarness ip = IpHarness.create();

    @AfterEach
    void noFrameIsLost() {
        ip.close();
    }

    private static byte[] toGroup(IpAddress group, byte[] packet) {
        return Packets.ethernet(MacAddress.ofIpv6Multicast(group.low()), PEER_MAC, 0x86dd, packet);
    }

    private static byte[] solicitation(IpAddress source, IpAddress target, long mac) {
        return toGroup(
                target.solicitedNode(),
                Packets.icmpv6Packet(
                        source,
                        target.solicitedNode(),
                        255,
                        135,
                        0,
                        Packets.ndpBody(target, mac == 0 ? 0 : 1, mac)));
    }

    private static byte[] advertisement(IpAddress target, long mac, int flags) {
        return Packets.toUs(
                Packets.icmpv6Packet(
                        target,
                        OURS6,
                        255,
                        136,
                        flags,
                        Packets.ndpBody(target, mac == 0 ? 0 : 2, mac)));
    }

    /** A solicitation of ours. */
    private static byte[] expected(IpAddress source, IpAddress target, boolean toItself) {
        IpAddress to = toItself ? target : target.solicitedNode();
        return Packets.ethernet(
                toItself ? PEER_MAC : MacAddress.ofIpv6Multicast(to.low()),
                OUR_MAC,
                0x86dd,
                Packets.icmpv6Packet(
                        source,
                        to,
                        255,
                        135,
                        0,
                        Packets.ndpBody(target, source.isUnspecified() ? 0 : 1, OUR_MAC)));
    }

    @Test
    void aSolicitationForOurAddressIsAnswered() {
        // §7.2.4
        ip.receive(solicitation(PEER6, OURS6, PEER_MAC));
        assertThat(ip.expectFrame())
                .isEqualTo(
                        Packets.ethernet(
                                PEER_MAC,
                                OUR_MAC,
                                0x86dd,
                                Packets.icmpv6Packet(
                                        OURS6,
                                        PEER6,
                                        255,
                                        136,
                                        SOLICITED | OVERRIDE,
                                        Packets.ndpBody(OURS6, 2, OUR_MAC))));
    }

    @Test
    void aProbeForOurAddressIsAnsweredToAll() {
        ip.receive(solicitation(Packets.ANY6, OURS6, 0));
        assertThat(ip.expectFrame())
                .isEqualTo(
                        Packets.ethernet(
                                0x3333_0000_0001L,
                                OUR_MAC,
                                0x86dd,
                                Packets.icmpv6Packet(
                                        OURS6,
                                        IpAddress.ALL_NODES,
                                        255,
                                        136,
                                        OVERRIDE,
                                        Packets.ndpBody(OURS6, 2, OUR_MAC))));
    }

    @Test
    void theLinkLocalAddressFormsByItself() {
        assertThat(ip.ip.addresses())
                .extracting(address -> address.prefix().address())
                .contains(LINK_LOCAL);
        ip.receive(solicitation(Packets.PEER_LINK_LOCAL, LINK_LOCAL, PEER_MAC)).expectFrames(1);
    }

    @Test
    void invalidMessagesAreDropped() {
        // §7.1.1, §7.1.2
        byte[] body = Packets.ndpBody(OURS6, 1, PEER_MAC);
        IpAddress group = OURS6.solicitedNode();
        // A router let it through.
        ip.receive(toGroup(group, Packets.icmpv6Packet(PEER6, group, 254, 135, 0, body)));
        // Too short; a target that is a group; an option without length; one cut short.
        ip.receive(toGroup(group, Packets.icmpv6Packet(PEER6, group, 255, 135, 0, new byte[15])));
        byte[] toGroup = Packets.ndpBody(IpAddress.ALL_NODES, 1, PEER_MAC);
        ip.receive(toGroup(group, Packets.icmpv6Packet(PEER6, group, 255, 135, 0, toGroup)));
        byte[] noLength = body.clone();
        noLength[17] = 0;
        ip.receive(toGroup(group, Packets.icmpv6Packet(PEER6, group, 255, 135, 0, noLength)));
        byte[] tooLong = body.clone();
        tooLong[17] = 2;
        ip.receive(toGroup(group, Packets.icmpv6Packet(PEER6, group, 255, 135, 0, tooLong)));
        // A probe with a link address; a probe to the address itself.
        ip.receive(solicitation(Packets.ANY6, OURS6, PEER_MAC));
        ip.receive(
                Packets.toUs(
                        Packets.icmpv6Packet(
                                Packets.ANY6, OURS6, 255, 135, 0, Packets.ndpBody(OURS6, 0, 0))));
        // A solicited advertisement to a group.
        ip.receive(
                toGroup(
                        IpAddress.ALL_NODES,
                        Packets.icmpv6Packet(
                                PEER6,
                                IpAddress.ALL_NODES,
                                255,
                                136,
                                SOLICITED,
                                Packets.ndpBody(PEER6, 2, PEER_MAC))));
        ip.expectCount(Counter.NDP_BAD, 8).expectNothing();
    }

    @Test
    void routerAdvertisementsAndRedirectsAreIgnored() {
        for (int type : new int[] {133, 134, 137}) {
            ip.receive(
                    toGroup(
                            IpAddress.ALL_NODES,
                            Packets.icmpv6Packet(
                                    Packets.PEER_LINK_LOCAL,
                                    IpAddress.ALL_NODES,
                                    255,
                                    type,
                                    0,
                                    new byte[32])));
        }
        ip.expectCount(Counter.NDP_IGNORED, 3).expectNothing();
    }

    @Test
    void aPacketWaitsForTheAnswer() {
        ip.send(ip.info(PEER6), DATAGRAM);
        assertThat(ip.expectFrame()).isEqualTo(expected(OURS6, PEER6, false));
        ip.receive(advertisement(PEER6, PEER_MAC, SOLICITED | OVERRIDE));
        byte[] sent = ip.expectFrame();
        assertThat(Packets.slice(sent, 54, DATAGRAM.length)).isEqualTo(DATAGRAM);
        assertThat(ip.ip.neighbours())
                .containsExactly(new Neighbour(PEER6, PEER_MAC, Neighbour.State.REACHABLE));
    }

    @Test
    void aSilentNeighbourIsGivenUpAfterThreeSolicitations() {
        ip.send(ip.info(PEER6), DATAGRAM);
        ip.advance(3 * SECOND).expectFrames(3);
        assertThat(ip.reported)
                .containsExactly(
                        new IpHarness.Reported(IcmpError.Kind.HOST_UNREACHABLE, 0, PEER6, 7, 9));
    }

    @Test
    void anAdvertisementForNoEntryIsIgnored() {
        ip.receive(advertisement(PEER6, PEER_MAC, SOLICITED | OVERRIDE));
        assertThat(ip.ip.neighbours()).isEmpty();
    }

    @Test
    void statesFollowAppendixC() {
        ip.withNeighbours();
        assertState(PEER_MAC, Neighbour.State.REACHABLE);
        // Another address without override: suspicion, but no change.
        ip.receive(advertisement(PEER6, OTHER_MAC, SOLICITED));
        assertState(PEER_MAC, Neighbour.State.STALE);
        ip.receive(advertisement(PEER6, OTHER_MAC, OVERRIDE));
        assertState(OTHER_MAC, Neighbour.State.STALE);
        ip.receive(advertisement(PEER6, OTHER_MAC, SOLICITED | OVERRIDE));
        assertState(OTHER_MAC, Neighbour.State.REACHABLE);
        ip.advance(60 * SECOND);
        assertState(OTHER_MAC, Neighbour.State.STALE);
        ip.send(ip.info(PEER6), DATAGRAM).expectFrames(1);
        assertState(OTHER_MAC, Neighbour.State.DELAY);
        ip.advance(5 * SECOND).expectFrames(1);
        assertState(OTHER_MAC, Neighbour.State.PROBE);
        ip.receive(advertisement(PEER6, 0, SOLICITED));
        assertState(OTHER_MAC, Neighbour.State.REACHABLE);
    }

    private void assertState(long mac, Neighbour.State state) {
        assertThat(ip.ip.neighbours()).contains(new Neighbour(PEER6, mac, state));
    }

    @Test
    void anUnusedEntryIsForgotten() {
        ip.withNeighbours();
        ip.advance(700 * SECOND);
        assertThat(ip.ip.neighbours()).isEmpty();
    }

    @Test
    void anAddressIsCheckedWhileItIsUsed() {
        // RFC 4429: used at once, but advertised without override until it has passed.
        ip.close();
        ip = new IpHarness(IpConfig.builder().address("2001:2::1/64").build());
        ip.receive(solicitation(PEER6, OURS6, PEER_MAC));
        assertThat(ip.expectFrame()[58] & 0x20).isZero();
        ip.advance(2 * SECOND);
        assertThat(ip.expectFrames(2))
                .contains(expected(Packets.ANY6, OURS6, false))
                .contains(expected(Packets.ANY6, LINK_LOCAL, false));
        ip.receive(solicitation(PEER6, OURS6, PEER_MAC));
        assertThat(ip.expectFrame()[58] & 0x20).isEqualTo(0x20);
    }

    @Test
    void anAddressIsNotUsedBeforeItPassesWhenStrict() {
        // RFC 4862 §5.4
        ip.close();
        ip = new IpHarness(strict());
        ip.receive(solicitation(PEER6, OURS6, PEER_MAC)).expectNothing();
        assertThat(ip.ip.isLocal(OURS6.high(), OURS6.low())).isFalse();
        ip.advance(2 * SECOND).expectFrames(2);
        assertThat(ip.ip.isLocal(OURS6.high(), OURS6.low())).isTrue();
    }

    @Test
    void somebodyElsesClaimEndsTheCheck() {
        // RFC 4862 §5.4.3, §5.4.4
        for (byte[] claim :
                new byte[][] {
                    solicitation(Packets.ANY6, OURS6, 0),
                    toGroup(
                            IpAddress.ALL_NODES,
                            Packets.icmpv6Packet(
                                    PEER6,
                                    IpAddress.ALL_NODES,
                                    255,
                                    136,
                                    OVERRIDE,
                                    Packets.ndpBody(OURS6, 2, PEER_MAC)))
                }) {
            ip.close();
            ip = new IpHarness(strict());
            ip.receive(claim).expectCount(Counter.DAD_FAILED, 1);
            ip.advance(3 * SECOND).expectFrames(1);
            assertThat(ip.ip.isLocal(OURS6.high(), OURS6.low())).isFalse();
        }
    }

    private static IpConfig strict() {
        return IpConfig.builder()
                .address("2001:2::1/64")
                .duplicateDetection(DuplicateDetection.STRICT)
                .build();
    }
}
