package io.ringway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;

/** Every header's fields lie where the RFC draws them, read and written. */
class HeadersTest {
    @Test
    void ethernet() {
        MemorySegment memory = Wire.empty(EthernetHeader.LENGTH);
        EthernetHeader header = new EthernetHeader().wrap(memory, 0);
        header.set(0x0200_5e00_5302L, 0x0600_5e00_53ffL, EthernetHeader.TYPE_IPV6);
        assertThat(Wire.hex(memory)).isEqualTo("02005e00530206005e0053ff86dd");
        assertThat(header.destination()).isEqualTo(0x0200_5e00_5302L);
        assertThat(header.source()).isEqualTo(0x0600_5e00_53ffL);
        assertThat(header.type()).isEqualTo(0x86dd);
        header.destination(MacAddress.BROADCAST);
        header.source(0x0102_0304_0506L);
        header.type(EthernetHeader.TYPE_ARP);
        assertThat(Wire.hex(memory)).isEqualTo("ffffffffffff0102030405060806");
        assertThat(header.isValid(13)).isFalse();
        assertThat(header.isValid(14)).isTrue();
    }

    @Test
    void vlan() {
        MemorySegment memory = Wire.empty(VlanTag.LENGTH);
        VlanTag tag = new VlanTag().wrap(memory, 0);
        tag.control(7, true, 4094);
        tag.type(EthernetHeader.TYPE_IPV4);
        assertThat(Wire.hex(memory)).isEqualTo("fffe0800");
        assertThat(tag.priority()).isEqualTo(7);
        assertThat(tag.isDropEligible()).isTrue();
        assertThat(tag.identifier()).isEqualTo(4094);
        assertThat(tag.type()).isEqualTo(0x0800);
    }

    @Test
    void arp() {
        MemorySegment memory = Wire.empty(ArpPacket.LENGTH);
        ArpPacket packet = new ArpPacket().wrap(memory, 0);
        packet.set(ArpPacket.REPLY, 0x0200_5e00_5301L, 0xc612_f001, 0x0200_5e00_5302L, 0xc612_0002);
        assertThat(Wire.hex(memory))
                .isEqualTo("000108000604000202005e005301c612f00102005e005302c6120002");
        assertThat(packet.isValid(28)).isTrue();
        assertThat(packet.isValid(27)).isFalse();
        assertThat(packet.operation()).isEqualTo(ArpPacket.REPLY);
        assertThat(packet.senderMac()).isEqualTo(0x0200_5e00_5301L);
        assertThat(packet.senderIp()).isEqualTo(0xc612_f001);
        assertThat(packet.targetMac()).isEqualTo(0x0200_5e00_5302L);
        assertThat(packet.targetIp()).isEqualTo(0xc612_0002);
        Wire.put16(memory, 4, 0x0804);
        assertThat(packet.isValid(28)).isFalse();
    }

    @Test
    void ipv4() {
        MemorySegment memory = Wire.empty(Ipv4Header.MIN_LENGTH);
        Ipv4Header header = new Ipv4Header().wrap(memory, 0);
        header.set(0x2e, 0xf073, 0xabcd, Ipv4Header.DONT_FRAGMENT, 64, 17, 0xc0a80001, 0xc0a800c7);
        assertThat(header.isChecksumValid()).isTrue();
        assertThat(Wire.hex(memory)).startsWith("452ef073abcd40004011");
        assertThat(header.version()).isEqualTo(4);
        assertThat(header.headerLength()).isEqualTo(20);
        assertThat(header.tos()).isEqualTo(0x2e);
        assertThat(header.totalLength()).isEqualTo(0xf073);
        assertThat(header.identification()).isEqualTo(0xabcd);
        assertThat(header.isDontFragment()).isTrue();
        assertThat(header.isFragment()).isFalse();
        assertThat(header.ttl()).isEqualTo(64);
        assertThat(header.protocol()).isEqualTo(17);
        assertThat(header.source()).isEqualTo(0xc0a80001);
        assertThat(header.destination()).isEqualTo(0xc0a800c7);
        assertThat(header.addresses()).isEqualTo(0xc0a80001c0a800c7L);
        int checksum = header.headerChecksum();
        header.updateChecksum();
        assertThat(header.headerChecksum()).isEqualTo(checksum);

        header.flagsAndOffset(Ipv4Header.MORE_FRAGMENTS | 0x1fff);
        assertThat(header.isMoreFragments()).isTrue();
        assertThat(header.isDontFragment()).isFalse();
        assertThat(header.fragmentOffset()).isEqualTo(65_528);
        header.flagsAndOffset(1);
        assertThat(header.isFragment()).isTrue();
    }

    @Test
    void ipv4WithImpossibleLengths() {
        MemorySegment memory = Wire.octets("4500001400000000400100000000000000000000");
        Ipv4Header header = new Ipv4Header().wrap(memory, 0);
        assertThat(header.isValid(20)).isTrue();
        assertThat(header.isValid(19)).isFalse();
        header.totalLength(21);
        assertThat(header.isValid(20)).isFalse();
        header.totalLength(19);
        assertThat(header.isValid(20)).isFalse();
        header.totalLength(20);
        header.headerLength(24);
        assertThat(header.headerLength()).isEqualTo(24);
        assertThat(header.isValid(20)).isFalse();
        header.headerLength(16);
        assertThat(header.isValid(20)).isFalse();
        Wire.put16(memory, 0, 0x6500);
        assertThat(header.isValid(20)).isFalse();
    }

    @Test
    void ipv6() {
        MemorySegment memory = Wire.empty(60);
        Ipv6Header header = new Ipv6Header().wrap(memory, 0);
        header.set(0xb9, 0xf_edcb, 20, IpProtocol.TCP, 255);
        header.source(0x2001_0002_0000_0000L, 1);
        header.destination(0xff02_0000_0000_0000L, 2);
        assertThat(Wire.hex(memory))
                .startsWith(
                        "6b9fedcb001406ff"
                                + "20010002000000000000000000000001"
                                + "ff020000000000000000000000000002");
        assertThat(header.version()).isEqualTo(6);
        assertThat(header.trafficClass()).isEqualTo(0xb9);
        assertThat(header.flowLabel()).isEqualTo(0xf_edcb);
        assertThat(header.payloadLength()).isEqualTo(20);
        assertThat(header.nextHeader()).isEqualTo(6);
        assertThat(header.hopLimit()).isEqualTo(255);
        assertThat(header.sourceHigh()).isEqualTo(0x2001_0002_0000_0000L);
        assertThat(header.sourceLow()).isEqualTo(1);
        assertThat(header.destinationHigh()).isEqualTo(0xff02L << 48);
        assertThat(header.destinationLow()).isEqualTo(2);
        assertThat(header.isValid(60)).isTrue();
        assertThat(header.isValid(59)).isFalse();
        assertThat(header.isValid(39)).isFalse();
        header.trafficClassAndFlowLabel(0, 0);
        assertThat(Wire.u32(memory, 0)).isEqualTo(0x6000_0000);
    }

    @Test
    void udp() {
        MemorySegment memory = Wire.empty(UdpHeader.LENGTH);
        UdpHeader header = new UdpHeader().wrap(memory, 0);
        header.set(65_535, 53, 8, 0xfffe);
        assertThat(Wire.hex(memory)).isEqualTo("ffff00350008fffe");
        assertThat(header.ports()).isEqualTo(0xffff_0035);
        assertThat(header.sourcePort()).isEqualTo(65_535);
        assertThat(header.destinationPort()).isEqualTo(53);
        assertThat(header.length()).isEqualTo(8);
        assertThat(header.checksum()).isEqualTo(0xfffe);
        assertThat(header.isValid(8)).isTrue();
        assertThat(header.isValid(7)).isFalse();
        header.length(7);
        assertThat(header.isValid(8)).isFalse();
        header.length(9);
        assertThat(header.isValid(8)).isFalse();
    }

    @Test
    void tcp() {
        MemorySegment memory = Wire.empty(TcpHeader.MIN_LENGTH);
        TcpHeader header = new TcpHeader().wrap(memory, 0);
        int flags = TcpHeader.CWR | TcpHeader.ACK | TcpHeader.FIN;
        header.set(0xfffe_0050, 0x89ab_cdef, 0xfedc_ba98, 60, flags, 0xfff0);
        header.checksum(0x1234);
        header.urgentPointer(0x5678);
        assertThat(Wire.hex(memory)).isEqualTo("fffe005089abcdeffedcba98f091fff012345678");
        assertThat(header.sourcePort()).isEqualTo(0xfffe);
        assertThat(header.destinationPort()).isEqualTo(80);
        assertThat(header.ports()).isEqualTo(0xfffe_0050);
        assertThat(header.sequence()).isEqualTo(0x89ab_cdef);
        assertThat(header.acknowledgment()).isEqualTo(0xfedc_ba98);
        assertThat(header.dataOffset()).isEqualTo(60);
        assertThat(header.flags()).isEqualTo(flags);
        assertThat(header.isFin()).isTrue();
        assertThat(header.isAck()).isTrue();
        assertThat(header.isSyn()).isFalse();
        assertThat(header.isRst()).isFalse();
        assertThat(header.window()).isEqualTo(0xfff0);
        assertThat(header.checksum()).isEqualTo(0x1234);
        assertThat(header.urgentPointer()).isEqualTo(0x5678);

        long first = header.portsAndSequence();
        assertThat(TcpHeader.portsOf(first)).isEqualTo(header.ports());
        assertThat(TcpHeader.sequenceOf(first)).isEqualTo(header.sequence());
        long second = header.ackOffsetFlagsWindow();
        assertThat(TcpHeader.acknowledgmentOf(second)).isEqualTo(header.acknowledgment());
        assertThat(TcpHeader.dataOffsetOf(second)).isEqualTo(60);
        assertThat(TcpHeader.flagsOf(second)).isEqualTo(flags);
        assertThat(TcpHeader.windowOf(second)).isEqualTo(0xfff0);

        assertThat(header.isValid(59)).isFalse();
        assertThat(header.isValid(60)).isTrue();
        header.dataOffset(16);
        assertThat(header.isValid(60)).isFalse();
    }

    @Test
    void icmp() {
        MemorySegment memory = Wire.empty(11);
        Icmpv4Header header = new Icmpv4Header().wrap(memory, 0);
        header.typeAndCode(Icmpv4Header.ECHO_REQUEST, 0);
        header.identifierAndSequence(0xfffe, 0xfffd);
        header.updateChecksum(11);
        assertThat(Wire.hex(memory)).isEqualTo("0800f802fffefffd000000");
        assertThat(header.isChecksumValid(11)).isTrue();
        assertThat(header.identifier()).isEqualTo(0xfffe);
        assertThat(header.sequence()).isEqualTo(0xfffd);
        assertThat(header.isError()).isFalse();
        header.typeAndCode(Icmpv4Header.DESTINATION_UNREACHABLE, Icmpv4Header.FRAGMENTATION_NEEDED);
        header.rest(1400);
        assertThat(header.typeAndCode()).isEqualTo(0x0304);
        assertThat(header.mtu()).isEqualTo(1400);
        assertThat(header.isError()).isTrue();
    }

    @Test
    void icmpv6() {
        MemorySegment memory = Wire.empty(8);
        Icmpv6Header header = new Icmpv6Header().wrap(memory, 0);
        long pseudo =
                Checksum.pseudoHeader(0x2001L << 48, 1, 0x2001L << 48, 2, IpProtocol.ICMPV6, 8);
        header.typeAndCode(Icmpv6Header.PACKET_TOO_BIG, 0);
        header.rest(1280);
        header.updateChecksum(8, pseudo);
        assertThat(header.isChecksumValid(8, pseudo)).isTrue();
        assertThat(header.isChecksumValid(8, pseudo + 1)).isFalse();
        assertThat(header.mtu()).isEqualTo(1280);
        assertThat(header.isError()).isTrue();
    }

    @Test
    void fragment() {
        MemorySegment memory = Wire.empty(FragmentHeader.LENGTH);
        FragmentHeader header = new FragmentHeader().wrap(memory, 0);
        header.set(IpProtocol.NO_NEXT_HEADER | 0x80, 65_528, true, 0x89ab_cdef);
        assertThat(Wire.hex(memory)).isEqualTo("bb00fff989abcdef");
        assertThat(header.nextHeader()).isEqualTo(0xbb);
        assertThat(header.fragmentOffset()).isEqualTo(65_528);
        assertThat(header.isMoreFragments()).isTrue();
        assertThat(header.isAtomic()).isFalse();
        assertThat(header.identification()).isEqualTo(0x89ab_cdef);
        header.set(6, 0, false, 1);
        assertThat(header.isAtomic()).isTrue();
    }
}
