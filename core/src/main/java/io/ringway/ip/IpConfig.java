package io.ringway.ip;

import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import java.util.ArrayList;
import java.util.List;

/**
 * What IP is told at the start: addresses, routes, and the limits of everything a packet can make
 * it do. Immutable.
 *
 * @param addresses this stack's addresses with their networks; a link-local IPv6 address is added
 *     by itself as soon as there is an IPv6 address or {@code linkLocal} is set
 * @param routes beyond the networks of the addresses, such as default routes
 * @param hostAddresses addresses that this host has in another stack, such as the kernel's: what we
 *     send to them comes back to ourselves, as what we send to 127.0.0.1, and nothing comes in from
 *     the link to or from them
 * @param mtu octets of the largest IP packet of the link, or 0 for what the port says
 * @param vlan the 802.1Q VLAN all frames are tagged with, 1 to 4094, or 0 for none
 * @param linkLocal whether to form a link-local IPv6 address even without any other IPv6 address
 * @param duplicateDetection how our addresses are checked and announced
 * @param hopLimit TTL or hop limit of packets whose sender does not say
 * @param extensionHeaders IPv6 extension headers taken in a packet, at most
 * @param neighbours entries of the neighbour table (ARP and NDP together)
 * @param packetsPerNeighbour packets that wait while one neighbour is asked for its link address
 * @param reachableNs how long a confirmed neighbour counts as reachable, before the random factor
 *     (RFC 4861 §6.3.2)
 * @param staleNs how long an entry that nobody uses is kept after that
 * @param reassemblyPackets packets under reassembly
 * @param reassemblyBytes octets of frames that fragments hold
 * @param fragmentsPerPacket fragments of one packet
 * @param reassemblyTimeoutNs how long the rest of a packet is waited for
 * @param pathMtus destinations whose path MTU is known to be lower than the link's
 * @param pathMtuLifetimeNs how long that is believed (RFC 1191 §6.3, RFC 8201 §4)
 * @param icmpErrorsPerSecond ICMP errors sent (RFC 1812 §4.3.2.8, RFC 4443 §2.4 f)
 * @param echoRepliesPerSecond echo requests answered
 * @param pendingFrames answers, fragments and requests that wait for the output step
 * @param maxAddresses addresses at a time
 * @param maxRoutes routes at a time, those of the addresses included
 */
public record IpConfig(
        List<IpPrefix> addresses,
        List<Route> routes,
        List<IpAddress> hostAddresses,
        int mtu,
        int vlan,
        boolean linkLocal,
        DuplicateDetection duplicateDetection,
        int hopLimit,
        int extensionHeaders,
        int neighbours,
        int packetsPerNeighbour,
        long reachableNs,
        long staleNs,
        int reassemblyPackets,
        int reassemblyBytes,
        int fragmentsPerPacket,
        long reassemblyTimeoutNs,
        int pathMtus,
        long pathMtuLifetimeNs,
        int icmpErrorsPerSecond,
        int echoRepliesPerSecond,
        int pendingFrames,
        int maxAddresses,
        int maxRoutes) {
    /** Octets that every IPv4 link must carry (RFC 791 §3.2). */
    public static final int MIN_MTU_IPV4 = 68;

    /** Octets that every IPv6 link must carry (RFC 8200 §5). */
    public static final int MIN_MTU_IPV6 = 1280;

    private static final long SECOND_NS = 1_000_000_000L;

    public IpConfig {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        hostAddresses = List.copyOf(hostAddresses);
        inRange("vlan", vlan, 0, 4094);
        inRange("hopLimit", hopLimit, 1, 255);
        inRange("extensionHeaders", extensionHeaders, 0, 64);
        inRange("neighbours", neighbours, 1, NeighbourTable.MAX_CAPACITY);
        inRange("packetsPerNeighbour", packetsPerNeighbour, 1, 1024);
        inRange("reachableNs", reachableNs, 1, 3_600 * SECOND_NS);
        inRange("staleNs", staleNs, 1, 86_400 * SECOND_NS);
        inRange("reassemblyPackets", reassemblyPackets, 1, 1024);
        inRange("reassemblyBytes", reassemblyBytes, 1 << 12, 1 << 30);
        inRange("fragmentsPerPacket", fragmentsPerPacket, 2, 8192);
        inRange("reassemblyTimeoutNs", reassemblyTimeoutNs, 1, 120 * SECOND_NS);
        inRange("pathMtus", pathMtus, 1, 1 << 16);
        inRange("pathMtuLifetimeNs", pathMtuLifetimeNs, 1, 86_400 * SECOND_NS);
        inRange("icmpErrorsPerSecond", icmpErrorsPerSecond, 0, 1_000_000);
        inRange("echoRepliesPerSecond", echoRepliesPerSecond, 0, 100_000_000);
        inRange("pendingFrames", pendingFrames, 16, 1 << 20);
        inRange("maxAddresses", maxAddresses, 1, 256);
        inRange("maxRoutes", maxRoutes, 1, 4096);
        checkAddresses(addresses, maxAddresses);
        checkHostAddresses(hostAddresses, addresses);
        checkMtu(mtu, addresses, linkLocal);
        if (routes.size() > maxRoutes) {
            throw new IllegalArgumentException(
                    routes.size() + " routes are given and maxRoutes is " + maxRoutes);
        }
    }

    private static void inRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " must be " + least + " to " + most + "; given " + value);
        }
    }

    private static void checkAddresses(List<IpPrefix> addresses, int maxAddresses) {
        if (addresses.size() > maxAddresses) {
            throw new IllegalArgumentException(
                    addresses.size() + " addresses are given and maxAddresses is " + maxAddresses);
        }
        for (int i = 0; i < addresses.size(); i++) {
            checkAddress(addresses.get(i));
            for (int j = 0; j < i; j++) {
                if (addresses.get(i).address().equals(addresses.get(j).address())) {
                    throw new IllegalArgumentException(
                            addresses.get(i).address() + " is given twice as our address");
                }
            }
        }
    }

    private static void checkHostAddresses(List<IpAddress> host, List<IpPrefix> addresses) {
        for (IpAddress address : host) {
            checkAddress(new IpPrefix(address, address.bits()));
            if (addresses.stream().anyMatch(own -> own.contains(address))) {
                throw new IllegalArgumentException(
                        address
                                + " is given as an address of this host's other stack, and is on a"
                                + " network of ours: it is reached over the link, so leave it out");
            }
        }
    }

    /** Throws unless the address can belong to one host of its network. */
    static void checkAddress(IpPrefix prefix) {
        IpAddress address = prefix.address();
        if (address.isUnspecified()
                || address.isMulticast()
                || address.isLoopback()
                || address.isBroadcast()
                || (address.isIpv4() && LocalAddresses.isMartianSource(address.ipv4()))) {
            throw new IllegalArgumentException(
                    address + " cannot be our address: a unicast address is expected");
        }
        if (address.isIpv4()
                && prefix.length() < 31
                && (address.equals(prefix.last()) || address.equals(prefix.network().address()))) {
            throw new IllegalArgumentException(
                    prefix
                            + " names the network or its broadcast address; give the host's, such"
                            + " as 198.18.0.1/24");
        }
    }

    /** Throws unless a link of this MTU (0: not known yet) can carry what is configured. */
    static void checkMtu(int mtu, List<IpPrefix> addresses, boolean linkLocal) {
        if (mtu == 0) {
            return;
        }
        if (mtu < MIN_MTU_IPV4 || mtu > 65_535) {
            throw new IllegalArgumentException("mtu must be 68 to 65535 (RFC 791); given " + mtu);
        }
        boolean hasIpv6 = linkLocal || addresses.stream().anyMatch(a -> !a.address().isIpv4());
        if (hasIpv6 && mtu < MIN_MTU_IPV6) {
            throw new IllegalArgumentException(
                    "IPv6 needs an mtu of at least 1280 (RFC 8200 §5); given "
                            + mtu
                            + ": raise it or leave the IPv6 addresses out");
        }
    }

    /** Whether the stack has IPv6 at all. */
    public boolean hasIpv6() {
        return linkLocal || addresses.stream().anyMatch(a -> !a.address().isIpv4());
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Collects what an {@link IpConfig} needs; what is not set has a sensible value for a host with
     * some peers.
     */
    public static final class Builder {
        private final ArrayList<IpPrefix> addresses = new ArrayList<>();
        private final ArrayList<Route> routes = new ArrayList<>();
        private final ArrayList<IpAddress> hostAddresses = new ArrayList<>();
        private int mtu;
        private int vlan;
        private boolean linkLocal;
        private DuplicateDetection duplicateDetection = DuplicateDetection.OPTIMISTIC;
        private int hopLimit = 64;
        private int extensionHeaders = 8;
        private int neighbours = 1024;
        private int packetsPerNeighbour = 32;
        private long reachableNs = 30 * SECOND_NS;
        private long staleNs = 600 * SECOND_NS;
        private int reassemblyPackets = 64;
        private int reassemblyBytes = 1 << 20;
        private int fragmentsPerPacket = 128;
        private long reassemblyTimeoutNs = 30 * SECOND_NS;
        private int pathMtus = 256;
        private long pathMtuLifetimeNs = 600 * SECOND_NS;
        private int icmpErrorsPerSecond = 100;
        private int echoRepliesPerSecond = 10_000;
        private int pendingFrames = 1024;
        private int maxAddresses = 32;
        private int maxRoutes = 256;

        private Builder() {}

        /** Adds an address with its network, such as {@code 198.18.0.1/24}. */
        public Builder address(String prefix) {
            return address(IpPrefix.parse(prefix));
        }

        public Builder address(IpPrefix prefix) {
            addresses.add(prefix);
            return this;
        }

        /** Adds a default route by this neighbour. */
        public Builder gateway(String address) {
            return gateway(IpAddress.parse(address));
        }

        public Builder gateway(IpAddress address) {
            return route(Route.byDefault(address));
        }

        public Builder route(Route route) {
            routes.add(route);
            return this;
        }

        /** Adds an address that this host has in another stack. */
        public Builder hostAddress(IpAddress address) {
            hostAddresses.add(address);
            return this;
        }

        public Builder mtu(int octets) {
            this.mtu = octets;
            return this;
        }

        public Builder vlan(int identifier) {
            this.vlan = identifier;
            return this;
        }

        public Builder linkLocal(boolean form) {
            this.linkLocal = form;
            return this;
        }

        public Builder duplicateDetection(DuplicateDetection how) {
            this.duplicateDetection = how;
            return this;
        }

        public Builder hopLimit(int hops) {
            this.hopLimit = hops;
            return this;
        }

        public Builder extensionHeaders(int most) {
            this.extensionHeaders = most;
            return this;
        }

        public Builder neighbours(int entries) {
            this.neighbours = entries;
            return this;
        }

        public Builder packetsPerNeighbour(int packets) {
            this.packetsPerNeighbour = packets;
            return this;
        }

        public Builder reachableNs(long time) {
            this.reachableNs = time;
            return this;
        }

        public Builder staleNs(long time) {
            this.staleNs = time;
            return this;
        }

        public Builder reassemblyPackets(int packets) {
            this.reassemblyPackets = packets;
            return this;
        }

        public Builder reassemblyBytes(int octets) {
            this.reassemblyBytes = octets;
            return this;
        }

        public Builder fragmentsPerPacket(int fragments) {
            this.fragmentsPerPacket = fragments;
            return this;
        }

        public Builder reassemblyTimeoutNs(long time) {
            this.reassemblyTimeoutNs = time;
            return this;
        }

        public Builder pathMtus(int destinations) {
            this.pathMtus = destinations;
            return this;
        }

        public Builder pathMtuLifetimeNs(long time) {
            this.pathMtuLifetimeNs = time;
            return this;
        }

        public Builder icmpErrorsPerSecond(int errors) {
            this.icmpErrorsPerSecond = errors;
            return this;
        }

        public Builder echoRepliesPerSecond(int replies) {
            this.echoRepliesPerSecond = replies;
            return this;
        }

        public Builder pendingFrames(int frames) {
            this.pendingFrames = frames;
            return this;
        }

        public Builder maxAddresses(int most) {
            this.maxAddresses = most;
            return this;
        }

        public Builder maxRoutes(int most) {
            this.maxRoutes = most;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException when a value is out of its range; the message says which
         *     and what is expected
         */
        public IpConfig build() {
            return new IpConfig(
                    addresses,
                    routes,
                    hostAddresses,
                    mtu,
                    vlan,
                    linkLocal,
                    duplicateDetection,
                    hopLimit,
                    extensionHeaders,
                    neighbours,
                    packetsPerNeighbour,
                    reachableNs,
                    staleNs,
                    reassemblyPackets,
                    reassemblyBytes,
                    fragmentsPerPacket,
                    reassemblyTimeoutNs,
                    pathMtus,
                    pathMtuLifetimeNs,
                    icmpErrorsPerSecond,
                    echoRepliesPerSecond,
                    pendingFrames,
                    maxAddresses,
                    maxRoutes);
        }
    }
}
