package io.ringway.ip;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.memory.Octets;
import io.ringway.wire.Icmpv4Header;
import io.ringway.wire.Icmpv6Header;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.MemorySegment;

/**
 * Finds out whose packet an ICMP error quotes, and tells that transport (RFC 1122 §3.2.2, RFC 4443
 * §2.4 d). Nothing in a quote is to be trusted; the transport decides by ports and sequence number
 * (RFC 5927 §4.1).
 */
final class ErrorReports {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    private final LocalAddresses addresses;
    private final Transports transports;
    private final Pings pings;
    private final PathMtuTable pathMtus;
    private final IcmpError error = new IcmpError();
    private final Ipv6ChainWalk chain = new Ipv6ChainWalk();

    ErrorReports(
            LocalAddresses addresses, Transports transports, Pings pings, PathMtuTable pathMtus) {
        this.addresses = addresses;
        this.transports = transports;
        this.pings = pings;
        this.pathMtus = pathMtus;
    }

    /**
     * Reports an error about the packet at {@code at}.
     *
     * @param length octets of it that there are
     * @param mtu for {@code TOO_BIG} what the path takes, else 0
     * @param isLooped whether the error came round our own loopback: only then can it be about a
     *     packet between loopback addresses
     * @return false when it cannot be a packet of ours, or nobody wants to hear of it
     */
    boolean report(
            MemorySegment memory,
            long at,
            int length,
            IcmpError.Kind kind,
            int mtu,
            boolean isLooped,
            long nowNs) {
        error.kind = kind;
        error.mtu = mtu;
        int header = length < IPV4_HEADER ? -1 : readHeader(memory, at, length);
        if (header < 0 || header + Transports.QUOTED > length || !isOurs(isLooped)) {
            return false;
        }
        Transports.readQuote(memory, at + header, error);
        boolean isIcmp = error.protocol == IpProtocol.ICMP || error.protocol == IpProtocol.ICMPV6;
        return isIcmp ? reportEcho(memory, at + header, nowNs) : transports.report(error, nowNs);
    }

    /** Whether the packet came from ourselves: from outside nothing comes to such an address. */
    boolean isLooped(PacketInfo info) {
        return addresses.isLoopback(info.destinationHigh, info.destinationLow);
    }

    private boolean isOurs(boolean isLooped) {
        return addresses.isOurs(error.localHigh, error.localLow)
                || (isLooped && addresses.isLoopback(error.localHigh, error.localLow));
    }

    /** Reads addresses and protocol; returns the octets in front of the transport header, or -1. */
    private int readHeader(MemorySegment memory, long at, int length) {
        int version = Octets.u8(memory, at) >>> 4;
        if (version == 4) {
            return readIpv4(memory, at);
        }
        return version == 6 && length >= IPV6_HEADER ? readIpv6(memory, at, length) : -1;
    }

    private int readIpv4(MemorySegment memory, long at) {
        int header = (Octets.u8(memory, at) & 15) * 4;
        if (header < IPV4_HEADER || (Octets.u16(memory, at + 6) & FRAGMENT_OFFSET) != 0) {
            return -1;
        }
        error.protocol = Octets.u8(memory, at + 9);
        error.localHigh = 0;
        error.localLow = IpAddress.ipv4Low(Octets.u32(memory, at + 12));
        error.remoteHigh = 0;
        error.remoteLow = IpAddress.ipv4Low(Octets.u32(memory, at + 16));
        return header;
    }

    private int readIpv6(MemorySegment memory, long at, int length) {
        int next = Octets.u8(memory, at + 6);
        if (!chain.walk(memory, at + IPV6_HEADER, length - IPV6_HEADER, next)) {
            return -1;
        }
        error.protocol = chain.protocol();
        error.localHigh = Octets.u64(memory, at + 8);
        error.localLow = Octets.u64(memory, at + 16);
        error.remoteHigh = Octets.u64(memory, at + 24);
        error.remoteLow = Octets.u64(memory, at + 32);
        return IPV6_HEADER + chain.transportOffset();
    }

    private boolean reportEcho(MemorySegment memory, long transport, long nowNs) {
        int type = Octets.u8(memory, transport);
        boolean isRequest =
                error.protocol == IpProtocol.ICMP
                        ? type == Icmpv4Header.ECHO_REQUEST
                        : type == Icmpv6Header.ECHO_REQUEST;
        int identifier = error.sequence >>> 16;
        int sequence = error.sequence & 0xffff;
        if (!isRequest || !pings.onError(error, identifier, sequence, nowNs)) {
            return false;
        }
        if (error.kind == IcmpError.Kind.TOO_BIG) {
            pathMtus.lower(error.remoteHigh, error.remoteLow, error.mtu, nowNs);
        }
        return true;
    }
}
