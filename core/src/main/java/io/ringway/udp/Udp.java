package io.ringway.udp;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.layer.TransportProtocol;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.wire.Checksum;
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

    private final UdpConfig config;
    private final FramePool frames;
    private final MemorySegment memory;
    private final PacketSink sink;
    private final Counters counters;
    private final UdpUser user;
    private final UdpTable table;
    private final UdpOutput output;
    private final UdpPorts ports;
    private final UdpHeader header = new UdpHeader();
    private @Nullable UdpBinding firstNoted;
    private @Nullable UdpBinding lastNoted;
    private int notedCount;

    /**
     * UDP for one lane.
     *
     * @param sink where datagrams go down
     * @param user who is told of those that came up
     * @param seed what ephemeral ports are drawn from (RFC 6056)
     */
    public Udp(
            UdpConfig config,
            FramePool frames,
            PacketSink sink,
            Counters counters,
            UdpUser user,
            long seed) {
        this.config = config;
        this.frames = frames;
        this.memory = frames.memory();
        this.sink = sink;
        this.counters = counters;
        this.user = user;
        this.table = new UdpTable(config.maxSockets());
        this.output = new UdpOutput(frames, sink, counters, config.sendQueueDatagrams());
        this.ports = new UdpPorts(table, config.firstEphemeralPort(), seed);
    }

    @Override
    public int protocol() {
        return IpProtocol.UDP;
    }

    /**
     * Binds a socket.
     *
     * @param port 0 to have one chosen
     * @return null when the address and port are in use, or no socket or port is left
     */
    public @Nullable UdpBinding bind(long high, long low, int port) {
        if (table.isFull()) {
            return null;
        }
        int chosen = port == 0 ? ports.choose() : port;
        if (chosen == 0 || table.has(high, low, chosen, 0, 0, 0)) {
            return null;
        }
        UdpBinding binding = new UdpBinding(frames, config, high, low, chosen);
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
            table.remove(binding);
            binding.clear();
        }
    }

    /** Unbinds every socket. */
    public void unbindAll() {
        for (UdpBinding any = table.any(); any != null; any = table.any()) {
            unbind(any);
        }
    }

    /**
     * From now on the socket receives from one peer only. False when another socket does already.
     */
    public boolean connect(UdpBinding binding, long high, long low, int port) {
        if (table.has(binding.localHigh, binding.localLow, binding.localPort, high, low, port)) {
            return false;
        }
        binding.remoteHigh = high;
        binding.remoteLow = low;
        binding.remotePort = port;
        return true;
    }

    /** The socket receives from everybody again. */
    public void disconnect(UdpBinding binding) {
        binding.remoteHigh = 0;
        binding.remoteLow = 0;
        binding.remotePort = 0;
    }

    public int socketCount() {
        return table.count();
    }

    /** Octets of the longest datagram that can be sent. */
    public int maxLength() {
        return output.maxLength();
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
        assert length >= 0 && length <= maxLength() : length;
        assert binding.isBound;
        boolean isChosen = (sourceHigh | sourceLow) != 0;
        return output.send(
                isChosen ? sourceHigh : binding.localHigh,
                isChosen ? sourceLow : binding.localLow,
                binding.localPort,
                high,
                low,
                port,
                from,
                offset,
                length);
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
            // RFC 1122 §3.2.2: never an ICMP error for what was sent to a group.
            if (info.isMulticast) {
                frames.release(frame);
            } else {
                sink.rejectPort(frame, info, nowNs);
            }
            return;
        }
        // RFC 768: the length may say less than the packet has; what is behind it is not ours.
        frames.length(frame, length);
        deliver(frame, info, binding);
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

    private void deliver(int frame, PacketInfo info, UdpBinding binding) {
        if (frames.segmentation(frame) == FramePool.SEGMENTATION_UDP
                && frames.length(frame) - HEADER > frames.segmentSize(frame)
                && frames.segmentSize(frame) > 0) {
            split(frame, info, binding);
            return;
        }
        if (!binding.hasRoom(frames.length(frame) - HEADER)) {
            drop(frame, Counter.UDP_QUEUE_FULL);
            return;
        }
        counters.increment(Counter.UDP_RECEIVED);
        binding.append(
                frame, info.sourceHigh, info.sourceLow, info.destinationHigh, info.destinationLow);
        note(binding);
    }

    /** Makes single datagrams of a super-frame in which the port left several (USO). */
    private void split(int superFrame, PacketInfo info, UdpBinding binding) {
        int size = frames.segmentSize(superFrame);
        long at = frames.data(superFrame);
        int end = frames.length(superFrame);
        for (int begin = HEADER; begin < end; begin += size) {
            int length = Math.min(size, end - begin);
            int frame =
                    length <= FramePool.SMALL_SLOT - FramePool.PAYLOAD_START
                            ? frames.allocate()
                            : frames.allocateLarge();
            if (frame == FramePool.NONE) {
                counters.increment(Counter.UDP_NO_FRAME);
                break;
            }
            frames.length(frame, length);
            MemorySegment.copy(memory, at + begin, memory, frames.data(frame), length);
            header.wrap(memory, at);
            int sourcePort = header.sourcePort();
            int port = header.destinationPort();
            header.wrap(memory, frames.push(frame, HEADER))
                    .set(sourcePort, port, HEADER + length, 0);
            frames.stamp(frame, frames.stamp(superFrame));
            deliver(frame, info, binding);
        }
        frames.release(superFrame);
    }

    private void note(UdpBinding binding) {
        if (binding.isNoted) {
            return;
        }
        binding.isNoted = true;
        binding.nextNoted = null;
        if (lastNoted == null) {
            firstNoted = binding;
        } else {
            lastNoted.nextNoted = binding;
        }
        lastNoted = binding;
        notedCount++;
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
            note(binding);
        }
    }

    /** Tells the user of at most {@code limit} sockets with news, and returns of how many. */
    public int dispatch(long nowNs, int limit) {
        int todo = Math.min(limit, notedCount);
        for (int i = 0; i < todo; i++) {
            UdpBinding binding = firstNoted;
            if (binding == null) {
                return i;
            }
            firstNoted = binding.nextNoted;
            if (firstNoted == null) {
                lastNoted = null;
            }
            binding.nextNoted = null;
            binding.isNoted = false;
            notedCount--;
            tell(binding, nowNs);
        }
        return todo;
    }

    private void tell(UdpBinding binding, long nowNs) {
        IcmpError.Kind error = binding.error;
        if (error != null && binding.isBound) {
            binding.error = null;
            user.onError(binding, error, nowNs);
        }
        if (binding.isBound && binding.count() > 0 && user.onReadable(binding, nowNs)) {
            note(binding);
        }
    }

    /** Passes at most {@code limit} queued datagrams to IP, and returns how many. */
    public int poll(long nowNs, int limit) {
        return output.poll(nowNs, limit);
    }

    /** {@code nowNs} when work waits, else {@link Long#MAX_VALUE}: UDP has no timers. */
    public long nextDeadlineNs(long nowNs) {
        return notedCount > 0 || !output.isEmpty() ? nowNs : Long.MAX_VALUE;
    }
}
