package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.lang.ref.WeakReference;
import java.net.DatagramPacket;

/**
 * How many octets a packet takes that is received into again and again. {@link DatagramPacket}
 * knows it beside its length, but whoever is not in {@code java.net} cannot set the one without the
 * other; so what was filled last is remembered here.
 */
final class PacketRooms {
    private @Nullable WeakReference<DatagramPacket> filled;
    private byte @Nullable [] data;
    private int offset;
    private int length;
    private int room;

    /** Octets that may be put into the packet's array from its offset on. */
    @SuppressWarnings("ReferenceEquality") // The same array, and not one with the same octets.
    synchronized int of(DatagramPacket packet) {
        boolean isUntouched =
                filled != null
                        && filled.refersTo(packet)
                        && data == packet.getData()
                        && offset == packet.getOffset()
                        && length == packet.getLength();
        return isUntouched ? room : packet.getLength();
    }

    /** The packet has this many octets now; its room stays what it was. */
    synchronized void fill(DatagramPacket packet, int octets) {
        room = of(packet);
        packet.setLength(octets);
        filled = new WeakReference<>(packet);
        data = packet.getData();
        offset = packet.getOffset();
        length = octets;
    }
}
