package io.ringway.udp;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.memory.FrameList;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * A UDP socket's state: the addresses it is bound and connected to, and the datagrams that wait to
 * be received.
 *
 * <p>Made by {@link Udp#bind}; every method belongs to the lane. The datagram at the head of the
 * queue is read in place, in the frame that it came in: a frame's scratch holds its source and
 * destination address.
 */
public final class UdpBinding {
    private static final int SOURCE_HIGH = 0;
    private static final int SOURCE_LOW = 8;
    private static final int DESTINATION_HIGH = 16;
    private static final int DESTINATION_LOW = 24;
    private static final int ECN = 3;

    private final FramePool frames;
    private final MemorySegment memory;
    private final int maxDatagrams;
    private final int maxBytes;

    final long boundHigh;
    final long boundLow;
    final int localPort;

    /** The number of this one in the group of sockets that share the port, or 0 for no group. */
    final long member;

    /** Whether others that say the same may have its address and port too. */
    final boolean isReused;

    /** Whether it is bound to the address of a group, or to everybody's. */
    boolean isGroup;

    /** What it listens to beside what is sent to its address. */
    final UdpGroups groups = new UdpGroups();

    /** The bound address; connected, the one that the peer knows. */
    long localHigh;

    long localLow;
    long remoteHigh;
    long remoteLow;
    int remotePort;

    /** The binding behind this one in its bucket of the table. */
    @Nullable UdpBinding nextInBucket;

    /** The binding behind this one in the list of those with news, when {@link #isNoted}. */
    @Nullable UdpBinding nextNoted;

    boolean isNoted;
    boolean isBound = true;

    /** Whether what comes here is looked at and forwarded, and until when. */
    boolean isTombstone;

    long tombstoneEndNs;
    IcmpError.@Nullable Kind error;

    private final FrameList waiting;
    private int bytes;
    private @Nullable Object attachment;

    /** The traffic class of what it sends. */
    int trafficClass;

    /** The hop limit of what it sends to groups; 0 for what stays on this stack. */
    int groupHopLimit = 1;

    /** Whether those on this stack that listen to a group hear what it sends there. */
    boolean isHeardHere = true;

    /** Who takes the datagrams at once; null to have them queued. */
    @Nullable UdpIntake intake;

    UdpBinding(
            FramePool frames,
            UdpConfig config,
            long localHigh,
            long localLow,
            int localPort,
            long member,
            boolean isReused) {
        this.frames = frames;
        this.waiting = new FrameList(frames);
        this.memory = frames.memory();
        this.maxDatagrams = config.receiveQueueDatagrams();
        this.maxBytes = config.receiveQueueBytes();
        this.boundHigh = localHigh;
        this.boundLow = localLow;
        this.localHigh = localHigh;
        this.localLow = localLow;
        this.localPort = localPort;
        this.member = member;
        this.isReused = isReused;
    }

    public long localHigh() {
        return localHigh;
    }

    public long localLow() {
        return localLow;
    }

    public int localPort() {
        return localPort;
    }

    public long remoteHigh() {
        return remoteHigh;
    }

    public long remoteLow() {
        return remoteLow;
    }

    /** The port it is connected to, or 0. */
    public int remotePort() {
        return remotePort;
    }

    public boolean isConnected() {
        return remotePort != 0;
    }

    public boolean isBound() {
        return isBound;
    }

    /** What the layer above keeps here. */
    public @Nullable Object attachment() {
        return attachment;
    }

    public void attachment(@Nullable Object value) {
        attachment = value;
    }

    /** From now on {@code taker} gets the datagrams, and nothing is queued. */
    public void intake(UdpIntake taker) {
        intake = taker;
    }

    /**
     * What its datagrams have in their IP header from now on.
     *
     * @param givenClass the traffic class, 0 to 255, whose two lowest bits are not used (RFC 3168)
     * @param hopLimit of those to multicast groups, 1 to 255, or 0 to keep them on this stack
     * @param isHeard whether those to multicast groups come to who listens on this stack, too
     */
    public void marking(int givenClass, int hopLimit, boolean isHeard) {
        assert givenClass >>> 8 == 0 && hopLimit >>> 8 == 0 : givenClass + " " + hopLimit;
        trafficClass = givenClass & ~ECN;
        groupHopLimit = hopLimit;
        isHeardHere = isHeard;
    }

    /** Whether it is to have what was sent to a group, or to everybody. */
    boolean wants(PacketInfo info, int toPort, int fromPort) {
        return score(
                                info.destinationHigh,
                                info.destinationLow,
                                toPort,
                                info.sourceHigh,
                                info.sourceLow,
                                fromPort)
                        > 0
                && (!IpAddress.isMulticast(info.destinationHigh, info.destinationLow)
                        || groups.accepts(
                                info.destinationHigh,
                                info.destinationLow,
                                info.sourceHigh,
                                info.sourceLow));
    }

    boolean isShared() {
        return member != 0;
    }

    /** Whether it is bound to this address as well, or would be if that is any. */
    boolean overlaps(long high, long low) {
        return isBoundToAny() || (high | low) == 0 || (boundHigh == high && boundLow == low);
    }

    boolean isBoundToAny() {
        return (boundHigh | boundLow) == 0;
    }

    boolean isWildcard() {
        return (localHigh | localLow) == 0;
    }

    /** How well the binding fits a datagram; 0 is not at all, and the highest takes it. */
    int score(long toHigh, long toLow, int toPort, long fromHigh, long fromLow, int fromPort) {
        if (toPort != localPort) {
            return 0;
        }
        int score = 1;
        if (!isWildcard()) {
            if (localHigh != toHigh || localLow != toLow) {
                return 0;
            }
            score += 1;
        }
        if (isConnected()) {
            if (remotePort != fromPort || remoteHigh != fromHigh || remoteLow != fromLow) {
                return 0;
            }
            score += 2;
        }
        return score;
    }

    /** Whether a frame with {@code length} octets of payload still fits the queue. */
    boolean hasRoom(int length) {
        // An empty queue takes any datagram, so that one over the limit of octets is not lost for
        // good.
        return waiting.isEmpty() || (waiting.count() < maxDatagrams && bytes + length <= maxBytes);
    }

    /** Appends a frame whose data begins at the UDP header; one hold passes to the binding. */
    void append(
            int frame, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        long scratch = frames.scratch(frame);
        Octets.putNative64(memory, scratch + SOURCE_HIGH, sourceHigh);
        Octets.putNative64(memory, scratch + SOURCE_LOW, sourceLow);
        Octets.putNative64(memory, scratch + DESTINATION_HIGH, destinationHigh);
        Octets.putNative64(memory, scratch + DESTINATION_LOW, destinationLow);
        waiting.add(frame);
        bytes += frames.length(frame) - Udp.HEADER;
    }

    /** Datagrams that wait. */
    public int count() {
        return waiting.count();
    }

    /** Octets of payload that wait. */
    public int bytes() {
        return bytes;
    }

    /**
     * Where the payload of the first datagram begins, in the pool's memory. Needs {@link #count} of
     * at least 1.
     */
    public long offset() {
        return frames.data(waiting.first()) + Udp.HEADER;
    }

    /** Octets of payload of the first datagram. */
    public int length() {
        return frames.length(waiting.first()) - Udp.HEADER;
    }

    public long sourceHigh() {
        return Octets.native64(memory, frames.scratch(waiting.first()) + SOURCE_HIGH);
    }

    public long sourceLow() {
        return Octets.native64(memory, frames.scratch(waiting.first()) + SOURCE_LOW);
    }

    public int sourcePort() {
        return Octets.u16(memory, frames.data(waiting.first()));
    }

    /** The address that the first datagram was sent to: one of this stack's, or a group. */
    public long destinationHigh() {
        return Octets.native64(memory, frames.scratch(waiting.first()) + DESTINATION_HIGH);
    }

    public long destinationLow() {
        return Octets.native64(memory, frames.scratch(waiting.first()) + DESTINATION_LOW);
    }

    /** When the port received the first datagram. */
    public long stampNs() {
        return frames.stamp(waiting.first());
    }

    /** Takes the first datagram off the queue and frees its frame. */
    public void removeFirst() {
        int frame = waiting.removeFirst();
        bytes -= frames.length(frame) - Udp.HEADER;
        frames.release(frame);
    }

    /**
     * Takes the first datagram off the queue; the frame's hold passes to the caller. Its octets
     * begin with the UDP header.
     */
    public int takeFirst() {
        int frame = waiting.removeFirst();
        bytes -= frames.length(frame) - Udp.HEADER;
        return frame;
    }

    void clear() {
        while (!waiting.isEmpty()) {
            removeFirst();
        }
    }
}
