package io.ringway.ip;

import static io.ringway.ip.IpHarness.SECOND;
import static io.ringway.ip.Packets.OURS;
import static io.ringway.ip.Packets.OURS6;
import static io.ringway.ip.Packets.PEER;
import static io.ringway.ip.Packets.PEER6;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.FramePool;
import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** RFC 791 §3.2, RFC 815, RFC 5722, RFC 6946, RFC 8200 §4.5. */
class FragmentTest {
    private static final byte[] DATAGRAM = Packets.udp(7, 9, Packets.data(4000));

    private IpHarness ip = IpHarness.create();

    @AfterEach
    void noFrameIsLost() {
        ip.close();
    }

    /** A fragment of the datagram in IPv4 or IPv6. */
    private static byte[] fragment(boolean isIpv4, int from, int length, boolean hasMore) {
        return fragmentOf(isIpv4, 77, from, Packets.slice(DATAGRAM, from, length), hasMore);
    }

    private static byte[] fragmentOf(
            boolean isIpv4, int identification, int offset, byte[] data, boolean hasMore) {
        if (isIpv4) {
            int word = offset / 8 | (hasMore ? 0x2000 : 0);
            return Packets.toUs(
                    Packets.ipv4(PEER, OURS, 17, word, identification, new byte[0], data));
        }
        byte[] header = Packets.fragmentHeader(17, offset, hasMore, identification);
        return Packets.toUs(Packets.ipv6(PEER6, OURS6, 44, 64, Packets.join(header, data)));
    }

    private static List<byte[]> fragments(boolean isIpv4) {
        List<byte[]> all = new ArrayList<>();
        for (int from = 0; from < DATAGRAM.length; from += 800) {
            int length = Math.min(800, DATAGRAM.length - from);
            all.add(fragment(isIpv4, from, length, from + length < DATAGRAM.length));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fragmentsInAnyOrderBecomeThePacket(boolean isIpv4) {
        for (long seed = 0; seed < 50; seed++) {
            List<byte[]> shuffled = fragments(isIpv4);
            Collections.shuffle(shuffled, new Random(seed));
            shuffled.forEach(ip::receive);
            assertThat(ip.delivered).as("seed " + seed).hasSize(1);
            assertThat(ip.delivered.getFirst().payload()).isEqualTo(DATAGRAM);
            ip.delivered.clear();
        }
        ip.expectCount(Counter.REASSEMBLED, 50);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExactDuplicateDoesNoHarm(boolean isIpv4) {
        // RFC 8200 §4.5
        List<byte[]> all = fragments(isIpv4);
        ip.receive(all.get(1)).receive(all.get(1)).receive(all.get(0)).receive(all.get(0));
        all.subList(2, all.size()).forEach(ip::receive);
        ip.expectCount(Counter.FRAGMENT_DUPLICATE, 2);
        assertThat(ip.delivered).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOverlapEndsThePacketAndWhatStillComesOfIt(boolean isIpv4) {
        // RFC 5722 §4
        ip.receive(fragment(isIpv4, 0, 800, true));
        ip.receive(fragment(isIpv4, 792, 808, true));
        for (byte[] fragment : fragments(isIpv4)) {
            ip.receive(fragment);
        }
        assertThat(ip.delivered).isEmpty();
        ip.expectCount(Counter.FRAGMENT_OVERLAP, 2 + fragments(isIpv4).size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecondEndIsAnOverlap(boolean isIpv4) {
        ip.receive(fragment(isIpv4, 1600, 800, false));
        ip.receive(fragment(isIpv4, 2400, 800, false));
        ip.expectCount(Counter.FRAGMENT_OVERLAP, 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theTimeIsLimitedAndTheSenderIsTold(boolean isIpv4) {
        // RFC 792, RFC 8200 §4.5: time exceeded, if the first fragment came.
        ip.withNeighbours();
        ip.receive(fragment(isIpv4, 0, 800, true)).receive(fragment(isIpv4, 1600, 800, true));
        ip.advance(30 * SECOND - 1).expectCount(Counter.FRAGMENT_TIMEOUT, 0).expectNothing();
        ip.advance(1).expectCount(Counter.FRAGMENT_TIMEOUT, 2);
        byte[] error = ip.expectFrame();
        assertThat(error[isIpv4 ? 34 : 54]).isEqualTo((byte) (isIpv4 ? 11 : 3));
        assertThat(error[isIpv4 ? 35 : 55]).isEqualTo((byte) 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutTheFirstFragmentNobodyIsTold(boolean isIpv4) {
        ip.withNeighbours();
        ip.receive(fragment(isIpv4, 800, 800, true));
        ip.advance(31 * SECOND).expectCount(Counter.FRAGMENT_TIMEOUT, 1).expectNothing();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void atTheLimitOfPacketsTheOldestGoes(boolean isIpv4) {
        ip.close();
        ip = new IpHarness(IpHarness.quiet().reassemblyPackets(2).build());
        byte[] half = Packets.data(8);
        for (int id = 1; id <= 3; id++) {
            ip.receive(fragmentOf(isIpv4, id, 8, half, true)).advance(1);
        }
        ip.expectCount(Counter.FRAGMENT_LIMIT, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theMemoryIsLimited(boolean isIpv4) {
        ip.close();
        ip = new IpHarness(IpHarness.quiet().reassemblyBytes(4 * 2048).build());
        for (int id = 1; id <= 6; id++) {
            ip.receive(fragmentOf(isIpv4, id, 8, Packets.data(8), true)).advance(1);
        }
        ip.expectCount(Counter.FRAGMENT_LIMIT, 2);
        assertThat(ip.frames.freeSmallCount()).isEqualTo(ip.frames.smallCount() - 4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theFragmentsOfAPacketAreLimited(boolean isIpv4) {
        ip.close();
        ip = new IpHarness(IpHarness.quiet().fragmentsPerPacket(3).build());
        for (int i = 1; i <= 5; i++) {
            ip.receive(fragmentOf(isIpv4, 1, i * 16, Packets.data(8), true));
        }
        ip.expectCount(Counter.FRAGMENT_LIMIT, 4).expectCount(Counter.FRAGMENT_OVERLAP, 1);
        assertThat(ip.frames.isFull()).isTrue();
    }

    @Test
    void impossibleFragmentsAreMalformed() {
        ip.receive(fragmentOf(true, 1, 0, new byte[0], true));
        ip.receive(fragmentOf(true, 2, 0, new byte[9], true));
        ip.receive(fragmentOf(true, 3, 65_528, new byte[8], false));
        ip.receive(fragmentOf(false, 4, 65_528, new byte[8], false));
        ip.expectCount(Counter.FRAGMENT_MALFORMED, 4);
        assertThat(ip.frames.isFull()).isTrue();
    }

    @Test
    void anIpv6FragmentOfOddLengthIsAParameterProblem() {
        // RFC 8200 §4.5
        ip.withNeighbours();
        ip.receive(fragmentOf(false, 2, 8, new byte[9], true));
        byte[] error = ip.expectFrame();
        assertThat(Packets.slice(error, 54, 2)).isEqualTo(new byte[] {4, 0});
        assertThat(error[61]).isEqualTo((byte) 4);
    }

    @Test
    void anAtomicFragmentIsAPacketByItself() {
        // RFC 6946 §4
        ip.receive(fragment(false, 800, 800, true));
        ip.receive(fragmentOf(false, 77, 0, Packets.udp(1, 2, new byte[4]), false));
        assertThat(ip.delivered).hasSize(1);
        ip.expectCount(Counter.FRAGMENTS_RECEIVED, 1);
    }

    @Test
    void theFirstIpv6FragmentHasAllHeaders() {
        // RFC 7112 §5
        byte[] cut =
                Packets.join(
                        Packets.fragmentHeader(60, 0, true, 5),
                        new byte[] {17, 1, 1, 4, 0, 0, 0, 0});
        ip.receive(Packets.toUs(Packets.ipv6(PEER6, OURS6, 44, 64, cut)));
        ip.expectCount(Counter.FRAGMENT_MALFORMED, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWeFragmentIsReassembledByOurPeer(boolean isIpv4) {
        ip.withNeighbours();
        PacketInfo info = ip.info(isIpv4 ? PEER : PEER6);
        ip.send(info, DATAGRAM);
        List<byte[]> sent = ip.expectFrames(3);
        assertThat(sent).allMatch(frame -> frame.length <= 1514);
        ip.expectCount(Counter.FRAGMENTS_SENT, 3);
        IpConfig peer =
                IpConfig.builder()
                        .address("198.18.0.2/24")
                        .address("2001:2::2/64")
                        .duplicateDetection(DuplicateDetection.OFF)
                        .build();
        try (IpHarness other = new IpHarness(peer)) {
            for (byte[] frame : sent) {
                // The peer's harness has our link address too.
                other.receive(Packets.toUs(Packets.slice(frame, 14, frame.length - 14)));
            }
            assertThat(other.delivered.getFirst().payload()).isEqualTo(DATAGRAM);
        }
    }

    @Test
    void aChecksumLeftToThePortIsCompletedBeforeFragmentation() {
        ip.withNeighbours();
        PacketInfo info = ip.info(PEER);
        int frame = ip.frames.allocateLarge();
        byte[] datagram = DATAGRAM.clone();
        long pseudo = Checksum.pseudoHeader(0, OURS.low(), 0, PEER.low(), 17, datagram.length);
        int partial = Checksum.fold(pseudo);
        datagram[6] = (byte) (partial >>> 8);
        datagram[7] = (byte) partial;
        ip.frames.length(frame, datagram.length);
        java.lang.foreign.MemorySegment.copy(
                java.lang.foreign.MemorySegment.ofArray(datagram),
                0,
                ip.frames.memory(),
                ip.frames.data(frame),
                datagram.length);
        ip.frames.checksum(frame, FramePool.CHECKSUM_NEEDED);
        ip.frames.checksumRange(frame, 0, 6);
        ip.ip.send(frame, info, ip.nowNs);
        byte[] whole = new byte[0];
        for (byte[] sent : ip.expectFrames(3)) {
            whole = Packets.join(whole, Packets.slice(sent, 34, sent.length - 34));
        }
        assertThat(Packets.checksum(whole, 0, whole.length, pseudo)).isZero();
    }

    @Test
    void aPacketThatMustNotBeFragmentedIsRefused() {
        ip.withNeighbours();
        PacketInfo info = ip.info(PEER);
        info.dontFragment = true;
        ip.send(info, DATAGRAM).expectNothing().expectCount(Counter.IP_TOO_BIG, 1);
    }

    // RFC 1191 §3: every path takes 68 octets, and TCP's smallest segments need 128.
    @Test
    void aSmallPacketIsFragmentedAllTheSame() {
        ip.withNeighbours();
        PacketInfo info = ip.info(PEER);
        info.dontFragment = true;
        ip.ip.learnMtu(info, 100, 0);
        byte[] small = Packets.udp(7, 9, Packets.data(128 - 20 - 8));
        ip.send(info, small).expectFrames(2);
        byte[] larger = Packets.udp(7, 9, Packets.data(129 - 20 - 8));
        ip.send(info, larger).expectFrames(1);
    }

    // RFC 4821 §5.2: a transport that probes the path knows better than what was learnt before.
    @Test
    void whatTransportsLearnOfThePathHolds() {
        ip.withNeighbours();
        PacketInfo info = ip.info(PEER);
        ip.ip.learnMtu(info, 1300, 0);
        assertThat(ip.ip.mtu(info)).isEqualTo(1300);
        ip.ip.learnMtu(info, 1400, 0);
        assertThat(ip.ip.mtu(info)).isEqualTo(1400);
        assertThat(ip.ip.linkMtu(info)).isEqualTo(1500);
        ip.ip.learnMtu(info, 1500, 0);
        assertThat(ip.ip.mtu(info)).isEqualTo(1500);
    }

    @Test
    void identificationsDoNotRepeatWithinARound() {
        Identifications ids = new Identifications(new SeededRandom(5));
        boolean[] seen = new boolean[1 << 16];
        for (int i = 0; i < seen.length; i++) {
            int id = ids.next16();
            assertThat(seen[id]).isFalse();
            seen[id] = true;
        }
    }

    @Test
    void anAddressOfAnotherVersionIsAnotherPacket() {
        ip.receive(fragment(true, 0, 800, true)).receive(fragment(false, 0, 800, true));
        ip.expectCount(Counter.FRAGMENT_OVERLAP, 0).expectCount(Counter.FRAGMENT_DUPLICATE, 0);
        assertThat(IpAddress.isIpv4(PEER.high(), PEER.low())).isTrue();
    }
}
