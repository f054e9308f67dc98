package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Octets;
import io.ringway.testkit.Privileged;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The program is run by the kernel on packets that never were on a wire. What is ours shows as
 * "drop", for no socket waits for it.
 */
@Privileged
class XdpProgramTest {
    private static final String PEER = "198.18.0.1";
    private static final String OURS = "198.18.0.2";
    private static final String SHARED = "198.18.0.3";
    private static final String OTHER = "198.18.0.4";
    private static final String PEER6 = "2001:2::1";
    private static final String OURS6 = "2001:2::2";
    private static final String SHARED6 = "2001:2::3";
    private static final String OTHER6 = "2001:2::4";
    private static final int ICMP = IpProtocol.ICMP;
    private static final int ICMPV6 = IpProtocol.ICMPV6;
    private static final int TCP = IpProtocol.TCP;
    private static final int UDP = IpProtocol.UDP;
    private static final int PROG_TEST_RUN = 10;
    private static final int DROP = 1;
    private static final int PASS = 2;

    private final XdpSteering steering = new XdpSteering(true);
    private final int sockets = Bpf.createMap(Bpf.MAP_XSK, 4, 4, 1, "rw_sockets");
    private int program = load(0);

    XdpProgramTest() {
        steering.own(IpAddress.parse(OURS));
        steering.own(IpAddress.parse(OURS6));
        steering.share(IpAddress.parse(SHARED));
        steering.share(IpAddress.parse(SHARED6));
        steering.take(TCP, 80, 80);
        steering.take(UDP, 4_000, 4_200);
    }

    private int load(int vlan) {
        var made = XdpProgram.make(steering.addressMap(), steering.portMap(), sockets, vlan);
        return Bpf.load(made, Bpf.PROGRAM_XDP, 0, "rw_test");
    }

    @AfterEach
    void close() {
        Libc.close(program);
        Libc.close(sockets);
        steering.close();
    }

    @Test
    void allPacketsToAnAddressOfOursAreOurs() {
        assertThat(isOurs(ipv4(PEER, OURS, TCP, ports(5, 22)))).isTrue();
        assertThat(isOurs(ipv4(PEER, OURS, ICMP, "0800000000000000"))).isTrue();
        assertThat(isOurs(ipv6(PEER6, OURS6, UDP, ports(5, 53)))).isTrue();
        assertThat(isOurs(ipv6(PEER6, OURS6, 60, "00"))).isTrue();
        assertThat(isOurs(ipv4(PEER, OTHER, TCP, ports(5, 80)))).isFalse();
        assertThat(isOurs(ipv6(PEER6, OTHER6, TCP, ports(5, 80)))).isFalse();
    }

    @Test
    void ofASharedAddressOnlyThePortsTakenAreOurs() {
        assertThat(isOurs(ipv4(PEER, SHARED, TCP, ports(5, 80)))).isTrue();
        assertThat(isOurs(ipv6(PEER6, SHARED6, TCP, ports(5, 80)))).isTrue();
        for (int port : new int[] {22, 79, 81, 80 + 64, 80 << 8}) {
            assertThat(isOurs(ipv4(PEER, SHARED, TCP, ports(80, port)))).isFalse();
            assertThat(isOurs(ipv6(PEER6, SHARED6, TCP, ports(80, port)))).isFalse();
        }
        assertThat(isOurs(ipv4(PEER, SHARED, UDP, ports(5, 80)))).isFalse();
        assertThat(isOurs(ipv4(PEER, SHARED, 132, ports(5, 80)))).isFalse();
        assertThat(isOurs(ipv4(PEER, SHARED, ICMP, "0800000000000000"))).isFalse();
        assertThat(isOurs(ipv6(PEER6, SHARED6, ICMPV6, "8000000000000000"))).isFalse();
        assertThat(isOurs(ipv6(PEER6, SHARED6, 44, "0600000000000000" + ports(5, 80)))).isFalse();
    }

    @Test
    void aRangeOfPortsHasBothItsEnds() {
        for (int port : new int[] {3_999, 4_000, 4_031, 4_032, 4_100, 4_200, 4_201}) {
            assertThat(isOurs(ipv4(PEER, SHARED, UDP, ports(5, port))))
                    .as("port %d", port)
                    .isEqualTo(port >= 4_000 && port <= 4_200);
        }
        steering.leave(UDP, 4_010, 4_190);
        assertThat(isOurs(ipv4(PEER, SHARED, UDP, ports(5, 4_009)))).isTrue();
        assertThat(isOurs(ipv4(PEER, SHARED, UDP, ports(5, 4_010)))).isFalse();
        assertThat(isOurs(ipv4(PEER, SHARED, UDP, ports(5, 4_190)))).isFalse();
        assertThat(isOurs(ipv4(PEER, SHARED, UDP, ports(5, 4_191)))).isTrue();
        steering.take(TCP, 1, 65_535);
        assertThat(isOurs(ipv4(PEER, SHARED, TCP, ports(5, 65_535)))).isTrue();
        assertThat(isOurs(ipv4(PEER, SHARED, UDP, ports(5, 65_535)))).isFalse();
    }

    @Test
    void portsStandBehindOptionsAndNotInFragments() {
        String header = header(PEER, SHARED, TCP, 28);
        String withOptions = "47" + header.substring(2) + "0101010101010100";
        assertThat(isOurs("0800", withOptions + ports(5, 80))).isTrue();
        assertThat(isOurs("0800", withOptions + ports(80, 5))).isFalse();
        String first = header.substring(0, 12) + "2000" + header.substring(16);
        String second = header.substring(0, 12) + "0010" + header.substring(16);
        assertThat(isOurs("0800", first + ports(5, 80))).isFalse();
        assertThat(isOurs("0800", second + ports(5, 80))).isFalse();
    }

    @Test
    void icmpErrorsFollowWhatTheyQuote() {
        String ours = "0304000000000000" + header(SHARED, PEER, TCP, 20) + ports(80, 5);
        assertThat(isOurs(ipv4(PEER, SHARED, ICMP, ours))).isTrue();
        assertThat(isOurs(ipv4(PEER, SHARED, ICMP, "0b" + ours.substring(2)))).isTrue();
        assertThat(isOurs(ipv4(PEER, SHARED, ICMP, "05" + ours.substring(2)))).isFalse();
        String kernels = "0304000000000000" + header(SHARED, PEER, TCP, 20) + ports(22, 80);
        assertThat(isOurs(ipv4(PEER, SHARED, ICMP, kernels))).isFalse();
        String others = "0304000000000000" + header(OTHER, PEER, TCP, 20) + ports(80, 5);
        assertThat(isOurs(ipv4(PEER, SHARED, ICMP, others))).isFalse();

        String ours6 = "0200000000000500" + header6(SHARED6, PEER6, UDP, 8) + ports(4_000, 5);
        assertThat(isOurs(ipv6(PEER6, SHARED6, ICMPV6, ours6))).isTrue();
        String kernels6 = "0200000000000500" + header6(SHARED6, PEER6, UDP, 8) + ports(53, 4_000);
        assertThat(isOurs(ipv6(PEER6, SHARED6, ICMPV6, kernels6))).isFalse();
    }

    @Test
    void neighboursThatAskForOursAskUs() {
        assertThat(isOurs(arp(PEER, OURS))).isTrue();
        assertThat(isOurs(arp(OURS, "0.0.0.0"))).isTrue();
        assertThat(isOurs(arp(PEER, SHARED))).isFalse();
        assertThat(isOurs(arp(SHARED, OTHER))).isFalse();
        assertThat(isOurs(discovery(135, OURS6))).isTrue();
        assertThat(isOurs(discovery(136, OURS6))).isTrue();
        assertThat(isOurs(discovery(135, SHARED6))).isFalse();
        assertThat(isOurs(discovery(136, OTHER6))).isFalse();
        assertThat(isOurs(discovery(134, OURS6))).isFalse();
    }

    @Test
    void whatIsForgottenIsTheKernelsAgain() {
        steering.forget(IpAddress.parse(OURS));
        steering.forget(IpAddress.parse(OTHER));
        assertThat(isOurs(ipv4(PEER, OURS, TCP, ports(5, 80)))).isFalse();
        assertThat(isOurs(arp(PEER, OURS))).isFalse();
    }

    @Test
    void tagsAreTheKernelsUnlessOneIsOurs() {
        byte[] plain = ipv4(PEER, OURS, TCP, ports(5, 80));
        assertThat(isOurs(tagged(plain, 7))).isFalse();
        Libc.close(program);
        program = load(7);
        assertThat(isOurs(tagged(plain, 7))).isTrue();
        assertThat(isOurs(tagged(plain, 0xe007))).isTrue();
        assertThat(isOurs(tagged(plain, 8))).isFalse();
        assertThat(isOurs(plain)).isFalse();
    }

    @Test
    void whatIsCutShortPasses() {
        for (byte[] whole :
                new byte[][] {
                    ipv4(PEER, SHARED, TCP, ports(5, 80)),
                    ipv6(PEER6, SHARED6, TCP, ports(5, 80)),
                    arp(PEER, OURS),
                    discovery(135, OURS6),
                    ipv4(
                            PEER,
                            SHARED,
                            ICMP,
                            "0304000000000000" + header(SHARED, PEER, TCP, 20) + ports(80, 5))
                }) {
            assertThat(isOurs(whole)).isTrue();
            for (int length = 14; length < whole.length; length++) {
                assertThat(isOurs(Arrays.copyOf(whole, length))).as("%d octets", length).isFalse();
            }
        }
    }

    private static String ports(int source, int destination) {
        return String.format("%04x%04x", source, destination);
    }

    private static String hex(String address) {
        return HexFormat.of().formatHex(IpAddress.parse(address).toBytes());
    }

    private static String header(String from, String to, int protocol, int length) {
        return String.format("4500%04x0000000040%02x0000", length, protocol) + hex(from) + hex(to);
    }

    private static String header6(String from, String to, int next, int length) {
        return String.format("60000000%04x%02x40", length, next) + hex(from) + hex(to);
    }

    private static byte[] ipv4(String from, String to, int protocol, String payload) {
        return frame("0800", header(from, to, protocol, 20 + payload.length() / 2) + payload);
    }

    private static byte[] ipv6(String from, String to, int next, String payload) {
        return frame("86dd", header6(from, to, next, payload.length() / 2) + payload);
    }

    private static byte[] arp(String sender, String target) {
        return frame(
                "0806",
                "0001080006040001" + "020000000001" + hex(sender) + "000000000000" + hex(target));
    }

    /** To the group that its target is in, or to all nodes. */
    private static byte[] discovery(int type, String target) {
        String message = String.format("%02x00000000000000", type) + hex(target);
        return ipv6(PEER6, "ff02::1", ICMPV6, message);
    }

    private static byte[] frame(String type, String packet) {
        return HexFormat.of().parseHex("020000000002020000000001" + type + packet);
    }

    private static byte[] tagged(byte[] frame, int tag) {
        String hex = HexFormat.of().formatHex(frame);
        return HexFormat.of()
                .parseHex(
                        hex.substring(0, 24) + String.format("8100%04x", tag) + hex.substring(24));
    }

    private boolean isOurs(String type, String packet) {
        return isOurs(frame(type, packet));
    }

    private boolean isOurs(byte[] frame) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(128, 8);
            MemorySegment data = arena.allocate(frame.length);
            data.copyFrom(MemorySegment.ofArray(frame));
            Octets.putNative32(attributes, 0, program);
            Octets.putNative32(attributes, 8, frame.length);
            Octets.putNative64(attributes, 16, data.address());
            assertThat(Libc.bpf(PROG_TEST_RUN, attributes)).isZero();
            int verdict = Octets.native32(attributes, 4);
            assertThat(verdict).isIn(DROP, PASS);
            return verdict == DROP;
        }
    }
}
