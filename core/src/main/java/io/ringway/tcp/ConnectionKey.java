package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Direct;

/**
 * What names a connection, at the start of its record: addresses and ports, and the flags, one of
 * which says where the addresses are. IPv4's are in the record, IPv6's in a record of their own.
 */
abstract class ConnectionKey {
    private static final int FLAGS = 56;

    private final AddressRecords addresses;

    /** Where the record begins, in native memory. */
    long address;

    ConnectionKey(AddressRecords addresses) {
        this.addresses = addresses;
    }

    /** Stores an IPv4 key. */
    final void key(long localLow, long remoteLow, int localPort, int remotePort) {
        Direct.putNative32(address, 0, (int) localLow);
        Direct.putNative32(address, 4, (int) remoteLow);
        Direct.putNative32(address, 8, localPort << 16 | remotePort);
    }

    /** Stores an IPv6 key, whose addresses are in address record {@code record}. */
    final void key(int record, int hash, int localPort, int remotePort) {
        Direct.putNative32(address, 0, record);
        Direct.putNative32(address, 4, hash);
        Direct.putNative32(address, 8, localPort << 16 | remotePort);
        set(Flag.IPV6);
    }

    final int addressRecord() {
        return Direct.native32(address, 0);
    }

    final int ports() {
        return Direct.native32(address, 8);
    }

    final int localPort() {
        return ports() >>> 16;
    }

    final int remotePort() {
        return ports() & 0xffff;
    }

    final long remoteHigh() {
        return has(Flag.IPV6) ? addresses.remoteHigh(addressRecord()) : PacketInfo.IPV4_HIGH;
    }

    final long remoteLow() {
        return has(Flag.IPV6)
                ? addresses.remoteLow(addressRecord())
                : mapped(Direct.native32(address, 4));
    }

    final long localHigh() {
        return has(Flag.IPV6) ? addresses.localHigh(addressRecord()) : PacketInfo.IPV4_HIGH;
    }

    final long localLow() {
        return has(Flag.IPV6)
                ? addresses.localLow(addressRecord())
                : mapped(Direct.native32(address, 0));
    }

    /** Fills in the addresses of a packet to the peer. */
    final void addressesTo(PacketInfo packet) {
        if (has(Flag.IPV6)) {
            int record = addressRecord();
            packet.sourceHigh = addresses.localHigh(record);
            packet.sourceLow = addresses.localLow(record);
            packet.destinationHigh = addresses.remoteHigh(record);
            packet.destinationLow = addresses.remoteLow(record);
        } else {
            packet.sourceHigh = PacketInfo.IPV4_HIGH;
            packet.sourceLow = mapped(Direct.native32(address, 0));
            packet.destinationHigh = PacketInfo.IPV4_HIGH;
            packet.destinationLow = mapped(Direct.native32(address, 4));
        }
    }

    private static long mapped(int ipv4) {
        return PacketInfo.IPV4_LOW | (ipv4 & 0xffffffffL);
    }

    /**
     * Whether this is the connection of a packet that came from {@code received}'s source with
     * these ports.
     */
    final boolean matches(PacketInfo received, int ports) {
        if (ports() != ports) {
            return false;
        }
        if (!has(Flag.IPV6)) {
            return received.isIpv4()
                    && Direct.native32(address, 0) == (int) received.destinationLow
                    && Direct.native32(address, 4) == (int) received.sourceLow;
        }
        return addresses.matches(addressRecord(), received);
    }

    // --- flags ---

    final boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    final void set(int flag) {
        flags(flags() | flag);
    }

    final void unset(int flag) {
        flags(flags() & ~flag);
    }

    /** A union of {@link Flag}'s constants. */
    final int flags() {
        return Direct.native32(address, FLAGS);
    }

    final void flags(int value) {
        Direct.putNative32(address, FLAGS, value);
    }
}
