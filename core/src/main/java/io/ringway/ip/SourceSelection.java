package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.wire.IpAddress;

/**
 * Chooses the source address for a destination (RFC 1122 §3.3.4.3; RFC 6724 §5, rules 1, 2, 3 and
 * 8).
 */
final class SourceSelection {
    private static final int SCOPE_WEIGHT = 1 << 16;
    private static final int PREFERRED_WEIGHT = 1 << 8;

    private final LocalAddresses addresses;
    private final RouteTable routes;

    SourceSelection(LocalAddresses addresses, RouteTable routes) {
        this.addresses = addresses;
        this.routes = routes;
    }

    /**
     * Stores the source for the destination in {@code info}; false when there is no route or no
     * address.
     */
    boolean choose(PacketInfo info) {
        long high = info.destinationHigh;
        long low = info.destinationLow;
        if (addresses.isOurs(high, low) || addresses.isLoopback(high, low)) {
            info.sourceHigh = high;
            info.sourceLow = low;
            return true;
        }
        boolean isIpv4 = IpAddress.isIpv4(high, low);
        boolean isGroup = isGroup(high, low);
        if (IpAddress.isUnspecified(high, low) || (!isGroup && !routes.lookUp(high, low))) {
            return false;
        }
        int index =
                isIpv4 && !isGroup
                        ? best(routes.nextHopHigh(), routes.nextHopLow())
                        : best(high, low);
        if (index < 0) {
            return false;
        }
        info.sourceHigh = addresses.high(index);
        info.sourceLow = addresses.low(index);
        return true;
    }

    /** Whether this is a multicast or a broadcast address. */
    boolean isGroup(long high, long low) {
        return IpAddress.isMulticast(high, low)
                || (IpAddress.isIpv4(high, low) && addresses.isBroadcast((int) low));
    }

    /** The index of the usable address nearest to {@code high} and {@code low}, or -1. */
    int best(long high, long low) {
        boolean isIpv4 = IpAddress.isIpv4(high, low);
        boolean isLinkLocal = isLinkLocalScope(high, low);
        int best = -1;
        int bestScore = -1;
        for (int i = 0; i < addresses.count(); i++) {
            if (!addresses.isUsable(i)
                    || IpAddress.isIpv4(addresses.high(i), addresses.low(i)) != isIpv4) {
                continue;
            }
            int score = score(i, high, low, isIpv4, isLinkLocal);
            if (score > bestScore) {
                bestScore = score;
                best = i;
            }
        }
        return best;
    }

    private int score(int index, long high, long low, boolean isIpv4, boolean isLinkLocal) {
        long ourHigh = addresses.high(index);
        long ourLow = addresses.low(index);
        // Beyond the prefix's length, equal bits mean nothing; for IPv4 only being in the network
        // counts.
        int common = Math.min(commonBits(ourHigh, ourLow, high, low), 127);
        int prefixBits =
                addresses.prefix(index).length() + 128 - addresses.prefix(index).address().bits();
        int score = isIpv4 && common < Math.min(prefixBits, 127) ? 0 : common;
        if (addresses.state(index) == LocalAddress.State.PREFERRED) {
            score += PREFERRED_WEIGHT;
        }
        if (!isIpv4 && isLinkLocalScope(ourHigh, ourLow) == isLinkLocal) {
            score += SCOPE_WEIGHT;
        }
        return score;
    }

    private static int commonBits(long aHigh, long aLow, long bHigh, long bLow) {
        long different = aHigh ^ bHigh;
        return different != 0
                ? Long.numberOfLeadingZeros(different)
                : 64 + Long.numberOfLeadingZeros(aLow ^ bLow);
    }

    /**
     * Whether an IPv6 address is of link-local scope or less (RFC 4007 §4): fe80::/10, ff01::/16,
     * ff02::/16.
     */
    private static boolean isLinkLocalScope(long high, long low) {
        return IpAddress.isLinkLocal(high, low) || (high >>> 56 == 0xff && (high >>> 48 & 15) <= 2);
    }
}
