package io.ringway;

import io.ringway.udp.Udp;
import io.ringway.udp.UdpBinding;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * A UDP socket, made by {@link Stack#bind}. With a handler it hands on every datagram; without one
 * the application asks for them with {@link #receive}.
 *
 * <p>{@link #local}, {@link #lane} and {@link #close} are for any thread; all else belongs to the
 * lane.
 */
public final class UdpSocket implements AutoCloseable {
    private final Lane lane;
    private final Udp udp;
    private final UdpBinding binding;
    private final @Nullable UdpHandler handler;
    private final Datagram datagram;
    private boolean isReceived;

    UdpSocket(Lane lane, UdpBinding binding, @Nullable UdpHandler handler) {
        this.lane = lane;
        this.udp = lane.udp();
        this.binding = binding;
        this.handler = handler;
        this.datagram = new Datagram(binding, lane.frames().memory());
    }

    @Nullable UdpHandler handler() {
        return handler;
    }

    /**
     * The address and port it is bound to; the unspecified address stands for all of the stack's.
     */
    public Endpoint local() {
        return new Endpoint(
                new IpAddress(binding.localHigh(), binding.localLow()), binding.localPort());
    }

    /** The peer it is connected to, or null. */
    public @Nullable Endpoint remote() {
        return binding.isConnected()
                ? new Endpoint(
                        new IpAddress(binding.remoteHigh(), binding.remoteLow()),
                        binding.remotePort())
                : null;
    }

    /**
     * From now on receives from {@code remote} only, sends there by default, and hears of ICMP
     * errors about it.
     *
     * @throws StackException when another socket has the same address, port and peer
     */
    public void connect(Endpoint remote) {
        if (!udp.connect(binding, remote.address().high(), remote.address().low(), remote.port())) {
            throw new StackException(
                    "cannot connect " + local() + " to " + remote + ": another socket is");
        }
    }

    /** Receives from anybody again. */
    public void disconnect() {
        udp.disconnect(binding);
    }

    /**
     * The next datagram, or null when none waits. It is good until the next call, which takes it
     * off the queue. For a socket without a handler.
     */
    public @Nullable Datagram receive() {
        if (isReceived) {
            binding.removeFirst();
        }
        isReceived = binding.count() > 0;
        return isReceived ? datagram : null;
    }

    /** Datagrams that wait in the receive queue. */
    public int available() {
        return binding.count() - (isReceived ? 1 : 0);
    }

    /** Octets of the longest datagram that {@link #send} takes. */
    public int maxLength() {
        return udp.maxLength();
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
        boolean isLocal = lane.ip().isLocal(to.destinationHigh(), to.destinationLow());
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
        if (!binding.isBound()) {
            throw new IllegalStateException("the socket at " + local() + " is closed");
        }
        if (length > udp.maxLength()) {
            throw new IllegalArgumentException(
                    "a datagram has at most " + udp.maxLength() + " octets here; given " + length);
        }
        return udp.send(binding, sourceHigh, sourceLow, high, low, port, from, offset, length);
    }

    /** Hands waiting datagrams to the handler, and returns whether some are left. */
    boolean deliver(UdpHandler to, int limit) {
        for (int i = 0; i < limit && binding.count() > 0; i++) {
            to.onDatagram(this, datagram);
            if (binding.count() > 0) {
                binding.removeFirst();
            }
        }
        return binding.count() > 0;
    }

    /** The lane that the socket lives on. */
    public Lane lane() {
        return lane;
    }

    /** Unbinds the socket and throws away what waits. Does nothing the second time. */
    @Override
    public void close() {
        lane.call(() -> udp.unbind(binding));
    }
}
