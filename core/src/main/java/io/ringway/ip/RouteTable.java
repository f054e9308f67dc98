package io.ringway.ip;

import io.ringway.memory.OwnerGuard;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import java.util.ArrayList;
import java.util.List;

/**
 * Routes of both versions, the longest prefix first (RFC 1122 §3.3.1.2).
 *
 * <p>A list is enough: packets come here only when they have no valid hint.
 */
final class RouteTable {
    private final OwnerGuard guard;
    private final int capacity;
    private final List<Route> routes = new ArrayList<>();
    private long[] prefixHigh = {};
    private long[] prefixLow = {};
    private long[] maskHigh = {};
    private long[] maskLow = {};
    private long[] gatewayHigh = {};
    private long[] gatewayLow = {};
    private boolean[] isOnLink = {};
    private long nextHopHigh;
    private long nextHopLow;

    RouteTable(int capacity, OwnerGuard guard) {
        this.guard = guard;
        this.capacity = capacity;
    }

    /** Adds a route behind those of the same length. */
    void add(Route route) {
        assert guard.passes();
        if (routes.contains(route)) {
            return;
        }
        if (routes.size() == capacity) {
            throw new IllegalStateException(
                    "no room for the route "
                            + route
                            + ": there are "
                            + capacity
                            + " already; raise maxRoutes");
        }
        int at = 0;
        while (at < routes.size() && bits(routes.get(at).prefix()) >= bits(route.prefix())) {
            at++;
        }
        routes.add(at, route);
        compile();
    }

    /** Takes a route out, and says whether it was there. */
    boolean remove(Route route) {
        assert guard.passes();
        boolean was = routes.remove(route);
        compile();
        return was;
    }

    List<Route> list() {
        return List.copyOf(routes);
    }

    private void compile() {
        int count = routes.size();
        prefixHigh = new long[count];
        prefixLow = new long[count];
        maskHigh = new long[count];
        maskLow = new long[count];
        gatewayHigh = new long[count];
        gatewayLow = new long[count];
        isOnLink = new boolean[count];
        for (int i = 0; i < count; i++) {
            Route route = routes.get(i);
            int bits = bits(route.prefix());
            prefixHigh[i] = route.prefix().address().high();
            prefixLow[i] = route.prefix().address().low();
            maskHigh[i] = bits == 0 ? 0 : -1L << (64 - Math.min(bits, 64));
            maskLow[i] = bits <= 64 ? 0 : -1L << (128 - bits);
            IpAddress gateway = route.gateway();
            isOnLink[i] = gateway == null;
            gatewayHigh[i] = gateway == null ? 0 : gateway.high();
            gatewayLow[i] = gateway == null ? 0 : gateway.low();
        }
    }

    /** The length counted in the 128 bits of a mapped address. */
    private static int bits(IpPrefix prefix) {
        return prefix.length() + 128 - prefix.address().bits();
    }

    /** Finds the next hop for a destination; false when there is no route. */
    boolean lookUp(long high, long low) {
        int index = find(high, low);
        if (index < 0) {
            return false;
        }
        nextHopHigh = isOnLink[index] ? high : gatewayHigh[index];
        nextHopLow = isOnLink[index] ? low : gatewayLow[index];
        return true;
    }

    /** Whether the address is a neighbour's: its best route names no gateway. */
    boolean isOnLink(long high, long low) {
        int index = find(high, low);
        return index >= 0 && isOnLink[index];
    }

    private int find(long high, long low) {
        assert guard.passes();
        boolean isIpv4 = IpAddress.isIpv4(high, low);
        for (int i = 0; i < prefixHigh.length; i++) {
            if (((high ^ prefixHigh[i]) & maskHigh[i]) == 0
                    && ((low ^ prefixLow[i]) & maskLow[i]) == 0
                    // ::/0 covers the mapped addresses too, which are not IPv6.
                    && IpAddress.isIpv4(prefixHigh[i], prefixLow[i]) == isIpv4) {
                return i;
            }
        }
        return -1;
    }

    /** The next hop found last. */
    long nextHopHigh() {
        return nextHopHigh;
    }

    long nextHopLow() {
        return nextHopLow;
    }
}
