package io.ringway.ip;

import static io.ringway.ip.IpHarness.SECOND;
import static io.ringway.ip.Packets.OTHER_MAC;
import static io.ringway.ip.Packets.OURS;
import static io.ringway.ip.Packets.OUR_MAC;
import static io.ringway.ip.Packets.PEER;
import static io.ringway.ip.Packets.PEER_MAC;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RFC 826, RFC 1122 §2.3.2, RFC 5227. */
class ArpTest {
    private static final byte[] DATAGRAM = Packets.udp(7, 9, Packets.data(10));

    private IpHarness ip = IpHarness.create();

    @AfterEach
    void noFrameIsLost() {
        ip.close();
    }

    private static byte[] request(IpAddress sender, IpAddress target) {
        return Packets.ethernet(
                Packets.BROADCAST_MAC, OUR_MAC, 0x0806, Packets.arp(1, OUR_MAC, sender, 0, target));
    }

    @Test
    void aRequestForOurAddressIsAnsweredToItsSender() {
        ip.receive(Packets.arpRequest(PEER, OURS));
        assertThat(ip.expectFrame())
                .isEqualTo(
                        Packets.ethernet(
                                PEER_MAC,
                                OUR_MAC,
                                0x0806,
                                Packets.arp(2, OUR_MAC, OURS, PEER_MAC, PEER)));
        ip.expectNothing();
    }

    @Test
    void inputNeverSends() {
        ip.receive(Packets.arpRequest(PEER, OURS));
        assertThat(ip.out.count()).isZero();
        assertThat(ip.ip.nextDeadlineNs()).isEqualTo(ip.nowNs);
        ip.poll();
        assertThat(ip.expectFrames(1)).hasSize(1);
    }

    @Test
    void aRequestForAnotherAddressIsNotAnswered() {
        ip.receive(Packets.arpRequest(PEER, IpAddress.parse("198.18.0.77"))).expectNothing();
    }

    @Test
    void aRequestToUsTellsTheAddressOfItsSender() {
        ip.receive(Packets.arpRequest(PEER, OURS)).expectFrames(1);
        ip.send(ip.info(PEER), DATAGRAM);
        assertThat(Packets.slice(ip.expectFrame(), 0, 6))
                .isEqualTo(new byte[] {2, 0, 94, 0, 83, 2});
    }

    @Test
    void aPacketWaitsForTheAnswer() {
        ip.send(ip.info(PEER), DATAGRAM);
        assertThat(ip.expectFrame()).isEqualTo(request(OURS, PEER));
        ip.receive(Packets.arpReply(PEER));
        byte[] sent = ip.expectFrame();
        assertThat(Packets.slice(sent, 34, DATAGRAM.length)).isEqualTo(DATAGRAM);
        ip.expectNothing();
    }

    @Test
    void packetsForAFarHostGoByTheGateway() {
        ip.send(ip.info(Packets.FAR), DATAGRAM);
        assertThat(ip.expectFrame()).isEqualTo(request(OURS, Packets.GATEWAY));
    }

    @Test
    void theOldestOfTooManyWaitingPacketsGoes() {
        ip.close();
        ip = new IpHarness(IpHarness.quiet().packetsPerNeighbour(2).build());
        for (int i = 0; i < 3; i++) {
            ip.send(ip.info(PEER), Packets.udp(i, 9, new byte[0]));
        }
        ip.expectFrames(1);
        ip.expectCount(Counter.NEIGHBOUR_QUEUE_FULL, 1).receive(Packets.arpReply(PEER));
        assertThat(ip.expectFrames(2).getFirst()[35]).isEqualTo((byte) 1);
    }

    @Test
    void aSilentNeighbourIsAskedThreeTimesAndThenGivenUp() {
        ip.send(ip.info(PEER), DATAGRAM).expectFrames(1);
        ip.advance(SECOND).expectFrames(1);
        ip.advance(SECOND).expectFrames(1);
        ip.advance(SECOND).expectNothing();
        ip.expectCount(Counter.NEIGHBOUR_UNREACHABLE, 1);
        assertThat(ip.reported)
                .containsExactly(
                        new IpHarness.Reported(IcmpError.Kind.HOST_UNREACHABLE, 0, PEER, 7, 9));
        assertThat(ip.ip.neighbours()).isEmpty();
    }

    @Test
    void anUnsolicitedReplyMakesNoEntry() {
        ip.receive(Packets.arpReply(PEER));
        assertThat(ip.ip.neighbours()).isEmpty();
    }

    @Test
    void aGratuitousRequestUpdatesAnEntryThatIsThere() {
        ip.receive(Packets.arpRequest(PEER, OURS)).expectFrames(1);
        ip.receive(
                        Packets.ethernet(
                                Packets.BROADCAST_MAC,
                                OTHER_MAC,
                                0x0806,
                                Packets.arp(1, OTHER_MAC, PEER, 0, PEER)))
                .expectNothing();
        assertThat(ip.ip.neighbours())
                .containsExactly(new Neighbour(PEER, OTHER_MAC, Neighbour.State.STALE));
    }

    @Test
    void aSenderThatIsNotOnTheLinkIsAnsweredButNotKept() {
        ip.receive(Packets.arpRequest(Packets.FAR, OURS)).expectFrames(1);
        assertThat(ip.ip.neighbours()).isEmpty();
    }

    @Test
    void aStaleEntryIsProbedByUnicastFiveSecondsAfterItsUse() {
        ip.receive(Packets.arpRequest(PEER, OURS)).expectFrames(1);
        ip.send(ip.info(PEER), DATAGRAM).expectFrames(1);
        ip.advance(5 * SECOND - 1).expectNothing();
        ip.advance(1);
        assertThat(ip.expectFrame())
                .isEqualTo(
                        Packets.ethernet(
                                PEER_MAC, OUR_MAC, 0x0806, Packets.arp(1, OUR_MAC, OURS, 0, PEER)));
        ip.receive(Packets.arpReply(PEER));
        assertThat(ip.ip.neighbours().getFirst().state()).isEqualTo(Neighbour.State.REACHABLE);
    }

    @Test
    void progressOfTheTransportSparesTheProbe() {
        ip.receive(Packets.arpRequest(PEER, OURS)).expectFrames(1);
        PacketInfo info = ip.info(PEER);
        ip.send(info, DATAGRAM).expectFrames(1);
        ip.advance(SECOND);
        ip.ip.confirmReachable(info, ip.nowNs);
        ip.advance(5 * SECOND).expectNothing();
        assertThat(ip.ip.neighbours().getFirst().state()).isEqualTo(Neighbour.State.REACHABLE);
    }

    @Test
    void aProbedNeighbourThatIsGoneIsForgotten() {
        ip.receive(Packets.arpRequest(PEER, OURS)).expectFrames(1);
        PacketInfo info = ip.info(PEER);
        ip.send(info, DATAGRAM).expectFrames(1);
        ip.advance(8 * SECOND).expectFrames(3);
        assertThat(ip.ip.neighbours()).isEmpty();
        // The hint is worthless now: the next packet asks anew.
        ip.send(info, DATAGRAM);
        assertThat(ip.expectFrame()).isEqualTo(request(OURS, PEER));
    }

    @Test
    void aFullTableGivesUpWhatIsWorthLeast() {
        ip.close();
        ip = new IpHarness(IpHarness.quiet().neighbours(2).build());
        for (int i = 2; i < 6; i++) {
            ip.receive(Packets.arpRequest(IpAddress.parse("198.18.0." + i), OURS)).expectFrames(1);
            ip.advance(1);
        }
        ip.expectCount(Counter.NEIGHBOUR_EVICTED, 2);
        assertThat(ip.ip.neighbours())
                .extracting(Neighbour::address)
                .containsExactlyInAnyOrder(
                        IpAddress.parse("198.18.0.4"), IpAddress.parse("198.18.0.5"));
    }

    @Test
    void malformedPacketsAreCounted() {
        byte[] bad = Packets.arp(1, PEER_MAC, PEER, 0, OURS);
        bad[4] = 8;
        ip.receive(Packets.ethernet(OUR_MAC, PEER_MAC, 0x0806, bad));
        ip.receive(Packets.ethernet(OUR_MAC, PEER_MAC, 0x0806, new byte[27]));
        ip.receive(
                Packets.ethernet(
                        OUR_MAC,
                        PEER_MAC,
                        0x0806,
                        Packets.arp(2, Packets.BROADCAST_MAC, PEER, OUR_MAC, OURS)));
        ip.expectCount(Counter.ARP_MALFORMED, 3).expectNothing();
    }

    @Test
    void aConflictIsAnsweredByOneAnnouncementInTenSeconds() {
        // RFC 5227 §2.4 c
        ip.close();
        ip = new IpHarness(IpConfig.builder().address("198.18.0.1/24").build());
        ip.advance(10 * SECOND).expectFrames(2);
        for (int i = 0; i < 3; i++) {
            ip.receive(Packets.arpRequest(OURS, PEER));
        }
        ip.expectCount(Counter.ARP_CONFLICT, 3);
        assertThat(ip.expectFrames(1).getFirst()).isEqualTo(request(OURS, OURS));
        ip.advance(10 * SECOND).receive(Packets.arpRequest(OURS, PEER)).expectFrames(1);
        assertThat(ip.ip.neighbours()).isEmpty();
    }

    @Test
    void anAddressIsProbedThenAnnouncedBeforeUseWhenStrict() {
        // RFC 5227 §2.1, §2.3
        ip.close();
        ip = new IpHarness(strict());
        ip.receive(Packets.arpRequest(PEER, OURS)).expectNothing();
        ip.advance(5 * SECOND);
        IpAddress none = IpAddress.ANY_IPV4;
        assertThat(ip.expectFrames(3))
                .allMatch(f -> java.util.Arrays.equals(f, request(none, OURS)));
        ip.advance(5 * SECOND);
        assertThat(ip.expectFrames(2))
                .allMatch(f -> java.util.Arrays.equals(f, request(OURS, OURS)));
        ip.receive(Packets.arpRequest(PEER, OURS)).expectFrames(1);
    }

    @Test
    void anAddressThatSomebodyHasIsNotUsed() {
        ip.close();
        ip = new IpHarness(strict());
        ip.advance(2 * SECOND).poll();
        ip.receive(Packets.arpReply(OURS));
        ip.expectCount(Counter.ARP_CONFLICT, 1);
        assertThat(ip.ip.addresses().getFirst().state()).isEqualTo(LocalAddress.State.DUPLICATE);
        assertThat(ip.ip.isLocal(OURS.high(), OURS.low())).isFalse();
    }

    private static IpConfig strict() {
        return IpConfig.builder()
                .address("198.18.0.1/24")
                .duplicateDetection(DuplicateDetection.STRICT)
                .build();
    }
}
