package io.ringway.ip;

import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;
import io.ringway.wire.MacAddress;

import java.util.ArrayList;
import java.util.List;

/**
 * This stack's addresses, and which packets they make ours: unicast, broadcast, multicast groups.
 */
final class LocalAddresses {
    private static final int NO_ADDRESS = -1;
    private static final long ALL_HOSTS = IpAddress.ipv4Low(0xe000_0001);
    private static final long INTERFACE_LOCAL_HIGH = 0xff01L << 48;
    private static final long LINK_LOCAL_HIGH = 0xff02L << 48;
    private static final long ALL_NODES_LOW = 1;

    private final IpPrefix[] prefixes;
    private final LocalAddress.State[] states;
    private final long[] high;
    private final long[] low;
    private int count;

    /**
     * The first usable IPv4 address as an unsigned number, or {@link #NO_ADDRESS}: what most
     * packets are for.
     */
    private long primaryIpv4 = NO_ADDRESS;

    private long primaryBroadcast = NO_ADDRESS;
    private int ipv4Count;

    /** What the application has joined beside the groups that every host is in. */
    private final Groups groups = new Groups();

    /** This host's addresses in another stack, high and low in turn: as loopback ones are. */
    private final long[] host;

    LocalAddresses(int capacity, List<IpAddress> hostAddresses) {
        this.host = new long[hostAddresses.size() * 2];
        for (int i = 0; i < hostAddresses.size(); i++) {
            host[i * 2] = hostAddresses.get(i).high();
            host[i * 2 + 1] = hostAddresses.get(i).low();
        }
        this.prefixes = new IpPrefix[capacity];
        this.states = new LocalAddress.State[capacity];
        this.high = new long[capacity];
        this.low = new long[capacity];
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count == prefixes.length;
    }

    IpPrefix prefix(int index) {
        return prefixes[index];
    }

    long high(int index) {
        return high[index];
    }

    long low(int index) {
        return low[index];
    }

    LocalAddress.State state(int index) {
        return states[index];
    }

    void state(int index, LocalAddress.State state) {
        states[index] = state;
        choosePrimary();
    }

    void add(IpPrefix prefix, LocalAddress.State state) {
        prefixes[count] = prefix;
        states[count] = state;
        high[count] = prefix.address().high();
        low[count] = prefix.address().low();
        count++;
        choosePrimary();
    }

    void remove(int index) {
        count--;
        int behind = count - index;
        System.arraycopy(prefixes, index + 1, prefixes, index, behind);
        System.arraycopy(states, index + 1, states, index, behind);
        System.arraycopy(high, index + 1, high, index, behind);
        System.arraycopy(low, index + 1, low, index, behind);
        choosePrimary();
    }

    private void choosePrimary() {
        primaryIpv4 = NO_ADDRESS;
        ipv4Count = 0;
        for (int i = count - 1; i >= 0; i--) {
            if (IpAddress.isIpv4(high[i], low[i])) {
                ipv4Count++;
                if (isUsable(i)) {
                    primaryIpv4 = low[i] & 0xffff_ffffL;
                    IpAddress last = prefixes[i].last();
                    primaryBroadcast =
                            prefixes[i].length() < 31 ? last.low() & 0xffff_ffffL : NO_ADDRESS;
                }
            }
        }
    }

    List<LocalAddress> list() {
        List<LocalAddress> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new LocalAddress(prefixes[i], states[i]));
        }
        return all;
    }

    /** The index of an address in whatever state, or -1. */
    int find(long addressHigh, long addressLow) {
        for (int i = 0; i < count; i++) {
            if (low[i] == addressLow && high[i] == addressHigh) {
                return i;
            }
        }
        return -1;
    }

    boolean isUsable(int index) {
        return states[index] == LocalAddress.State.PREFERRED
                || states[index] == LocalAddress.State.OPTIMISTIC;
    }

    /** Whether it is the first IPv4 address: the short way for most packets. */
    boolean isPrimary(int ipv4) {
        return (ipv4 & 0xffff_ffffL) == primaryIpv4;
    }

    /**
     * Whether what is sent to this address comes back to ourselves only: a loopback address, or one
     * that this host has in another stack.
     */
    boolean isLoopback(long addressHigh, long addressLow) {
        return IpAddress.isLoopback(addressHigh, addressLow) || isHost(addressHigh, addressLow);
    }

    private boolean isHost(long addressHigh, long addressLow) {
        for (int i = 0; i < host.length; i += 2) {
            if (host[i + 1] == addressLow && host[i] == addressHigh) {
                return true;
            }
        }
        return false;
    }

    /** Whether an IPv4 address is neither one of ours, or of this host, nor a broadcast address. */
    boolean isForeign(int ipv4) {
        if (host.length > 0 && isHost(0, IpAddress.ipv4Low(ipv4))) {
            return false;
        }
        if (ipv4Count == 1) {
            long address = ipv4 & 0xffff_ffffL;
            return address != primaryIpv4 && address != primaryBroadcast;
        }
        return find(0, IpAddress.ipv4Low(ipv4)) < 0 && !isBroadcast(ipv4);
    }

    boolean hasIpv4() {
        return primaryIpv4 != NO_ADDRESS;
    }

    /** Whether packets for this address are for us; loopback addresses are not meant here. */
    boolean isOurs(long addressHigh, long addressLow) {
        int index = find(addressHigh, addressLow);
        return index >= 0 && isUsable(index);
    }

    /**
     * Whether this is a broadcast address of the link: 255.255.255.255 or a network's last one (RFC
     * 922).
     */
    boolean isBroadcast(int ipv4) {
        if (ipv4 == 0xffff_ffff) {
            return true;
        }
        for (int i = 0; i < count; i++) {
            int length = prefixes[i].length();
            if (IpAddress.isIpv4(high[i], low[i]) && length < 31) {
                int hostMask = length == 0 ? -1 : ~(-1 << (32 - length));
                if (((int) low[i] | hostMask) == ipv4) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Whether no host may send from this IPv4 address (RFC 1122 §3.2.1.3, RFC 1812 §5.3.7): 0/8,
     * 127/8, 224/3.
     */
    static boolean isMartianSource(int ipv4) {
        int first = ipv4 >>> 24;
        return first == 0 || first == 127 || first >= 224;
    }

    Groups groups() {
        return groups;
    }

    /** Whether we are in this multicast group (RFC 1112 §4, RFC 4291 §2.8). */
    boolean isMember(long groupHigh, long groupLow) {
        if (groups.has(groupHigh, groupLow)) {
            return true;
        }
        if (groupHigh == 0) {
            return groupLow == ALL_HOSTS && hasIpv4();
        }
        if (groupLow == ALL_NODES_LOW) {
            return groupHigh == LINK_LOCAL_HIGH || groupHigh == INTERFACE_LOCAL_HIGH;
        }
        if (groupHigh != LINK_LOCAL_HIGH) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (!IpAddress.isIpv4(high[i], low[i])
                    && states[i] != LocalAddress.State.DUPLICATE
                    && IpAddress.solicitedNodeLow(low[i]) == groupLow) {
                return true;
            }
        }
        return false;
    }

    /** Whether frames to this group address can carry something for us. */
    boolean acceptsGroup(long mac) {
        if (mac == MacAddress.BROADCAST || mac == MacAddress.ofIpv4Multicast((int) ALL_HOSTS)) {
            return true;
        }
        if (mac == MacAddress.ofIpv6Multicast(ALL_NODES_LOW) || groups.hasLink(mac)) {
            return true;
        }
        for (int i = 0; i < count; i++) {
            if (!IpAddress.isIpv4(high[i], low[i])
                    && MacAddress.ofIpv6Multicast(IpAddress.solicitedNodeLow(low[i])) == mac) {
                return true;
            }
        }
        return false;
    }
}
