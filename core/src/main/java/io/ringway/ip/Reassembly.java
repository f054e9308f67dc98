package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * Puts fragments of both versions together (RFC 791 §3.2, RFC 8200 §4.5), within limits of packets,
 * memory and time.
 *
 * <p>A packet whose fragments overlap is dropped whole, with what still comes of it (RFC 5722 §4,
 * which we hold IPv4 to as well). At the limit the oldest packet makes room, so that a flood of
 * first fragments cannot shut out others for long.
 */
final class Reassembly {
    private static final int NONE = FramePool.NONE;
    private static final int IPV4_CHECKSUM_AT = 10;
    private static final int IPV6_HEADER = 40;
    private static final int FRAGMENT_HEADER = 8;

    private final FramePool frames;
    private final Counters counters;
    private final PartialPacket[] packets;
    private final int maxBytes;
    private final int fragmentsPerPacket;
    private final long timeoutNs;
    private int bytes;
    private long nextDeadlineNs = Long.MAX_VALUE;

    Reassembly(FramePool frames, Counters counters, IpConfig config) {
        this.frames = frames;
        this.counters = counters;
        this.packets = new PartialPacket[config.reassemblyPackets()];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = new PartialPacket(frames);
        }
        this.maxBytes = config.reassemblyBytes();
        this.fragmentsPerPacket = config.fragmentsPerPacket();
        this.timeoutNs = config.reassemblyTimeoutNs();
    }

    /**
     * Takes an IPv4 fragment, whose frame holds its part of the payload with the IP header in
     * front; its hold passes.
     *
     * @return the whole packet, with {@code info} made fit, or {@link FramePool#NONE}
     */
    int add(
            int frame,
            PacketInfo info,
            int identification,
            int offset,
            boolean hasMore,
            long nowNs) {
        PartialPacket packet = take(frame, info, identification, offset, hasMore, 0, nowNs);
        return packet == null ? NONE : finish(packet, info, packet.firstHeaderLength());
    }

    /**
     * The same for IPv6; the fragment header is the last of the header in front and goes away with
     * reassembly.
     *
     * @param pointer where the number of the fragment header stands, from the start of the packet
     */
    int addIpv6(
            int frame,
            PacketInfo info,
            int identification,
            int offset,
            boolean hasMore,
            int pointer,
            long nowNs) {
        PartialPacket packet = take(frame, info, identification, offset, hasMore, pointer, nowNs);
        return packet == null
                ? NONE
                : finish(packet, info, packet.firstHeaderLength() - FRAGMENT_HEADER);
    }

    private @Nullable PartialPacket take(
            int frame,
            PacketInfo info,
            int identification,
            int offset,
            boolean hasMore,
            int pointer,
            long nowNs) {
        counters.increment(Counter.FRAGMENTS_RECEIVED);
        PartialPacket packet = packetOf(info, identification, nowNs);
        if (packet.isDead()) {
            drop(frame, Counter.FRAGMENT_OVERLAP);
            return null;
        }
        if (packet.count() == fragmentsPerPacket || !makeRoom(frame, packet)) {
            drop(frame, Counter.FRAGMENT_LIMIT);
            kill(packet, Counter.FRAGMENT_LIMIT);
            return null;
        }
        int before = packet.memoryBytes();
        PartialPacket.Outcome outcome = packet.add(frame, info, offset, hasMore, pointer);
        bytes += packet.memoryBytes() - before;
        switch (outcome) {
            case KEPT -> {}
            case COMPLETE -> {
                return packet;
            }
            case DUPLICATE -> drop(frame, Counter.FRAGMENT_DUPLICATE);
            case OVERLAP -> {
                drop(frame, Counter.FRAGMENT_OVERLAP);
                kill(packet, Counter.FRAGMENT_OVERLAP);
            }
            case MALFORMED -> {
                drop(frame, Counter.FRAGMENT_MALFORMED);
                if (packet.count() == 0) {
                    packet.close();
                }
            }
        }
        return null;
    }

    private PartialPacket packetOf(PacketInfo info, int identification, long nowNs) {
        // RFC 791 tells packets apart by protocol too; in IPv6 a fragment's next header does not
        // count.
        int protocol = info.isIpv4() ? info.protocol : -1;
        PartialPacket free = null;
        for (PartialPacket packet : packets) {
            if (packet.matches(info, identification, protocol)) {
                return packet;
            }
            if (!packet.isUsed()) {
                free = packet;
            }
        }
        PartialPacket fresh = free == null ? giveUpOldest() : free;
        fresh.open(info, identification, protocol, nowNs + timeoutNs);
        nextDeadlineNs = Math.min(nextDeadlineNs, fresh.deadlineNs());
        return fresh;
    }

    private PartialPacket giveUpOldest() {
        PartialPacket oldest = packets[0];
        for (PartialPacket packet : packets) {
            if (packet.deadlineNs() < oldest.deadlineNs()) {
                oldest = packet;
            }
        }
        close(oldest, Counter.FRAGMENT_LIMIT);
        return oldest;
    }

    /**
     * Makes room for one more frame by giving up older packets; false when {@code packet} alone is
     * too much.
     */
    private boolean makeRoom(int frame, PartialPacket packet) {
        int needed = frames.slotLength(frame);
        while (bytes + needed > maxBytes) {
            PartialPacket oldest = null;
            for (PartialPacket other : packets) {
                if (other != packet
                        && other.memoryBytes() > 0
                        && (oldest == null || other.deadlineNs() < oldest.deadlineNs())) {
                    oldest = other;
                }
            }
            if (oldest == null) {
                return false;
            }
            close(oldest, Counter.FRAGMENT_LIMIT);
        }
        return true;
    }

    /** Counts what is given up by the fragment, as it was taken. */
    private void kill(PartialPacket packet, Counter reason) {
        counters.add(reason, packet.count());
        bytes -= packet.memoryBytes();
        packet.kill();
    }

    private void close(PartialPacket packet, Counter reason) {
        counters.add(reason, packet.count());
        bytes -= packet.memoryBytes();
        packet.close();
    }

    /** Makes one frame of a complete packet, with its header in front of the payload. */
    private int finish(PartialPacket packet, PacketInfo info, int headerLength) {
        int total = headerLength + packet.length();
        boolean isSmall = total <= FramePool.SMALL_SLOT - FramePool.PAYLOAD_START;
        int whole = isSmall ? frames.allocate() : frames.allocateLarge();
        if (whole == NONE) {
            close(packet, Counter.IP_NO_FRAME);
            return NONE;
        }
        frames.length(whole, total);
        MemorySegment memory = frames.memory();
        long at = frames.data(whole);
        packet.copyTo(memory, at, headerLength);
        frames.stamp(whole, frames.stamp(packet.head()));
        info.protocol = packet.firstProtocol();
        info.networkHeaderLength = headerLength;
        info.trafficClass = (info.trafficClass & 0xfc) | packet.worstEcn();
        if (info.isIpv4()) {
            mendIpv4(memory, at, headerLength, total);
        } else {
            Octets.put16(memory, at + 4, total - IPV6_HEADER);
            Octets.put8(memory, at + packet.nextHeaderAt(), packet.firstProtocol());
        }
        frames.pull(whole, headerLength);
        bytes -= packet.memoryBytes();
        packet.close();
        counters.increment(Counter.REASSEMBLED);
        return whole;
    }

    /** Makes the header that of the whole packet: an ICMP error may quote it. */
    private static void mendIpv4(MemorySegment memory, long at, int headerLength, int total) {
        Octets.put16(memory, at + 2, total);
        Octets.put16(memory, at + 6, 0);
        Octets.put16(memory, at + IPV4_CHECKSUM_AT, 0);
        int checksum = Checksum.compute(memory, at, headerLength);
        Octets.put16(memory, at + IPV4_CHECKSUM_AT, checksum);
    }

    private void drop(int frame, Counter reason) {
        counters.increment(reason);
        frames.release(frame);
    }

    long nextDeadlineNs() {
        return nextDeadlineNs;
    }

    /** Gives up packets whose time is over; returns how many. */
    int expire(long nowNs, ReassemblyTimeout timeout) {
        if (nowNs < nextDeadlineNs) {
            return 0;
        }
        int expired = 0;
        nextDeadlineNs = Long.MAX_VALUE;
        for (PartialPacket packet : packets) {
            if (!packet.isUsed()) {
                continue;
            }
            if (packet.deadlineNs() > nowNs) {
                nextDeadlineNs = Math.min(nextDeadlineNs, packet.deadlineNs());
                continue;
            }
            expired++;
            if (packet.hasFirst()) {
                timeout.onTimeout(packet.head(), packet.firstHeaderLength(), nowNs);
            }
            close(packet, Counter.FRAGMENT_TIMEOUT);
        }
        return expired;
    }
}
