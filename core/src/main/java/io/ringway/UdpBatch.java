package io.ringway;

import io.ringway.memory.ByteRing;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Datagrams that a {@link UdpChannel} receives or sends at a time: places for a number of them,
 * used over and over, so that none of them costs an allocation.
 *
 * <p>Each has a peer, which sent it or is to get it, and an address of ours, to which it was sent
 * or from which it is to be sent. So what was received can be sent as it is: it goes back.
 *
 * <p>One thread at a time.
 */
public final class UdpBatch {
    private final MemorySegment memory;
    private final int capacity;
    private final int slotLength;
    private final int[] lengths;
    private final int[] wholeLengths;
    private final int[] segmentSizes;
    private final int[] peerPorts;
    private final long[] peers;
    private final long[] locals;
    private final long[] stamps;
    private int count;

    /**
     * Places on the heap.
     *
     * @param capacity how many datagrams, at least 1
     * @param slotLength octets of the longest one, 1 to 65,527; what is longer is cut off
     */
    public UdpBatch(int capacity, int slotLength) {
        this(
                MemorySegment.ofArray(
                        new byte[Math.multiplyExact(Math.max(0, capacity), slotLength)]),
                capacity,
                slotLength);
    }

    /** The same in memory of the caller's, which has at least {@code capacity × slotLength}. */
    public UdpBatch(MemorySegment memory, int capacity, int slotLength) {
        Require.inRange("capacity", capacity, 1, 1 << 16);
        Require.inRange("slotLength", slotLength, 1, 65_527);
        if (memory.byteSize() < (long) capacity * slotLength) {
            throw new IllegalArgumentException(
                    "the memory needs "
                            + (long) capacity * slotLength
                            + " octets; given "
                            + memory.byteSize());
        }
        this.memory = memory;
        this.capacity = capacity;
        this.slotLength = slotLength;
        this.lengths = new int[capacity];
        this.wholeLengths = new int[capacity];
        this.segmentSizes = new int[capacity];
        this.peerPorts = new int[capacity];
        this.peers = new long[capacity * 2];
        this.locals = new long[capacity * 2];
        this.stamps = new long[capacity];
    }

    public int capacity() {
        return capacity;
    }

    /** How many datagrams there are. */
    public int count() {
        return count;
    }

    int room() {
        return capacity - count;
    }

    /** Empties it. */
    public void clear() {
        count = 0;
    }

    // --- what there is ---

    /** Where the payloads lie: each {@link #length} octets at {@link #offset}. */
    public MemorySegment memory() {
        return memory;
    }

    public long offset(int index) {
        return (long) Objects.checkIndex(index, capacity) * slotLength;
    }

    public int length(int index) {
        return lengths[Objects.checkIndex(index, count)];
    }

    /** Whether the datagram was longer than its place, and the rest is lost. */
    public boolean isTruncated(int index) {
        return wholeLengths[Objects.checkIndex(index, count)] > slotLength;
    }

    /** A copy of the payload. */
    public byte[] toBytes(int index) {
        return memory.asSlice(offset(index), length(index)).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Who sent it, or is to get it. Allocates; the next three do not. */
    public Endpoint peer(int index) {
        return new Endpoint(new IpAddress(peerHigh(index), peerLow(index)), peerPort(index));
    }

    public long peerHigh(int index) {
        return peers[Objects.checkIndex(index, count) * 2];
    }

    public long peerLow(int index) {
        return peers[Objects.checkIndex(index, count) * 2 + 1];
    }

    public int peerPort(int index) {
        return peerPorts[Objects.checkIndex(index, count)];
    }

    /** Our address, or the group, that it was sent to. Allocates; the next two do not. */
    public IpAddress local(int index) {
        return new IpAddress(localHigh(index), localLow(index));
    }

    public long localHigh(int index) {
        return locals[Objects.checkIndex(index, count) * 2];
    }

    public long localLow(int index) {
        return locals[Objects.checkIndex(index, count) * 2 + 1];
    }

    /** When the port received it, in nanoseconds of the stack's clock. */
    public long stampNs(int index) {
        return stamps[Objects.checkIndex(index, count)];
    }

    /** Octets of each datagram that {@link #segmentSize(int, int)} makes of it, or 0. */
    public int segmentSize(int index) {
        return segmentSizes[Objects.checkIndex(index, count)];
    }

    // --- what is to be sent ---

    /**
     * Appends a datagram; its place is to be filled by {@link #memory}.
     *
     * @param to who is to get it; null for the peer that the channel is connected to
     * @return its index
     * @throws IllegalStateException when there is no place left
     */
    public int add(@org.jspecify.annotations.Nullable Endpoint to, int length) {
        return to == null
                ? add(0, 0, 0, length)
                : add(to.address().high(), to.address().low(), to.port(), length);
    }

    /** The same without an object for the address; port 0 for the connected peer. */
    public int add(long peerHigh, long peerLow, int peerPort, int length) {
        Require.inRange("length", length, 0, slotLength);
        if (count == capacity) {
            throw new IllegalStateException("the batch has " + capacity + " datagrams already");
        }
        int index = count++;
        put(index, peerHigh, peerLow, peerPort, 0, 0, length);
        return index;
    }

    /** Appends a datagram with this payload; otherwise as {@link #add(Endpoint, int)}. */
    public int add(@org.jspecify.annotations.Nullable Endpoint to, byte[] payload) {
        int index = add(to, payload.length);
        MemorySegment.copy(
                payload, 0, memory, ValueLayout.JAVA_BYTE, offset(index), payload.length);
        return index;
    }

    private void put(
            int index,
            long peerHigh,
            long peerLow,
            int peerPort,
            long localHigh,
            long localLow,
            int length) {
        peers[index * 2] = peerHigh;
        peers[index * 2 + 1] = peerLow;
        peerPorts[index] = peerPort;
        locals[index * 2] = localHigh;
        locals[index * 2 + 1] = localLow;
        lengths[index] = length;
        wholeLengths[index] = length;
        segmentSizes[index] = 0;
    }

    /** Sets how many octets of its place are the payload. */
    public void length(int index, int length) {
        lengths[Objects.checkIndex(index, count)] =
                Require.inRange("length", length, 0, slotLength);
    }

    /** Sends it from this address of the stack; the unspecified one has the route choose. */
    public void local(int index, IpAddress from) {
        Objects.checkIndex(index, count);
        locals[index * 2] = from.isUnspecified() ? 0 : from.high();
        locals[index * 2 + 1] = from.isUnspecified() ? 0 : from.low();
    }

    /**
     * Makes several datagrams of it, each of {@code octets} but the last. Where the port cuts
     * super-frames (USO) they go down in one. 0 makes it one again.
     */
    public void segmentSize(int index, int octets) {
        segmentSizes[Objects.checkIndex(index, count)] =
                Require.inRange("segmentSize", octets, 0, slotLength);
    }

    /** Takes the datagram whose head was read from a ring. */
    void receive(UdpRecord head, ByteRing from) {
        int index = count++;
        int length = Math.min(head.length(), slotLength);
        put(
                index,
                head.peerHigh(),
                head.peerLow(),
                head.peerPort(),
                head.localHigh(),
                head.localLow(),
                length);
        wholeLengths[index] = head.length();
        stamps[index] = head.stampNs();
        head.read(from, memory, (long) index * slotLength, length);
        head.finish(from);
    }
}
