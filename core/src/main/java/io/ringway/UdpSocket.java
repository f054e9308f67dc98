package io.ringway;

import io.ringway.layer.IcmpError;
import io.ringway.layer.SourceFilter;
import io.ringway.memory.FramePool;
import io.ringway.udp.UdpBinding;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A UDP socket, made by {@link Stack#bind}, for what runs on a lane: handlers, and whoever drives
 * the lanes himself. {@link UdpChannel} is for other threads.
 *
 * <p>A socket is in every lane of its stack, and each lane has an object of this class for it,
 * which its handler is given. With a handler it hands on every datagram; without one the
 * application asks for those of this lane with {@link #receive}.
 *
 * <p>{@link #local}, {@link #remote}, {@link #lane}, {@link #onLane} and {@link #close} are for any
 * thread; all else belongs to the lane.
 */
public final class UdpSocket extends UdpReplica implements AutoCloseable {
    private final @Nullable UdpHandler handler;
    private @Nullable Datagram datagram;
    private boolean isReceived;

    UdpSocket(Lane lane, UdpLanes lanes, @Nullable UdpHandler handler) {
        super(lane, lanes);
        this.handler = handler;
    }

    @Override
    void onBound(UdpBinding to) {
        datagram = new Datagram(to, lane().frames().memory());
    }

    @Override
    void onUnbound() {}

    @Override
    Object subject() {
        return handler == null ? this : handler;
    }

    /**
     * The address and port it is bound to; the unspecified address stands for all of the stack's.
     * Connected, the address that the peer knows.
     */
    public Endpoint local() {
        return Objects.requireNonNull(lanes().local());
    }

    /** The peer it is connected to, or null. */
    public @Nullable Endpoint remote() {
        return lanes().remote();
    }

    /** The same socket in another lane, from 0. */
    public UdpSocket onLane(int index) {
        return (UdpSocket) lanes().replica(index);
    }

    /**
     * From now on receives from {@code remote} only, sends there by default, and hears of ICMP
     * errors about it. In this lane at once, in the others as soon as they have heard of it. What
     * waits already is received all the same.
     *
     * @throws StackException when another socket has the same address, port and peer, or no route
     *     leads there
     */
    public void connect(Endpoint remote) {
        CompletableFuture<?> _ = lanes().connect(flowTo(remote));
    }

    /** Receives from anybody again. */
    public void disconnect() {
        CompletableFuture<?> _ = lanes().connect((UdpFlow) null);
    }

    /**
     * From now on receives what these sources send to a multicast group, in all lanes; {@link
     * SourceFilter#NONE} leaves it. Any thread; nobody waits.
     *
     * @return done when all lanes know; fails when the stack is in too many groups
     * @throws IllegalArgumentException when it is no multicast group
     */
    public CompletableFuture<Void> listen(IpAddress group, SourceFilter from) {
        return lanes().listen(group, from);
    }

    /**
     * Sets what datagrams that are sent in this lane have in their IP header from now on.
     *
     * @param trafficClass 0 to 255; its two lowest bits are ECN's and not used (RFC 2474, RFC 3168)
     * @param groupHopLimit how far those to multicast groups go, 0 to 255; 0 is not beyond this
     *     stack
     * @param isHeardHere whether those to multicast groups come also to who listens on this stack
     */
    public void marking(int trafficClass, int groupHopLimit, boolean isHeardHere) {
        requireBound()
                .marking(
                        Require.inRange("trafficClass", trafficClass, 0, 255),
                        Require.inRange("groupHopLimit", groupHopLimit, 0, 255),
                        isHeardHere);
    }

    /**
     * The next datagram, or null when none waits. It is good until the next call, which takes it
     * off the queue. For a socket without a handler.
     */
    public @Nullable Datagram receive() {
        UdpBinding binding = bindingOrNull();
        if (binding == null) {
            return null;
        }
        if (isReceived && binding.count() > 0) {
            binding.removeFirst();
        }
        isReceived = binding.count() > 0;
        return isReceived ? datagram : null;
    }

    /** Datagrams that wait in the receive queue. */
    public int available() {
        UdpBinding binding = bindingOrNull();
        return binding == null ? 0 : binding.count() - (isReceived ? 1 : 0);
    }

    /** Octets of the longest datagram that {@link #send} takes. */
    public int maxLength() {
        return udp().maxLength();
    }

    /**
     * Sends one datagram to the peer that the socket is connected to.
     *
     * @return false when the send queue or the frame pool is exhausted for now, or no route leads
     *     there
     * @throws IllegalArgumentException when it is longer than {@link #maxLength}
     * @throws IllegalStateException when the socket is closed or not connected
     */
    public boolean send(byte[] payload) {
        return send(MemorySegment.ofArray(payload), 0, payload.length);
    }

    /** The same from a memory segment. */
    public boolean send(MemorySegment from, long offset, int length) {
        UdpBinding binding = requireBound();
        if (!binding.isConnected()) {
            throw new IllegalStateException(
                    "the socket at " + local() + " is not connected: name the destination");
        }
        return send(
                0,
                0,
                binding.remoteHigh(),
                binding.remoteLow(),
                binding.remotePort(),
                from,
                offset,
                length);
    }

    /** Sends one datagram to {@code to}; otherwise as {@link #send(byte[])}. */
    public boolean send(Endpoint to, byte[] payload) {
        return send(to, MemorySegment.ofArray(payload), 0, payload.length);
    }

    /** The same from a memory segment. */
    public boolean send(Endpoint to, MemorySegment from, long offset, int length) {
        return send(0, 0, to.address().high(), to.address().low(), to.port(), from, offset, length);
    }

    /**
     * Answers a datagram without allocating: to its source, from the address that it was sent to.
     */
    public boolean reply(Datagram to, MemorySegment from, long offset, int length) {
        boolean isLocal = lane().ip().isLocal(to.destinationHigh(), to.destinationLow());
        return send(
                isLocal ? to.destinationHigh() : 0,
                isLocal ? to.destinationLow() : 0,
                to.sourceHigh(),
                to.sourceLow(),
                to.sourcePort(),
                from,
                offset,
                length);
    }

    private boolean send(
            long sourceHigh,
            long sourceLow,
            long high,
            long low,
            int port,
            MemorySegment from,
            long offset,
            int length) {
        requireLength(length, IpAddress.isIpv4(high, low));
        return udp().send(
                        requireBound(),
                        sourceHigh,
                        sourceLow,
                        high,
                        low,
                        port,
                        from,
                        offset,
                        length);
    }

    private void requireLength(int length, boolean isIpv4) {
        int most = udp().maxLength(isIpv4);
        if (length > most) {
            throw new IllegalArgumentException(
                    "a datagram has at most " + most + " octets here; given " + length);
        }
    }

    /**
     * Sends as many datagrams as {@code length} octets make, each of {@code segmentSize} octets but
     * the last. Where the port cuts super-frames (USO) they go down as one frame, or few.
     *
     * @return how many octets were taken; less than all when the send queue or the frame pool is
     *     exhausted for now
     * @throws IllegalArgumentException when {@code segmentSize} is not positive, or more than
     *     {@link #maxLength}
     */
    public int sendSegments(
            Endpoint to, MemorySegment from, long offset, int length, int segmentSize) {
        Require.inRange("segmentSize", segmentSize, 1, maxLength());
        UdpBinding binding = requireBound();
        FramePool frames = lane().frames();
        long high = to.address().high();
        long low = to.address().low();
        int sent = 0;
        while (sent < length) {
            int frame = udp().begin(binding, 0, 0, high, low, length - sent, segmentSize);
            if (frame < 0) {
                break;
            }
            int piece = frames.length(frame);
            MemorySegment.copy(from, offset + sent, frames.memory(), frames.data(frame), piece);
            udp().finish(binding, frame, to.port(), segmentSize);
            sent += piece;
        }
        return sent;
    }

    /** Hands waiting datagrams to the handler, and returns whether some are left. */
    @Override
    boolean onReadable(int limit) {
        UdpHandler to = handler;
        UdpBinding binding = bindingOrNull();
        Datagram first = datagram;
        if (to == null || binding == null || first == null) {
            return false;
        }
        for (int i = 0; i < limit && binding.count() > 0; i++) {
            int before = binding.count();
            to.onDatagram(this, first);
            // It may have been taken, or the socket closed.
            if (binding.count() == before) {
                binding.removeFirst();
            }
        }
        return binding.count() > 0;
    }

    @Override
    void onError(IcmpError.Kind kind) {
        if (handler != null) {
            handler.onError(this, kind);
        }
    }

    /** The lane that this object belongs to. */
    public Lane lane() {
        return home();
    }

    /**
     * Unbinds the socket in all lanes and throws away what waits. Waits until that is done, unless
     * a handler calls it. Does nothing the second time.
     */
    @Override
    public void close() {
        lanes().closeAndWait();
    }
}
