package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.IntQueue;
import io.ringway.memory.Octets;
import io.ringway.memory.OwnerGuard;
import io.ringway.memory.Slab;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The lane's connections: their records, the table that finds them, what they borrow, and the
 * queues of who has work.
 */
final class Connections implements AutoCloseable, ConnectionTable.Hashes {
    private static final long RTO_AFTER_LOST_SYN_NS = 3_000_000_000L;

    private final Slab slab;
    private final AddressRecords addresses;
    private final ConnectionTable table;
    private final FlowHash flowHash;
    private final PeerLimits peers;
    private final CongestionControls algorithms;
    private final FlightPool flights;
    private final Counters counters;
    private final TcpConfig config;
    private final int minRtoUs;
    private final int maxRtoUs;
    private final Tcb hashCursor;
    private final PacketInfo keyOf = new PacketInfo();
    private short[] generations = new short[0];

    /** The searches for the path MTU. */
    final PathSearches searches;

    /** Who may touch all this. */
    final OwnerGuard guard;

    /** Connections with something to send. */
    final IntQueue dirty = new IntQueue(256);

    /** Connections that had a turn and have more to send. */
    final IntQueue unfinished = new IntQueue(256);

    /** What came twice. */
    final DuplicateReports duplicates = new DuplicateReports();

    /** Connections with news for the application. */
    final IntQueue ready = new IntQueue(256);

    Connections(
            TcpConfig config,
            CongestionControls algorithms,
            Counters counters,
            FlowHash flowHash,
            PeerLimits peers,
            OwnerGuard guard) {
        this.guard = guard;
        this.config = config;
        this.algorithms = algorithms;
        this.counters = counters;
        this.flowHash = flowHash;
        this.peers = peers;
        this.minRtoUs = (int) (config.minRtoNs() / 1000);
        this.maxRtoUs = (int) Math.min(Integer.MAX_VALUE, config.maxRtoNs() / 1000);
        int initial = Math.min(config.initialConnections(), config.maxConnections());
        this.slab = new Slab(Tcb.LENGTH, initial, config.maxConnections(), guard);
        this.addresses = new AddressRecords(config.maxConnections(), guard);
        this.table = new ConnectionTable(initial, this, guard);
        this.flights = new FlightPool(config.maxFlights(), algorithms);
        this.hashCursor = cursor();
        this.searches = new PathSearches(config.path().raiseNs());
    }

    /** A new cursor over the records. */
    Tcb cursor() {
        return new Tcb(slab, addresses);
    }

    int hash(PacketInfo received, int ports) {
        return flowHash.hash(
                received.sourceHigh,
                received.sourceLow,
                received.destinationHigh,
                received.destinationLow,
                ports);
    }

    /**
     * Moves {@code tcb} to the connection of a packet.
     *
     * @param ports local port in the upper half, remote port in the lower
     * @return whether there is one
     */
    boolean find(Tcb tcb, PacketInfo received, int ports, int hash) {
        for (int at = table.first(hash); at >= 0; at = table.next(hash, at)) {
            if (tcb.at(table.value(at)).matches(received, ports)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int hashOf(int value) {
        hashCursor.at(value);
        addressesOf(hashCursor, keyOf);
        return hash(keyOf, hashCursor.ports());
    }

    /** Loads the bucket of a look-up, so that the misses of a burst overlap. */
    int touchTable(int hash) {
        return table.touch(hash);
    }

    /** Loads both lines of the record that the look-up will most likely find. */
    int touchRecord(int hash) {
        int position = table.first(hash);
        if (position == ConnectionTable.NONE) {
            return 0;
        }
        int index = table.value(position);
        MemorySegment memory = slab.memory(index);
        long at = slab.offset(index);
        return Octets.native32(memory, at) + Octets.native32(memory, at + 64);
    }

    /**
     * Makes a connection, its cursor left on it, with the key of packets that come from {@code
     * received}'s source.
     *
     * @return false when the table is full
     */
    boolean create(Tcb tcb, PacketInfo received, int localPort, int remotePort) {
        int index = slab.allocate();
        if (index == Slab.NONE) {
            counters.increment(Counter.TCP_NO_TCB);
            return false;
        }
        tcb.at(index).clear();
        int hash = hash(received, localPort << 16 | remotePort);
        if (received.isIpv4()) {
            tcb.key(received.destinationLow, received.sourceLow, localPort, remotePort);
        } else {
            int record = addresses.allocate(received);
            if (record == Slab.NONE) {
                slab.free(index);
                counters.increment(Counter.TCP_NO_TCB);
                return false;
            }
            tcb.key(record, hash, localPort, remotePort);
        }
        table.insert(hash, index);
        tcb.set(Flag.TABLED);
        peers.add(PeerTable.CONNECTIONS, received.sourceHigh, received.sourceLow);
        return true;
    }

    /** Takes a Flight to another lane; the connection is about to follow. */
    Flight part(Tcb tcb) {
        Flight flight = flight(tcb);
        flights.part(flight);
        return flight;
    }

    /** Takes in a Flight that came with a connection from another lane. */
    void adopt(Tcb tcb, Flight flight) {
        flights.adopt(flight, tcb.index());
        tcb.flight(flight.index);
        flight.algorithm = algorithms.at(tcb.algorithm());
    }

    /** Takes the connection out of the table: no segment finds it any more. */
    void unlink(Tcb tcb) {
        if (!tcb.has(Flag.TABLED)) {
            return;
        }
        tcb.unset(Flag.TABLED);
        addressesOf(tcb, keyOf);
        peers.remove(PeerTable.CONNECTIONS, keyOf.sourceHigh, keyOf.sourceLow);
        boolean removed = table.remove(hash(keyOf, tcb.ports()), tcb.index());
        assert removed : tcb;
    }

    /** Fills in addresses as a packet of the peer's has them. */
    void addressesOf(Tcb tcb, PacketInfo into) {
        into.sourceHigh = tcb.remoteHigh();
        into.sourceLow = tcb.remoteLow();
        into.destinationHigh = tcb.localHigh();
        into.destinationLow = tcb.localLow();
    }

    /** Gives the record back. */
    void free(Tcb tcb) {
        assert !tcb.has(Flag.TABLED) && tcb.flight() < 0 && tcb.receiveHead() < 0 : tcb;
        if (tcb.has(Flag.IPV6)) {
            addresses.free(tcb.addressRecord());
        }
        int index = tcb.index();
        searches.remove(index);
        if (index >= generations.length) {
            generations = Arrays.copyOf(generations, Math.max(index + 1, slab.capacity()));
        }
        generations[index]++;
        tcb.state(TcpState.N_CLOSED);
        duplicates.clear(index);
        slab.free(index);
    }

    // --- what a connection borrows ---

    /** The connection's flight; it has one. */
    Flight flight(Tcb tcb) {
        return flights.get(tcb.flight());
    }

    /** The flight of that number, which may be nobody's by now. */
    Flight flightAt(int index) {
        return flights.made(index);
    }

    /** The connection's flight, borrowed now if it had none; null when there is none to be had. */
    @Nullable Flight borrow(Tcb tcb, long nowNs, int idleTicks) {
        int index = tcb.flight();
        if (index >= 0) {
            return flights.get(index);
        }
        Flight flight = flights.borrow(tcb.index(), tcb.sndNxt());
        if (flight == null) {
            counters.increment(Counter.TCP_NO_FLIGHT);
            return null;
        }
        tcb.flight(flight.index);
        int srttUs = tcb.srttUs();
        flight.rtoNs = srttUs == 0 ? rtoWithoutSample(tcb) : rtoNs(srttUs, tcb.rttvarUs());
        int cwnd = tcb.cwnd();
        // RFC 5681 §4.1: after an idle RTO the path is no longer known.
        if (idleTicks * 1_000_000L > flight.rtoNs && config.congestion().isRestartedAfterIdle()) {
            cwnd = Math.min(cwnd, initialWindow(tcb.mss()));
        }
        flight.congestion.reset(cwnd, tcb.ssthresh(), tcb.mss(), srttUs * 1000L);
        flight.rcvNxtBefore = tcb.rcvNxt();
        flight.rack.reset(tcb.has(Flag.REORDERING), srttUs * 1000L);
        choose(tcb, flight, nowNs);
        flight.progressNs = nowNs;
        flight.path = searches.of(tcb.index());
        return flight;
    }

    private void choose(Tcb tcb, Flight flight, long nowNs) {
        int choice = tcb.algorithm();
        flight.choose(algorithms.at(choice), choice);
        flight.algorithm.onStart(flight.congestion, nowNs);
        Pacer.start(flight, config.congestion().pacing());
        flight.congestion.segmentsAnAck = config.congestion().slowStartSegments();
    }

    /** The algorithm that the connection has chosen. */
    CongestionControl algorithm(Tcb tcb) {
        return algorithms.at(tcb.algorithm());
    }

    /** The connection uses the algorithm of this number from now on. */
    void choose(Tcb tcb, int choice, long nowNs) {
        tcb.algorithm(choice);
        if (tcb.flight() >= 0) {
            choose(tcb, flight(tcb), nowNs);
        }
    }

    /**
     * An established connection has no sample only when its SYN had to be sent again, and then the
     * RTO is 3 s (RFC 6298 §5.7).
     */
    long rtoWithoutSample(Tcb tcb) {
        return tcb.state() < TcpState.N_ESTABLISHED
                ? config.initialRtoNs()
                : Math.max(config.initialRtoNs(), RTO_AFTER_LOST_SYN_NS);
    }

    /** The peer's FIN came, and does not acknowledge ours, which may go out with its ACK again. */
    void onCrossedFin(Tcb tcb) {
        if (config.ways().isCrossedFinRepeated() && tcb.has(Flag.FIN_SENT)) {
            flight(tcb).probe.isDue = true;
        }
    }

    /** The RTO of RFC 6298 §2.3 within the configuration's limits, in nanoseconds. */
    long rtoNs(int srttUs, int rttvarUs) {
        int variationUs = rttvarUs;
        if (config.ways().isMinRtoOfVariation()) {
            variationUs = Math.max(rttvarUs, minRtoUs / 4);
        }
        return 1000L * RttEstimator.rto(srttUs, variationUs, minRtoUs, maxRtoUs);
    }

    /** Gives the flight back if nothing is under way; what must survive goes into the TCB. */
    void restIfIdle(Tcb tcb, Flight flight) {
        if (flight.queueHead == FramePool.NONE
                && flight.outOfOrderFrames == 0
                && tcb.sndUna() == tcb.sndNxt()
                && !flight.isSynDue
                && !flight.isFastOpen
                && !flight.hasFin
                && !isKept(flight)
                && (!tcb.has(Flag.SHUT) || tcb.has(Flag.FIN_SENT))) {
            tcb.cwnd(flight.congestion.cwnd);
            tcb.ssthresh(flight.congestion.ssthresh);
            if (flight.rack.isReordering()) {
                tcb.set(Flag.REORDERING);
            }
            if (flight.backoff > 0 && tcb.srttUs() > 0) {
                keepBackOff(tcb, flight);
            }
            tcb.flight(-1);
            flights.giveBack(flight);
        }
    }

    /** While many flights are borrowed, none is kept for what may come. */
    private boolean isKept(Flight flight) {
        return flight.keepUntilNs != 0 && flights.inUse() <= config.maxFlights() / 2;
    }

    /**
     * No round trip was measured since the RTO was backed off, so it stays (RFC 6298 §5.7): in the
     * variation.
     */
    private void keepBackOff(Tcb tcb, Flight flight) {
        long rtoNs = Math.min(flight.rtoNs << Math.min(flight.backoff, 16), config.maxRtoNs());
        int rttvarUs = (int) Math.min(1 << 28, (rtoNs / 1000 - tcb.srttUs()) / 4);
        tcb.rttvarUs(Math.max(tcb.rttvarUs(), rttvarUs));
    }

    /** Gives the flight back, emptied. */
    void dropFlight(Tcb tcb, SendQueue sendQueue, Reassembly reassembly) {
        if (tcb.flight() >= 0) {
            Flight flight = flight(tcb);
            sendQueue.clear(flight);
            reassembly.clear(flight);
            tcb.flight(-1);
            flights.giveBack(flight);
        }
    }

    /** The initial window in octets (RFC 6928 §2). */
    int initialWindow(int mss) {
        return Math.min(
                config.initialWindowSegments() * mss,
                Math.max(2 * mss, config.initialWindowSegments() * 1460));
    }

    // --- the queues ---

    /** Notes that the connection has something to send. */
    void markDirty(Tcb tcb) {
        int flags = tcb.flags();
        if ((flags & Flag.DIRTY) == 0) {
            tcb.flags(flags | Flag.DIRTY);
            dirty.add(tcb.index());
        }
    }

    /** Notes that the connection has more to send than its turn allowed. */
    void markUnfinished(Tcb tcb) {
        int flags = tcb.flags();
        if ((flags & Flag.DIRTY) == 0) {
            tcb.flags(flags | Flag.DIRTY);
            unfinished.add(tcb.index());
        }
    }

    /** Notes news for the application. */
    void notify(Tcb tcb, int events) {
        tcb.events(tcb.events() | events);
        int flags = tcb.flags();
        if ((flags & Flag.READY) == 0) {
            tcb.flags(flags | Flag.READY);
            ready.add(tcb.index());
        }
    }

    /**
     * Data came in order: news for the application, and an ACK to think of.
     *
     * @param flags what the connection's flags become
     */
    void noteData(Tcb tcb, int flags) {
        if ((flags & Flag.DIRTY) == 0) {
            dirty.add(tcb.index());
        }
        if ((flags & Flag.READY) == 0) {
            ready.add(tcb.index());
        }
        tcb.flags(flags | Flag.DIRTY | Flag.READY);
        tcb.events(tcb.events() | TcpUser.READABLE);
    }

    int count() {
        return slab.count();
    }

    int flightsInUse() {
        return flights.inUse();
    }

    int maximum() {
        return slab.maximum();
    }

    int capacity() {
        return slab.capacity();
    }

    boolean isAllocated(int index) {
        return index >= 0 && index < slab.capacity() && slab.isAllocated(index);
    }

    /** Shows every connection's number. Control path. */
    void forEach(IntConsumer action) {
        slab.forEach(action);
    }

    /** How often the record was freed, so that a handle of an earlier use is known as stale. */
    int generation(int index) {
        return index < generations.length ? generations[index] : 0;
    }

    @Override
    public void close() {
        slab.close();
        addresses.close();
        table.close();
    }
}
