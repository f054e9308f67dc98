package io.ringway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * What follows a fixed header: IPv4's options, IPv6's extension headers, the options of neighbour
 * discovery.
 */
class HeaderChainTest {
    private static final String ADDRESSES = "00".repeat(32);

    private final Ipv4Options ipv4 = new Ipv4Options();
    private final Ipv6Extensions ipv6 = new Ipv6Extensions();
    private final NdpOptions ndp = new NdpOptions();

    private boolean parseIpv4(String hex) {
        MemorySegment memory = Wire.octets(hex);
        return ipv4.parse(memory, 0, (int) memory.byteSize());
    }

    private boolean parseIpv6(int nextHeader, String hex) {
        int payload = hex.replace(" ", "").length() / 2;
        MemorySegment memory =
                Wire.octets("60000000%04x%02x40".formatted(payload, nextHeader) + ADDRESSES + hex);
        return ipv6.parse(memory, 0, (int) memory.byteSize());
    }

    private boolean parseNdp(String hex) {
        MemorySegment memory = Wire.octets(hex);
        return ndp.parse(memory, 0, (int) memory.byteSize());
    }

    @Test
    void ipv4Options() {
        assertThat(parseIpv4("94040000 01 8307 04 c6120001 44 04 05 00 0703 04 00 ff")).isTrue();
        assertThat(ipv4.hasRouterAlert()).isTrue();
        assertThat(ipv4.hasSourceRoute()).isTrue();
        assertThat(ipv4.hasTimestamp()).isTrue();
        assertThat(ipv4.hasRecordRoute()).isTrue();
        assertThat(ipv4.problemPosition()).isEqualTo(-1);
        assertThat(parseIpv4("01 01 89 01")).isFalse();
        assertThat(ipv4.hasSourceRoute()).isFalse();
        assertThat(ipv4.problemPosition()).isEqualTo(3);
        assertThat(parseIpv4("01 07 04 00")).isFalse();
        assertThat(parseIpv4("01 01 01 07")).isFalse();
        assertThat(ipv4.problemPosition()).isEqualTo(3);
    }

    @Test
    void transportRightBehindTheIpv6Header() {
        assertThat(parseIpv6(IpProtocol.TCP, "")).isTrue();
        assertThat(ipv6.protocol()).isEqualTo(IpProtocol.TCP);
        assertThat(ipv6.headerLength()).isEqualTo(40);
        assertThat(ipv6.nextHeaderPosition()).isEqualTo(6);
    }

    @Test
    void everyHeaderIsWalkedToTheTransport() {
        assertThat(
                        parseIpv6(
                                IpProtocol.HOP_BY_HOP,
                                "3c00 0502 0000 0100"
                                        + "2b01 1e04 00000000 0106 000000000000"
                                        + "2c00 0400 00000000"
                                        + "3a00 0000 00000007"
                                        + "8000 0000"))
                .isTrue();
        assertThat(ipv6.protocol()).isEqualTo(IpProtocol.ICMPV6);
        assertThat(ipv6.headerLength()).isEqualTo(80);
        assertThat(ipv6.nextHeaderPosition()).isEqualTo(72);
        assertThat(ipv6.hasRouterAlert()).isTrue();
        assertThat(ipv6.isFragment()).isFalse();
    }

    @Test
    void walkEndsAtAFragment() {
        assertThat(parseIpv6(IpProtocol.FRAGMENT, "0600 0001 00000007 ff")).isTrue();
        assertThat(ipv6.isFragment()).isTrue();
        assertThat(ipv6.protocol()).isEqualTo(IpProtocol.FRAGMENT);
        assertThat(ipv6.headerLength()).isEqualTo(40);
        assertThat(parseIpv6(IpProtocol.FRAGMENT, "0600 0008 00000007 ff")).isTrue();
        assertThat(ipv6.isFragment()).isTrue();
    }

    /**
     * RFC 8200 §4.2: the two upper bits of an option's type say what is done when it is not known.
     */
    @Test
    void unknownOptionsAskForWhatIsDone() {
        assertThat(parseIpv6(IpProtocol.DESTINATION_OPTIONS, "0600 3f04 00000000")).isTrue();
        assertProblem(60, "0600 7f04 00000000", Ipv6Extensions.Problem.OPTION_DROP, 42);
        assertProblem(60, "0600 0000 bf02 0000", Ipv6Extensions.Problem.OPTION_ANSWER, 44);
        assertProblem(0, "0600 ff04 00000000", Ipv6Extensions.Problem.OPTION_ANSWER_UNICAST, 42);
    }

    @Test
    void problemsAreNamedAndPlaced() {
        // RFC 5095 §3: a routing header of type 0 with segments left is answered.
        assertProblem(43, "0600 0001 00000000", Ipv6Extensions.Problem.ROUTING, 42);
        assertProblem(
                60,
                "0000 0104 00000000 0600 0104 00000000",
                Ipv6Extensions.Problem.UNKNOWN_NEXT_HEADER,
                40);
        assertProblem(60, "0600 0104", Ipv6Extensions.Problem.TRUNCATED, 40);
        assertProblem(60, "0601 0104 00000000", Ipv6Extensions.Problem.TRUNCATED, 41);
        assertProblem(60, "0600 0105 00000000", Ipv6Extensions.Problem.TRUNCATED, 43);
        assertProblem(60, "0600 0000 00000001", Ipv6Extensions.Problem.TRUNCATED, 47);
        assertProblem(
                60, "3c00 0104 00000000".repeat(9), Ipv6Extensions.Problem.TOO_MANY, 40 + 8 * 8);
        assertProblem(60, "0602" + "00".repeat(22), Ipv6Extensions.Problem.TOO_MANY, 58);
    }

    private void assertProblem(
            int nextHeader, String hex, Ipv6Extensions.Problem problem, int position) {
        assertThat(parseIpv6(nextHeader, hex)).as(hex).isFalse();
        assertThat(ipv6.problem()).as(hex).isEqualTo(problem);
        assertThat(ipv6.problemPosition()).as(hex).isEqualTo(position);
    }

    @Test
    void neighbourDiscoveryOptions() {
        assertThat(
                        parseNdp(
                                "0101 02005e005301 0201 02005e005302 0501 0000 00000500"
                                        + "0304 40 80 ffffffff 00003840 00000000"
                                        + "20010002000000000000000000000000"
                                        + "1801 000000000000"))
                .isTrue();
        assertThat(ndp.hasSourceMac()).isTrue();
        assertThat(ndp.sourceMac()).isEqualTo(0x0200_5e00_5301L);
        assertThat(ndp.hasTargetMac()).isTrue();
        assertThat(ndp.targetMac()).isEqualTo(0x0200_5e00_5302L);
        assertThat(ndp.mtu()).isEqualTo(1280);
        assertThat(ndp.prefixCount()).isEqualTo(1);
        assertThat(ndp.prefixHigh(0)).isEqualTo(0x2001_0002_0000_0000L);
        assertThat(ndp.prefixLow(0)).isZero();
        assertThat(ndp.prefixLength(0)).isEqualTo(64);
        assertThat(ndp.isOnLink(0)).isTrue();
        assertThat(ndp.isAutonomous(0)).isFalse();
        assertThat(ndp.validSeconds(0)).isEqualTo(0xffff_ffffL);
        assertThat(ndp.preferredSeconds(0)).isEqualTo(14_400);
        assertThat(parseNdp("0100")).isFalse();
        assertThat(ndp.hasSourceMac()).isFalse();
        assertThat(parseNdp("0102 000000000000")).isFalse();
        assertThat(parseNdp("01")).isFalse();
        assertThat(parseNdp("")).isTrue();
    }

    @Test
    void neighbourSolicitationIsWrittenAndReadBack() {
        MemorySegment memory = Wire.empty(32);
        NdpMessage message = new NdpMessage().wrap(memory, 0);
        message.setNeighbour(Icmpv6Header.NEIGHBOUR_ADVERTISEMENT, NdpMessage.ROUTER, 1L << 61, 2);
        int kind = NdpOptions.TARGET_LINK_ADDRESS;
        assertThat(NdpOptions.putLinkAddress(memory, 24, kind, 0x0200_5e00_5302L)).isEqualTo(8);
        assertThat(Wire.hex(memory))
                .isEqualTo(
                        "8800000080000000"
                                + "20000000000000000000000000000002"
                                + "020102005e005302");
        assertThat(message.isValid(24)).isTrue();
        assertThat(message.isValid(23)).isFalse();
        assertThat(message.flags()).isEqualTo(NdpMessage.ROUTER);
        assertThat(message.targetHigh()).isEqualTo(1L << 61);
        assertThat(message.targetLow()).isEqualTo(2);
        assertThat(message.optionsPosition()).isEqualTo(24);
        message.setRouterSolicitation();
        assertThat(message.isValid(8)).isTrue();
        assertThat(message.optionsPosition()).isEqualTo(8);
    }

    @Test
    void routerAdvertisementFields() {
        MemorySegment memory = Wire.octets("86000000 40800708 00007530 000003e8");
        NdpMessage message = new NdpMessage().wrap(memory, 0);
        assertThat(message.isValid(16)).isTrue();
        assertThat(message.currentHopLimit()).isEqualTo(64);
        assertThat(message.isManaged()).isTrue();
        assertThat(message.routerLifetimeSeconds()).isEqualTo(1800);
        assertThat(message.reachableTimeMs()).isEqualTo(30_000);
        assertThat(message.retransmissionTimerMs()).isEqualTo(1000);
    }

    @Test
    void randomChainsNeverThrowNorAreReadBehindTheirEnd() {
        long seed = 8200;
        Random random = new Random(seed);
        int[] numbers = {0, 1, 3, 5, 7, 43, 44, 60, 131};
        for (int round = 0; round < 100_000; round++) {
            byte[] octets = new byte[40 + random.nextInt(100)];
            random.nextBytes(octets);
            for (int i = 6; i < octets.length; i++) {
                if (random.nextInt(3) == 0) {
                    octets[i] = (byte) numbers[random.nextInt(numbers.length)];
                } else if (random.nextInt(2) == 0) {
                    octets[i] = (byte) random.nextInt(3);
                }
            }
            MemorySegment memory = MemorySegment.ofArray(octets);
            boolean isGood = ipv6.parse(memory, 0, octets.length);
            assertThat(ipv6.headerLength()).as("seed %d", seed).isBetween(40, octets.length);
            assertThat(ipv6.problem() == Ipv6Extensions.Problem.NONE).isEqualTo(isGood);
            assertThat(ipv6.problemPosition())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(octets.length);
            ipv4.parse(memory, 40, octets.length - 40);
            ndp.parse(memory, 40, octets.length - 40);
        }
    }
}
