package io.ringway.ip;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.IpAddress;

/**
 * Checks that nobody else has our addresses, and announces them: RFC 4862 §5.4 for IPv6, RFC 5227
 * for IPv4.
 *
 * <p>Each address goes through probes (its question asked of the whole link), then announcements
 * (IPv4 only), then silence. Afterwards an IPv4 conflict is answered by one announcement at most
 * every ten seconds (RFC 5227 §2.4 c).
 */
final class DuplicateAddressDetection {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    /**
     * RFC 5227 §1.1: PROBE_WAIT, PROBE_MIN and _MAX, ANNOUNCE_WAIT, ANNOUNCE_INTERVAL,
     * DEFEND_INTERVAL.
     */
    private static final long FIRST_DELAY_NS = SECOND_NS;

    private static final int IPV4_PROBES = 3;
    private static final long PROBE_MIN_NS = SECOND_NS;
    private static final long PROBE_SPREAD_NS = SECOND_NS;
    private static final long ANNOUNCE_WAIT_NS = 2 * SECOND_NS;
    private static final int ANNOUNCEMENTS = 2;
    private static final long ANNOUNCE_INTERVAL_NS = 2 * SECOND_NS;
    private static final long DEFEND_INTERVAL_NS = 10 * SECOND_NS;

    /** RFC 4862 §5.1 and RFC 4861 §10: DupAddrDetectTransmits and RetransTimer. */
    private static final int IPV6_PROBES = 1;

    private static final long IPV6_WAIT_NS = SECOND_NS;

    private final Counters counters;
    private final LocalAddresses addresses;
    private final NeighbourTable table;
    private final ArpOutput arp;
    private final NdpOutput ndp;
    private final SeededRandom random;
    private final DuplicateDetection mode;

    // What is left to do for an address, by its index in the addresses.
    private final int[] probes;
    private final int[] announcements;
    private final long[] deadlineNs;
    private final boolean[] isStarted;
    private final long[] defendedNs;
    private long nextDeadlineNs = NEVER;

    DuplicateAddressDetection(
            IpConfig config,
            Counters counters,
            LocalAddresses addresses,
            NeighbourTable table,
            ArpOutput arp,
            NdpOutput ndp,
            SeededRandom random) {
        this.counters = counters;
        this.addresses = addresses;
        this.table = table;
        this.arp = arp;
        this.ndp = ndp;
        this.random = random;
        this.mode = config.duplicateDetection();
        this.probes = new int[config.maxAddresses() + 1];
        this.announcements = new int[config.maxAddresses() + 1];
        this.deadlineNs = new long[config.maxAddresses() + 1];
        this.isStarted = new boolean[config.maxAddresses() + 1];
        this.defendedNs = new long[config.maxAddresses() + 1];
    }

    /** The state in which a new address begins. */
    LocalAddress.State initialState(boolean isIpv4) {
        return switch (mode) {
            case OFF -> LocalAddress.State.PREFERRED;
            case OPTIMISTIC ->
                    isIpv4 ? LocalAddress.State.PREFERRED : LocalAddress.State.OPTIMISTIC;
            case STRICT -> LocalAddress.State.TENTATIVE;
        };
    }

    /** Begins with the address added last; the clock is read when time next passes. */
    void onAdded(int index) {
        boolean isIpv4 = isIpv4(index);
        isStarted[index] = false;
        defendedNs[index] = Long.MIN_VALUE;
        boolean isOff = mode == DuplicateDetection.OFF;
        deadlineNs[index] = isOff ? NEVER : Long.MIN_VALUE;
        announcements[index] = isIpv4 ? ANNOUNCEMENTS : 0;
        probes[index] =
                isIpv4 ? (mode == DuplicateDetection.STRICT ? IPV4_PROBES : 0) : IPV6_PROBES;
        nextDeadlineNs = Math.min(nextDeadlineNs, deadlineNs[index]);
    }

    /** Forgets an address that is being removed; those behind it move up. */
    void onRemoved(int index) {
        int behind = probes.length - index - 1;
        System.arraycopy(probes, index + 1, probes, index, behind);
        System.arraycopy(announcements, index + 1, announcements, index, behind);
        System.arraycopy(deadlineNs, index + 1, deadlineNs, index, behind);
        System.arraycopy(isStarted, index + 1, isStarted, index, behind);
        System.arraycopy(defendedNs, index + 1, defendedNs, index, behind);
    }

    private boolean isIpv4(int index) {
        return IpAddress.isIpv4(addresses.high(index), addresses.low(index));
    }

    long nextDeadlineNs() {
        return nextDeadlineNs;
    }

    /** Does what is due; returns for how many addresses something was. */
    int expire(long nowNs) {
        if (nowNs < nextDeadlineNs) {
            return 0;
        }
        int work = 0;
        nextDeadlineNs = NEVER;
        for (int i = 0; i < addresses.count(); i++) {
            if (deadlineNs[i] <= nowNs) {
                work++;
                deadlineNs[i] = isStarted[i] ? step(i, nowNs) : start(i, nowNs);
            }
            nextDeadlineNs = Math.min(nextDeadlineNs, deadlineNs[i]);
        }
        return work;
    }

    /** Hosts that come up together do not ask together. */
    private long start(int index, long nowNs) {
        isStarted[index] = true;
        return probes[index] > 0 ? nowNs + random.below(FIRST_DELAY_NS) : step(index, nowNs);
    }

    /** Takes the next step for an address, and returns when the one after it is due. */
    private long step(int index, long nowNs) {
        boolean isIpv4 = isIpv4(index);
        int address = (int) addresses.low(index);
        if (probes[index] > 0) {
            probes[index]--;
            if (isIpv4) {
                arp.probe(address);
                boolean isLast = probes[index] == 0;
                return nowNs
                        + (isLast
                                ? ANNOUNCE_WAIT_NS
                                : PROBE_MIN_NS + random.below(PROBE_SPREAD_NS));
            }
            ndp.probe(addresses.high(index), addresses.low(index));
            return nowNs + IPV6_WAIT_NS;
        }
        if (addresses.state(index) != LocalAddress.State.PREFERRED) {
            addresses.state(index, LocalAddress.State.PREFERRED);
        }
        if (announcements[index] > 0) {
            announcements[index]--;
            arp.announce(address);
            return announcements[index] > 0 ? nowNs + ANNOUNCE_INTERVAL_NS : NEVER;
        }
        return NEVER;
    }

    /**
     * Looks at an ARP packet of another station for a claim on an address of ours.
     *
     * @return whether there is one, so that the packet is not to be used otherwise
     */
    boolean onArp(int sender, int target, boolean isRequest, long nowNs) {
        int index = addresses.find(0, IpAddress.ipv4Low(sender == 0 ? target : sender));
        if (index < 0) {
            return false;
        }
        boolean isTentative = addresses.state(index) == LocalAddress.State.TENTATIVE;
        if (sender == 0) {
            // RFC 5227 §2.1.1: another host probes for the address that we probe for.
            if (isTentative && isRequest) {
                fail(index, Counter.ARP_CONFLICT);
            }
            return isTentative;
        }
        if (isTentative) {
            fail(index, Counter.ARP_CONFLICT);
        } else if (addresses.isUsable(index)) {
            counters.increment(Counter.ARP_CONFLICT);
            defend(index, nowNs);
        }
        return true;
    }

    private void defend(int index, long nowNs) {
        boolean isFirst = defendedNs[index] == Long.MIN_VALUE;
        if (mode != DuplicateDetection.OFF
                && (isFirst || nowNs - defendedNs[index] >= DEFEND_INTERVAL_NS)) {
            defendedNs[index] = nowNs;
            arp.announce((int) addresses.low(index));
        }
    }

    /**
     * Another node checks this address: if we are checking it too, neither may have it. True when
     * that was so.
     */
    boolean onSolicitation(long high, long low) {
        return failWhileChecked(high, low);
    }

    /** Another node says that this address is its own. True when the address is ours. */
    boolean onAdvertisement(long high, long low) {
        int index = addresses.find(high, low);
        if (index < 0) {
            return false;
        }
        if (!failWhileChecked(high, low)) {
            counters.increment(Counter.DAD_FAILED);
        }
        return true;
    }

    private boolean failWhileChecked(long high, long low) {
        int index = addresses.find(high, low);
        if (index < 0
                || (addresses.state(index) != LocalAddress.State.TENTATIVE
                        && addresses.state(index) != LocalAddress.State.OPTIMISTIC)) {
            return false;
        }
        fail(index, Counter.DAD_FAILED);
        return true;
    }

    private void fail(int index, Counter reason) {
        counters.increment(reason);
        addresses.state(index, LocalAddress.State.DUPLICATE);
        deadlineNs[index] = NEVER;
        table.invalidateHints();
    }
}
