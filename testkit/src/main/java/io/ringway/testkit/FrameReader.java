package io.ringway.testkit;

import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.Ipv6Header;
import io.ringway.wire.PacketPrinter;
import io.ringway.wire.TcpHeader;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/** Finds the TCP segment in a frame that the stack sent, and what is wrong with the packet. */
final class FrameReader {
    private final boolean isChecksumLeft;
    private final PacketPrinter printer = new PacketPrinter();

    /** A reader of frames whose TCP checksums are complete, or left to the port. */
    FrameReader(boolean isChecksumLeft) {
        this.isChecksumLeft = isChecksumLeft;
    }

    /** A segment's header and data, and what is wrong with it or null. */
    record Segment(MemorySegment memory, long offset, int length, @Nullable String problem) {}

    /** The segment, or null when there is none. */
    @Nullable Segment read(byte[] frame) {
        MemorySegment memory = MemorySegment.ofArray(frame);
        int type = new EthernetHeader().wrap(memory, 0).type();
        long at = EthernetHeader.LENGTH;
        int available = frame.length - EthernetHeader.LENGTH;
        if (type == EthernetHeader.TYPE_IPV4) {
            Ipv4Header ip = new Ipv4Header().wrap(memory, at);
            if (ip.protocol() != IpProtocol.TCP) {
                return null;
            }
            int length = ip.totalLength() - ip.headerLength();
            String problem = !ip.isValid(available) || !ip.isChecksumValid() ? "IPv4 header" : null;
            return check(
                    memory,
                    at + ip.headerLength(),
                    length,
                    problem,
                    0,
                    IpAddress.ipv4Low(ip.source()),
                    0,
                    IpAddress.ipv4Low(ip.destination()));
        }
        Ipv6Header ip = new Ipv6Header().wrap(memory, at);
        if (type != EthernetHeader.TYPE_IPV6 || ip.nextHeader() != IpProtocol.TCP) {
            return null;
        }
        return check(
                memory,
                at + Ipv6Header.LENGTH,
                ip.payloadLength(),
                ip.isValid(available) ? null : "IPv6 header",
                ip.sourceHigh(),
                ip.sourceLow(),
                ip.destinationHigh(),
                ip.destinationLow());
    }

    private Segment check(
            MemorySegment memory,
            long offset,
            int length,
            @Nullable String problem,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow) {
        if (problem == null && !new TcpHeader().wrap(memory, offset).isValid(length)) {
            problem = "TCP header";
        }
        if (problem == null && !isChecksumLeft) {
            long sum =
                    Checksum.pseudoHeader(
                            sourceHigh,
                            sourceLow,
                            destinationHigh,
                            destinationLow,
                            IpProtocol.TCP,
                            length);
            if (!Checksum.isIntact(Checksum.sum(memory, offset, length, sum))) {
                problem = "TCP checksum";
            }
        }
        return new Segment(memory, offset, length, problem);
    }

    String print(byte[] frame) {
        return printer.frame(MemorySegment.ofArray(frame), 0, frame.length);
    }
}
