package io.ringway.netty;

import io.netty.buffer.ByteBuf;
import io.ringway.Lane;
import io.ringway.UdpSocket;
import io.ringway.layer.PacketInfo;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.NoRouteToHostException;

/** Sends a buffer as a datagram, by one copy into its frame. The event loop only. */
final class DatagramOutput {
    /** After which one is tried again that found no room. */
    static final int RETRY_MICROS = 200;

    private DatagramOutput() {}

    /**
     * Sends the readable octets.
     *
     * @param to null for the peer that the socket is connected to
     * @return false when there is no room for it now
     * @throws IOException when it is too long, or no route leads there
     */
    static boolean send(UdpSocket by, ByteBuf octets, @Nullable Endpoint to, Lane lane)
            throws IOException {
        int length = octets.readableBytes();
        if (length > by.maxLength()) {
            throw new IOException(
                    "Message too long: a datagram has at most "
                            + by.maxLength()
                            + " octets here; given "
                            + length);
        }
        MemorySegment from =
                octets.hasArray()
                        ? MemorySegment.ofArray(octets.array())
                        : MemorySegment.ofBuffer(octets.nioBuffer());
        long offset = octets.hasArray() ? octets.arrayOffset() + octets.readerIndex() : 0;
        boolean isSent =
                to == null ? by.send(from, offset, length) : by.send(to, from, offset, length);
        if (!isSent && to != null) {
            requireRoute(to, lane);
        }
        return isSent;
    }

    private static void requireRoute(Endpoint to, Lane lane) throws NoRouteToHostException {
        PacketInfo route = new PacketInfo();
        route.destinationHigh = to.address().high();
        route.destinationLow = to.address().low();
        if (!lane.ip().chooseSource(route)) {
            throw new NoRouteToHostException("No route to host: " + to);
        }
    }
}
