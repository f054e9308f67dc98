package io.ringway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/** One line for each kind of frame, and no exception for any octets at all. */
class PacketPrinterTest {
    private static final String ETHERNET = "02005e005302 02005e005301 ";
    private static final String IPV4 = ETHERNET + "0800 ";
    private static final String IPV6 = ETHERNET + "86dd ";
    private static final String ADDRESSES4 = "c6120001 c6120002 ";
    private static final String ADDRESSES6 =
            "20010002000000000000000000000001 20010002000000000000000000000002 ";

    private final PacketPrinter printer = new PacketPrinter();

    private String print(String hex) {
        MemorySegment memory = Wire.octets(hex);
        return printer.frame(memory, 0, (int) memory.byteSize());
    }

    private static String ipv4(int totalLength, int protocol) {
        return IPV4
                + "4500 %04x 0001 4000 40 %02x 0000 ".formatted(totalLength, protocol)
                + ADDRESSES4;
    }

    private static String ipv6(int payloadLength, int nextHeader) {
        return IPV6 + "60000000 %04x %02x ff ".formatted(payloadLength, nextHeader) + ADDRESSES6;
    }

    @Test
    void arp() {
        String ends = "02005e005301 c6120001 000000000000 c6120002";
        assertThat(print(ETHERNET + "0806 0001 0800 06 04 0001" + ends))
                .isEqualTo("ARP, Request who-has 198.18.0.2 tell 198.18.0.1, length 28");
        assertThat(print(ETHERNET + "0806 0001 0800 06 04 0002" + ends))
                .isEqualTo("ARP, Reply 198.18.0.1 is-at 02:00:5e:00:53:01, length 28");
        assertThat(print(ETHERNET + "0806 0001 0800 06 04 0009" + ends))
                .isEqualTo("ARP, operation 9, length 28");
        assertThat(print(ETHERNET + "0806 0001 0800 06")).isEqualTo("ARP, [|arp], length 5");
    }

    @Test
    void synOverIpv4() {
        assertThat(
                        print(
                                ipv4(60, 6)
                                        + "8000 0050 ffffffff 00000000 a002 faf0 0000 0000"
                                        + "020405b4 0402080a 00000001 00000000 01030307"))
                .isEqualTo(
                        "IP 198.18.0.1.32768 > 198.18.0.2.80: Flags [S], seq 4294967295, win 64240,"
                            + " options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0");
    }

    @Test
    void dataOverIpv6InAVlan() {
        assertThat(
                        print(
                                ETHERNET
                                        + "8100 a005 86dd 60000000 0023 06 40"
                                        + ADDRESSES6
                                        + "0050 8000 00000001 00000002 8018 0100 0000 0000"
                                        + "0101050a 0000000500000009 414243"))
                .isEqualTo(
                        "vlan 5, p 5, IP6 2001:2::1.80 > 2001:2::2.32768: Flags [P.], seq 1:4, ack"
                                + " 2, win 256, options [nop,nop,sack 1 {5:9}], length 3");
    }

    @Test
    void resetWithoutOptionsAndEveryFlag() {
        assertThat(print(ipv4(40, 6) + "0001 0002 00000003 00000004 5004 0000 0000 0000"))
                .endsWith(": Flags [R], seq 3, win 0, length 0");
        assertThat(print(ipv4(40, 6) + "0001 0002 00000003 00000004 50ff 0000 0000 0007"))
                .endsWith(": Flags [FSRP.UEW], seq 3, ack 4, win 0, urg 7, length 0");
        assertThat(print(ipv4(40, 6) + "0001 0002 00000003 00000004 5000 0000 0000 0007"))
                .endsWith(": Flags [none], win 0, length 0");
    }

    @Test
    void oddOptionsAreShown() {
        String head = "0001 0002 00000003 00000004 %x010 0000 0000 0000";
        assertThat(print(ipv4(56, 6) + head.formatted(9) + "fd04aabb 2202 1c048002 2203ff 020000"))
                .contains(
                        "options [unknown-253 0xaabb,tfo cookiereq,uto 0x8002,tfo cookie ff,[bad"
                                + " opt]]");
        assertThat(print(ipv4(44, 6) + head.formatted(6) + "00000000")).contains("options [eol]");
        assertThat(print(ipv4(40, 6) + head.formatted(4))).contains("bad hdr length 16");
    }

    @Test
    void udp() {
        assertThat(print(ipv4(32, 17) + "0035 c000 000c 0000 01020304"))
                .isEqualTo("IP 198.18.0.1.53 > 198.18.0.2.49152: UDP, length 4");
        assertThat(print(ipv4(32, 17) + "0035 c000 00ff 0000 01020304"))
                .isEqualTo("IP 198.18.0.1.53 > 198.18.0.2.49152: UDP, bad length 255, length 247");
    }

    @Test
    void icmp() {
        assertThat(print(ipv4(32, 1) + "0800 0000 0007 0003 00000000"))
                .isEqualTo("IP 198.18.0.1 > 198.18.0.2: ICMP echo request, id 7, seq 3, length 12");
        assertThat(print(ipv4(32, 1) + "0000 0000 0007 0003 00000000"))
                .endsWith("ICMP echo reply, id 7, seq 3, length 12");
        String quote = "4500 001c 0001 4000 40 11 0000 c6120002 c6120001";
        assertThat(print(ipv4(48, 1) + "0303 0000 00000000" + quote))
                .endsWith("ICMP 198.18.0.1 port unreachable, length 28");
        assertThat(print(ipv4(48, 1) + "0302 0000 00000000" + quote))
                .endsWith("ICMP 198.18.0.1 protocol 17 unreachable, length 28");
        assertThat(print(ipv4(48, 1) + "0304 0000 00000578" + quote))
                .endsWith("ICMP 198.18.0.1 unreachable - need to frag (mtu 1400), length 28");
        assertThat(print(ipv4(28, 1) + "0b00 0000 00000000"))
                .endsWith("ICMP time exceeded in-transit, length 8");
        assertThat(print(ipv4(28, 1) + "0c00 0000 05000000"))
                .endsWith("ICMP parameter problem - octet 5, length 8");
        assertThat(print(ipv4(28, 1) + "0501 0000 c6120009"))
                .endsWith("ICMP redirect to 198.18.0.9, length 8");
        assertThat(print(ipv4(28, 1) + "2a01 0000 00000000"))
                .endsWith("ICMP type-42 code-1, length 8");
    }

    @Test
    void icmpv6() {
        assertThat(print(ipv6(8, 58) + "8000 0000 0007 0003"))
                .isEqualTo("IP6 2001:2::1 > 2001:2::2: ICMP6, echo request, id 7, seq 3, length 8");
        assertThat(print(ipv6(8, 58) + "0104 0000 00000000"))
                .endsWith("ICMP6, destination unreachable, unreachable port, length 8");
        assertThat(print(ipv6(8, 58) + "0200 0000 00000500"))
                .endsWith("ICMP6, packet too big, mtu 1280, length 8");
        assertThat(print(ipv6(8, 58) + "0301 0000 00000000"))
                .endsWith("ICMP6, time exceeded in reassembly, length 8");
        assertThat(print(ipv6(8, 58) + "0402 0000 00000028"))
                .endsWith("ICMP6, parameter problem, code 2 - octet 40, length 8");
        assertThat(print(ipv6(8, 58) + "8f00 0000 00000000"))
                .endsWith("ICMP6, multicast listener report v2, length 8");
    }

    @Test
    void neighbourDiscovery() {
        String target = "20010002000000000000000000000002";
        assertThat(print(ipv6(32, 58) + "8700 0000 00000000" + target + "0101 02005e005301"))
                .endsWith(
                        "ICMP6, neighbor solicitation, who has 2001:2::2,"
                                + " source link-address 02:00:5e:00:53:01, length 32");
        assertThat(print(ipv6(32, 58) + "8800 0000 60000000" + target + "0201 02005e005302"))
                .endsWith(
                        "ICMP6, neighbor advertisement, tgt is 2001:2::2, Flags [solicited,"
                                + " override], target link-address 02:00:5e:00:53:02, length 32");
        assertThat(print(ipv6(8, 58) + "8500 0000 00000000"))
                .endsWith("ICMP6, router solicitation, length 8");
        assertThat(
                        print(
                                ipv6(56, 58)
                                        + "8600 0000 40 00 0708 00000000 00000000"
                                        + "0501 0000 000005dc"
                                        + "0304 40 c0 00015180 00003840 00000000"
                                        + "20010002000000000000000000000000"))
                .endsWith(
                        "ICMP6, router advertisement, hop limit 64, lifetime 1800s, mtu 1500,"
                                + " prefix 2001:2::/64, length 56");
    }

    @Test
    void fragments() {
        assertThat(print(IPV4 + "4500 001c 0007 2001 40 11 0000" + ADDRESSES4 + "0000000000000000"))
                .isEqualTo("IP 198.18.0.1 > 198.18.0.2: frag (7:8@8+)");
        assertThat(
                        print(
                                IPV4
                                        + "4500 001c 0007 2000 40 11 0000"
                                        + ADDRESSES4
                                        + "0001 0002 0400 0000"))
                .isEqualTo(
                        "IP 198.18.0.1.1 > 198.18.0.2.2: UDP, bad length 1024, length 1016"
                                + " (frag 7:8@0+)");
        assertThat(print(ipv6(16, 44) + "1100 0009 00000007 0000000000000000"))
                .isEqualTo("IP6 2001:2::1 > 2001:2::2: frag (0x00000007:8|8+)");
    }

    @Test
    void whatIsCutShortOrUnknown() {
        assertThat(print("0102")).isEqualTo("[|ether], length 2");
        assertThat(print(ETHERNET + "8100 00")).isEqualTo("[|vlan], length 15");
        assertThat(print(IPV4 + "45")).isEqualTo("IP [|ip], length 1");
        assertThat(print(IPV6 + "60")).isEqualTo("IP6 [|ip6], length 1");
        assertThat(print(ipv4(22, 6) + "0001")).endsWith("[|tcp], length 2");
        assertThat(print(ipv4(22, 17) + "0001")).endsWith("[|udp], length 2");
        assertThat(print(ipv4(22, 1) + "0001")).endsWith("ICMP [|icmp], length 2");
        assertThat(print(ipv6(2, 58) + "0001")).endsWith("ICMP6, [|icmp6], length 2");
        assertThat(print(ipv4(20, 132))).endsWith(": ip-proto-132, length 0");
        assertThat(print(ipv6(4, 0) + "3a000000"))
                .endsWith(": bad extension header, TRUNCATED at 40, length 4");
        assertThat(print(ETHERNET + "88cc 00"))
                .isEqualTo("02:00:5e:00:53:01 > 02:00:5e:00:53:02, ethertype 0x88cc, length 1");
        assertThat(print(ETHERNET + "0001 00"))
                .isEqualTo("02:00:5e:00:53:01 > 02:00:5e:00:53:02, 802.3, length 1");
    }

    @Test
    void packetsWithoutALinkHeader() {
        MemorySegment memory = Wire.octets(ipv4(20, 132));
        assertThat(printer.packet(memory, 14, 20)).startsWith("IP 198.18.0.1 > ");
        memory = Wire.octets(ipv6(0, 59));
        assertThat(printer.packet(memory, 14, 40)).startsWith("IP6 2001:2::1 > ");
        assertThat(printer.packet(memory, 0, 0)).isEqualTo("[|ip], length 0");
    }

    /**
     * Half of the frames have a plausible start, so that the walk gets deep before the nonsense
     * begins.
     */
    @Test
    void randomFramesNeverThrowNorAreReadBehindTheirEnd() {
        long seed = 791;
        Random random = new Random(seed);
        int[] types = {0x0800, 0x0806, 0x8100, 0x86dd};
        int[] protocols = {0, 1, 6, 17, 43, 44, 58, 59, 60};
        for (int round = 0; round < 100_000; round++) {
            byte[] octets = new byte[random.nextInt(120)];
            random.nextBytes(octets);
            if (octets.length > 60 && random.nextBoolean()) {
                int type = types[random.nextInt(types.length)];
                int protocol = protocols[random.nextInt(protocols.length)];
                octets[12] = (byte) (type >>> 8);
                octets[13] = (byte) type;
                octets[14] = (byte) (type == 0x0800 ? 0x45 : 0x60);
                octets[16] = 0;
                octets[17] = (byte) (octets.length - 14);
                octets[18] = 0;
                octets[19] = (byte) Math.max(0, octets.length - 54);
                octets[type == 0x0800 ? 23 : 20] = (byte) protocol;
                octets[21] = 0;
                if (random.nextBoolean()) {
                    octets[type == 0x0800 ? 34 : 54] = (byte) (128 + random.nextInt(20));
                }
            }
            String line = printer.frame(MemorySegment.ofArray(octets), 0, octets.length);
            assertThat(line).as("seed %d, round %d", seed, round).isNotEmpty().doesNotContain("\n");
        }
    }
}
