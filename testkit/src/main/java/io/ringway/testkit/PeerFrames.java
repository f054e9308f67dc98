package io.ringway.testkit;

import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.Ipv6Header;
import io.ringway.wire.TcpHeader;
import io.ringway.wire.TcpOptionsWriter;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Builds the frames that a scripted peer sends. */
final class PeerFrames {
    private final long mac;
    private final long stackMac;
    private final IpAddress address;
    private final IpAddress stackAddress;
    private int identification;

    PeerFrames(long mac, long stackMac, IpAddress address, IpAddress stackAddress) {
        this.mac = mac;
        this.stackMac = stackMac;
        this.address = address;
        this.stackAddress = stackAddress;
    }

    /**
     * A TCP segment in an Ethernet frame. The specification's numbers are all set, and absolute.
     */
    byte[] segment(SegmentSpec spec, int ports, int seq, int ack, int window, int stackIss) {
        byte[] options = options(spec, stackIss);
        byte[] payload = spec.payload != null ? spec.payload : new byte[0];
        int ipLength = address.isIpv4() ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        int tcpLength = TcpHeader.MIN_LENGTH + options.length + payload.length;
        byte[] frame = new byte[EthernetHeader.LENGTH + ipLength + tcpLength];
        MemorySegment memory = MemorySegment.ofArray(frame);
        ipHeader(memory, IpProtocol.TCP, spec.ecn, tcpLength);
        long at = (long) EthernetHeader.LENGTH + ipLength;
        TcpHeader tcp = new TcpHeader().wrap(memory, at);
        tcp.set(ports, seq, ack, TcpHeader.MIN_LENGTH + options.length, spec.flags, window);
        tcp.urgentPointer(spec.urgentPointer);
        System.arraycopy(options, 0, frame, (int) at + TcpHeader.MIN_LENGTH, options.length);
        System.arraycopy(payload, 0, frame, frame.length - payload.length, payload.length);
        tcp.checksum(checksum(memory, at, tcpLength) ^ (spec.isChecksumWrong ? 0x5555 : 0));
        return frame;
    }

    private void ipHeader(MemorySegment memory, int protocol, int ecn, int length) {
        EthernetHeader ethernet = new EthernetHeader().wrap(memory, 0);
        if (address.isIpv4()) {
            ethernet.set(stackMac, mac, EthernetHeader.TYPE_IPV4);
            new Ipv4Header()
                    .wrap(memory, EthernetHeader.LENGTH)
                    .set(
                            ecn,
                            Ipv4Header.MIN_LENGTH + length,
                            identification++ & 0xffff,
                            Ipv4Header.DONT_FRAGMENT,
                            64,
                            protocol,
                            address.ipv4(),
                            stackAddress.ipv4());
        } else {
            ethernet.set(stackMac, mac, EthernetHeader.TYPE_IPV6);
            Ipv6Header ip = new Ipv6Header().wrap(memory, EthernetHeader.LENGTH);
            ip.set(ecn, 0, length, protocol, 64);
            ip.source(address.high(), address.low());
            ip.destination(stackAddress.high(), stackAddress.low());
        }
    }

    private int checksum(MemorySegment memory, long offset, int length) {
        long sum =
                Checksum.pseudoHeader(
                        address.high(),
                        address.low(),
                        stackAddress.high(),
                        stackAddress.low(),
                        IpProtocol.TCP,
                        length);
        return Checksum.finish(Checksum.sum(memory, offset, length, sum));
    }

    private static byte[] options(SegmentSpec spec, int stackIss) {
        byte[] raw = spec.rawOptions;
        if (raw != null) {
            return raw;
        }
        byte[] octets = new byte[64];
        MemorySegment memory = MemorySegment.ofArray(octets);
        int length = 0;
        if (spec.mss >= 0) {
            length += TcpOptionsWriter.mss(memory, length, spec.mss);
        }
        if (spec.windowScale >= 0) {
            length += TcpOptionsWriter.windowScale(memory, length, spec.windowScale);
        }
        if (spec.isSackPermitted) {
            length += TcpOptionsWriter.sackPermitted(memory, length);
        }
        if (spec.hasTimestamps) {
            length +=
                    TcpOptionsWriter.timestamps(
                            memory, length, (int) spec.timestampValue, (int) spec.timestampEcho);
        }
        @Nullable List<long[]> sack = spec.sack;
        if (sack != null) {
            length += TcpOptionsWriter.sackHead(memory, length, sack.size());
            for (long[] block : sack) {
                length +=
                        TcpOptionsWriter.sackBlock(
                                memory,
                                length,
                                stackIss + (int) block[0],
                                stackIss + (int) block[1]);
            }
        }
        if (length > 40) {
            throw new IllegalArgumentException("more than 40 octets of options: " + spec);
        }
        return Arrays.copyOf(octets, length);
    }
}
