package io.ringway.ip;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.TransportProtocol;
import io.ringway.memory.Octets;
import io.ringway.wire.IpProtocol;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/** Who takes which protocol number. */
final class Transports {
    /**
     * Octets of a transport header that an error must quote to be of use (RFC 792): ports and
     * sequence number.
     */
    static final int QUOTED = 8;

    private static final int PROTOCOLS = 256;

    private final @Nullable TransportProtocol[] byProtocol = new TransportProtocol[PROTOCOLS];

    /**
     * Adds a transport.
     *
     * @throws IllegalStateException when its protocol number is taken
     */
    void register(TransportProtocol transport) {
        int protocol = transport.protocol();
        if (protocol < 0
                || protocol >= PROTOCOLS
                || protocol == IpProtocol.ICMP
                || protocol == IpProtocol.ICMPV6
                || byProtocol[protocol] != null) {
            throw new IllegalStateException(
                    "protocol number "
                            + protocol
                            + " is taken already or cannot be a transport's: 0 to 255 but not 1"
                            + " (ICMP) and 58 (ICMPv6) is expected");
        }
        byProtocol[protocol] = transport;
    }

    /**
     * Gives a packet to its transport, hold and all; false (and the hold stays) when there is none.
     */
    boolean deliver(int frame, PacketInfo info, long nowNs) {
        TransportProtocol transport = byProtocol[info.protocol];
        if (transport == null) {
            return false;
        }
        transport.onPacket(frame, info, nowNs);
        return true;
    }

    /**
     * Fills in ports and sequence number from a quoted transport header of at least {@link #QUOTED}
     * octets.
     */
    static void readQuote(MemorySegment memory, long transport, IcmpError error) {
        int ports = Octets.u32(memory, transport);
        error.localPort = ports >>> 16;
        error.remotePort = ports & 0xffff;
        error.sequence = Octets.u32(memory, transport + 4);
    }

    /** Tells the transport whose packet an error is about; false when there is none. */
    boolean report(IcmpError error, long nowNs) {
        TransportProtocol transport = byProtocol[error.protocol];
        if (transport == null) {
            return false;
        }
        transport.onError(error, nowNs);
        return true;
    }
}
