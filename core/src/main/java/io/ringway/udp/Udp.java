package io.ringway.udp;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.layer.SourceFilter;
import io.ringway.layer.Steering;
import io.ringway.layer.TransportProtocol;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.UdpHeader;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * UDP on one lane (RFC 768, RFC 1122 §4.1, RFC 8200 §8.1): bound sockets, datagrams up to their
 * queues and down to IP.
 *
 * <p>An address is two longs, and 0 and 0 stands for any address of either version. The lane only.
 */
public final class Udp implements TransportProtocol {
    /** Octets of a UDP header. */
    public static final int HEADER = UdpHeader.LENGTH;

    /** Octets of the longest payload that an IPv4 packet carries. */
    public static final int MAX_PAYLOAD = 65_535 - 20 - HEADER;

    /** Octets of the longest payload that an IPv6 packet carries. */
    public static final int MAX_PAYLOAD_IPV6 = 65_535 - HEADER;

    private final UdpConfig config;

    /** In place of a frame: no route leads there. */
    public static final int UNROUTED = -2;

    /** Datagrams that go in one super-frame at most; what devices take everywhere. */
    public static final int MOST_SEGMENTS = 64;

    private static final long RETRY_NS = 200_000;

    private final FramePool frames;
    private final MemorySegment memory;
    private final PacketSink sink;
    private final Counters counters;
    private final UdpUser user;
    private final UdpTable table;
    private final UdpOutput output;
    private final UdpPorts ports;
    private final UdpTombstones tombstones;
    private final PacketInfo asked = new PacketInfo();
    private final UdpHeader header = new UdpHeader();
    private final UdpNews news = new UdpNews();
    private final UdpDelivery delivery;
    private boolean isRoomWanted;
    private boolean wasFull;
    private long retryNs;

    /**
     * UDP for one lane.
     *
     * @param sink where datagrams go down
     * @param user who is told of those that came up
     * @param seed what ephemeral ports are drawn from (RFC 6056), and groups are shared out by; the
     *     same in all lanes
     * @param steering which lane a flow belongs to
     */
    public Udp(
            UdpConfig config,
            FramePool frames,
            PacketSink sink,
            Counters counters,
            UdpUser user,
            long seed,
            Steering steering) {
        this.config = config;
        this.frames = frames;
        this.memory = frames.memory();
        this.sink = sink;
        this.counters = counters;
        this.user = user;
        this.table = new UdpTable(config.maxSockets(), seed, frames.guard());
        this.delivery = new UdpDelivery(frames, counters, table, news);
        this.output = new UdpOutput(frames, sink, counters, config.sendQueueDatagrams());
        this.ports = new UdpPorts(table, config.firstEphemeralPort(), seed);
        this.tombstones = new UdpTombstones(steering, sink, counters, config.tombstoneNs());
    }

    @Override
    public int protocol() {
        return IpProtocol.UDP;
    }

    /** Binds a socket that shares its port with no other. */
    public @Nullable UdpBinding bind(long high, long low, int port) {
        return bind(high, low, port, 0, false);
    }

    /**
     * Binds a socket.
     *
     * @param port 0 to have one chosen
     * @param member its number among the sockets that share address and port so that each flow has
     *     one of them (SO_REUSEPORT), the same in all lanes; 0 when it is none of these
     * @param isReused whether others that say the same may have address and port too
     *     (SO_REUSEADDR): what is sent to a group comes to each, all else to the one bound last
     * @return null when the address and port are in use, or no socket or port is left
     */
    public @Nullable UdpBinding bind(long high, long low, int port, long member, boolean isReused) {
        if (table.isFull()) {
            return null;
        }
        int chosen = port == 0 ? ports.choose() : port;
        if (chosen == 0 || table.isTaken(high, low, chosen, member != 0, isReused)) {
            return null;
        }
        UdpBinding binding = new UdpBinding(frames, config, high, low, chosen, member, isReused);
        binding.isGroup = sink.isGroup(high, low);
        table.add(binding);
        return binding;
    }

    /**
     * Takes the socket out of the table and frees what waits in it. Nothing happens the second
     * time.
     */
    public void unbind(UdpBinding binding) {
        if (binding.isBound) {
            binding.isBound = false;
            tombstones.remove(binding);
            table.remove(binding);
            while (!binding.groups.isEmpty()) {
                listen(binding, binding.groups.first(), SourceFilter.NONE);
            }
            binding.clear();
        }
    }

    /**
     * From now on the socket receives what is sent to this group from these sources; {@link
     * SourceFilter#NONE} leaves it.
     *
     * @throws IllegalArgumentException when it is no multicast group
     * @throws IllegalStateException when the stack is in too many
     */
    public void listen(UdpBinding binding, IpAddress group, SourceFilter from) {
        sink.listen(binding, group, from);
        binding.groups.set(group, from);
    }

    /** Unbinds every socket. */
    public void unbindAll() {
        for (UdpBinding any = table.any(); any != null; any = table.any()) {
            unbind(any);
        }
    }

    /** A socket that is bound, or null when there is none. */
    public @Nullable UdpBinding anyBinding() {
        return table.any();
    }

    /**
     * The address of ours by which a socket would be connected to a peer, in the source fields of
     * what is returned until the next call: the bound one, or what the route says.
     *
     * @return null when no route leads there
     */
    public @Nullable PacketInfo sourceFor(UdpBinding binding, long high, long low) {
        asked.sourceHigh = binding.boundHigh;
        asked.sourceLow = binding.boundLow;
        asked.destinationHigh = high;
        asked.destinationLow = low;
        return binding.isBoundToAny() && !sink.chooseSource(asked) ? null : asked;
    }

    /** Whether another socket is connected with these addresses and ports. */
    public boolean isConnectionTaken(
            UdpBinding binding, long localHigh, long localLow, long high, long low, int port) {
        return table.isConnected(binding, localHigh, localLow, high, low, port);
    }

    /**
     * From now on the socket receives from one peer only, at one address.
     *
     * @param localHigh with {@code localLow} the address, as {@link #sourceFor} says
     */
    public void connect(
            UdpBinding binding,
            long localHigh,
            long localLow,
            long high,
            long low,
            int port,
            long nowNs) {
        binding.localHigh = localHigh;
        binding.localLow = localLow;
        binding.remoteHigh = high;
        binding.remoteLow = low;
        binding.remotePort = port;
        tombstones.onConnected(binding, nowNs);
    }

    /** The socket receives from everybody again, at all addresses that it was bound to. */
    public void disconnect(UdpBinding binding) {
        tombstones.remove(binding);
        binding.error = null;
        binding.localHigh = binding.boundHigh;
        binding.localLow = binding.boundLow;
        binding.remoteHigh = 0;
        binding.remoteLow = 0;
        binding.remotePort = 0;
    }

    public int socketCount() {
        return table.count();
    }

    /** Octets of the longest datagram that can be sent over both versions of IP. */
    public int maxLength() {
        return maxLength(true);
    }

    /** The same over one of them: IPv6 does not count its header (RFC 8200 §3). */
    public int maxLength(boolean isIpv4) {
        return output.maxLength(isIpv4);
    }

    /**
     * Queues a datagram of at most {@link #maxLength} octets.
     *
     * @param sourceHigh with {@code sourceLow} the source address; 0 and 0 to take the socket's, or
     *     the route's
     * @return false when the queue or the pool is exhausted for now, or there is no route
     */
    public boolean send(
            UdpBinding binding,
            long sourceHigh,
            long sourceLow,
            long high,
            long low,
            int port,
            MemorySegment from,
            long offset,
            int length) {
        assert length >= 0 && length <= maxLength(IpAddress.isIpv4(high, low)) : length;
        int frame = begin(binding, sourceHigh, sourceLow, high, low, length, 0);
        if (frame < 0) {
            return false;
        }
        MemorySegment.copy(from, offset, memory, frames.data(frame), length);
        output.finish(binding, frame, port, 0);
        return true;
    }

    /**
     * Begins a datagram, or as many of equal length as go in one super-frame. The caller then
     * writes the payload, as many octets as the frame has, to the frame's data, and calls {@link
     * #finish}.
     *
     * @param length octets of payload that there are to be sent
     * @param segmentSize octets of each datagram but the last, or 0 when all is one
     * @return {@link FramePool#NONE} when there is no room or no frame now, {@link #UNROUTED} when
     *     no route leads there
     */
    public int begin(
            UdpBinding binding,
            long sourceHigh,
            long sourceLow,
            long high,
            long low,
            int length,
            int segmentSize) {
        assert binding.isBound;
        boolean isChosen = (sourceHigh | sourceLow) != 0;
        // Who is bound to a group, or to everybody's address, sends from one of our own all the
        // same.
        boolean isOwn = isChosen || binding.isGroup;
        return output.begin(
                isOwn ? sourceHigh : binding.localHigh,
                isOwn ? sourceLow : binding.localLow,
                high,
                low,
                length,
                segmentSize);
    }

    /** Queues what was begun last. */
    public void finish(UdpBinding binding, int frame, int port, int segmentSize) {
        output.finish(binding, frame, port, segmentSize);
    }

    /**
     * Makes {@link UdpUser#onRoom} be called when what found no room or frame may be tried again.
     */
    public void wantRoom(long nowNs) {
        isRoomWanted = true;
        wasFull = output.isFull();
        retryNs = nowNs + RETRY_NS;
    }

    @Override
    public void onPacket(int frame, PacketInfo info, long nowNs) {
        header.wrap(memory, frames.data(frame));
        if (!header.isValid(frames.length(frame))) {
            drop(frame, Counter.UDP_TRUNCATED);
            return;
        }
        int length = header.length();
        if (!isChecksumRight(frame, info, length)) {
            drop(frame, Counter.UDP_BAD_CHECKSUM);
            return;
        }
        int sourcePort = header.sourcePort();
        int port = header.destinationPort();
        if (sourcePort == 0 || port == 0) {
            drop(frame, Counter.UDP_BAD_ADDRESS);
            return;
        }
        if (info.isMulticast) {
            onGroupPacket(frame, info, length, sourcePort, port);
            return;
        }
        UdpBinding binding =
                table.find(
                        info.destinationHigh,
                        info.destinationLow,
                        port,
                        info.sourceHigh,
                        info.sourceLow,
                        sourcePort);
        if (binding == null) {
            counters.increment(Counter.UDP_NO_SOCKET);
            sink.rejectPort(frame, info, nowNs);
            return;
        }
        if (binding.isTombstone && tombstones.forward(frame, info, binding)) {
            return;
        }
        // RFC 768: the length may say less than the packet has; what is behind it is not ours.
        frames.length(frame, length);
        delivery.deliver(frame, info, binding);
    }

    private void onGroupPacket(int frame, PacketInfo info, int length, int sourcePort, int port) {
        frames.length(frame, length);
        // RFC 1122 §3.2.2: never an ICMP error for what was sent to a group.
        if (!delivery.deliverToAll(frame, info, port, sourcePort)) {
            drop(frame, Counter.UDP_NO_SOCKET);
        }
    }

    private boolean isChecksumRight(int frame, PacketInfo info, int length) {
        if (frames.checksum(frame) != FramePool.CHECKSUM_NONE) {
            return true;
        }
        if (header.checksum() == 0) {
            // RFC 8200 §8.1: over IPv6 there is always one.
            return info.isIpv4() && !config.requireChecksum();
        }
        long sum = info.pseudoHeader(IpProtocol.UDP, length);
        return Checksum.isIntact(Checksum.sum(memory, frames.data(frame), length, sum));
    }

    private void drop(int frame, Counter reason) {
        counters.increment(reason);
        frames.release(frame);
    }

    @Override
    public void onError(IcmpError error, long nowNs) {
        UdpBinding binding =
                table.find(
                        error.localHigh,
                        error.localLow,
                        error.localPort,
                        error.remoteHigh,
                        error.remoteLow,
                        error.remotePort);
        if (binding == null) {
            return;
        }
        if (error.kind == IcmpError.Kind.TOO_BIG) {
            // A socket with these ports is all the proof that UDP has; the next datagram is cut.
            sink.lowerMtu(error, nowNs);
        } else if (binding.isConnected()) {
            binding.error = error.kind;
            news.add(binding);
        }
    }

    /** Tells the user of at most {@code limit} sockets with news, and returns of how many. */
    public int dispatch(long nowNs, int limit) {
        tombstones.expire(nowNs);
        int asked = askForMore(nowNs);
        int todo = Math.min(limit, news.count());
        for (int i = 0; i < todo; i++) {
            UdpBinding binding = news.remove();
            if (binding == null) {
                return asked + i;
            }
            tell(binding, nowNs);
        }
        return asked + todo;
    }

    private int askForMore(long nowNs) {
        boolean isDue = isRoomWanted && (nowNs >= retryNs || (wasFull && output.isHalfFree()));
        if (!isDue) {
            return 0;
        }
        isRoomWanted = false;
        user.onRoom(nowNs);
        return 1;
    }

    private void tell(UdpBinding binding, long nowNs) {
        IcmpError.Kind error = binding.error;
        if (error != null && binding.isBound) {
            binding.error = null;
            user.onError(binding, error, nowNs);
        }
        boolean hasNews = binding.count() > 0 || binding.intake != null;
        if (binding.isBound && hasNews && user.onReadable(binding, nowNs)) {
            news.add(binding);
        }
    }

    /** Passes at most {@code limit} queued frames to IP, and returns how many. */
    public int poll(long nowNs, int limit) {
        return output.poll(nowNs, limit);
    }

    /** {@code nowNs} when work waits, else when there is something to try again or to expire. */
    public long nextDeadlineNs(long nowNs) {
        if (news.count() > 0 || !output.isEmpty()) {
            return nowNs;
        }
        long next = tombstones.nextDeadlineNs();
        return isRoomWanted ? Math.min(next, retryNs) : next;
    }
}
