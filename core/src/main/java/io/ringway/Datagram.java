package io.ringway;

import io.ringway.udp.UdpBinding;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.UdpHeader;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A view of the datagram at the head of a socket's receive queue, in the frame that it came in.
 * Good for as long as the datagram is the head: to the end of the callback, or to the next {@link
 * UdpSocket#receive}. Belongs to the lane.
 */
public final class Datagram {
    private final UdpBinding binding;
    private final MemorySegment memory;

    Datagram(UdpBinding binding, MemorySegment memory) {
        this.binding = binding;
        this.memory = memory;
    }

    /** Where the payload lies: {@link #length} octets at {@link #offset}. */
    public MemorySegment memory() {
        return memory;
    }

    public long offset() {
        return binding.offset();
    }

    public int length() {
        return binding.length();
    }

    /**
     * Takes the frame that the datagram is in off the queue, whose callback is over with that: this
     * view shows another datagram then. The caller holds the frame from now on, and gives it back
     * with {@link Lane#frames()}{@code .release(frame)}, on the lane. {@code data(frame)} and
     * {@code length(frame)} are the payload.
     */
    public int take(Lane lane) {
        int frame = binding.takeFirst();
        lane.frames().pull(frame, UdpHeader.LENGTH);
        return frame;
    }

    /** A copy of the payload. */
    public byte[] toBytes() {
        return memory.asSlice(offset(), length()).toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * Who sent it. Allocates; {@link #sourceHigh}, {@link #sourceLow} and {@link #sourcePort} do
     * not.
     */
    public Endpoint source() {
        return new Endpoint(new IpAddress(sourceHigh(), sourceLow()), sourcePort());
    }

    /** The address of this stack, or the group, that it was sent to. Allocates. */
    public IpAddress destination() {
        return new IpAddress(destinationHigh(), destinationLow());
    }

    public long destinationHigh() {
        return binding.destinationHigh();
    }

    public long destinationLow() {
        return binding.destinationLow();
    }

    public long sourceHigh() {
        return binding.sourceHigh();
    }

    public long sourceLow() {
        return binding.sourceLow();
    }

    public int sourcePort() {
        return binding.sourcePort();
    }

    /** When the port received it, in nanoseconds of the stack's clock. */
    public long stampNs() {
        return binding.stampNs();
    }
}
