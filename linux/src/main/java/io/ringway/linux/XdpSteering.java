package io.ringway.linux;

import io.ringway.memory.Octets;
import io.ringway.port.PortException;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Which packets of an interface go to us; all others stay the kernel's. Changes hold for the next
 * packet that arrives.
 *
 * <p>Any thread. After the port is closed changes do nothing.
 */
public final class XdpSteering implements AutoCloseable {
    private static final int MOST_ADDRESSES = 1024;
    private static final int MOST_PORT = 65_535;

    private final long[] portWords = new long[XdpProgram.PORT_WORDS];
    private final int addresses;
    private final int ports;
    private final boolean isSharing;
    private boolean isOpen = true;

    /**
     * Nothing is ours at first.
     *
     * @param isSharing whether the port hears what neighbours answer to the kernel
     */
    XdpSteering(boolean isSharing) {
        this.isSharing = isSharing;
        addresses =
                Bpf.createMap(
                        Bpf.MAP_HASH,
                        XdpProgram.ADDRESS_OCTETS,
                        Integer.BYTES,
                        MOST_ADDRESSES,
                        "rw_addresses");
        try {
            ports =
                    Bpf.createMap(
                            Bpf.MAP_ARRAY,
                            Integer.BYTES,
                            Long.BYTES,
                            XdpProgram.PORT_WORDS,
                            "rw_ports");
        } catch (PortException refused) {
            Libc.close(addresses);
            throw refused;
        }
    }

    int addressMap() {
        return addresses;
    }

    int portMap() {
        return ports;
    }

    /**
     * An address that is ours alone: all packets to it, and what ARP and neighbour discovery ask
     * and tell of it. The kernel must not have it.
     *
     * @throws PortException when there are more than 1024 addresses
     */
    public void own(IpAddress address) {
        put(address, XdpProgram.OWN);
    }

    /**
     * An address that the kernel has too: the ports of {@link #take} are ours, everything else is
     * the kernel's.
     *
     * @throws PortException when there are more than 1024 addresses
     * @throws IllegalStateException when the port was opened with no shared address, and so does
     *     not hear what neighbours answer to the kernel
     */
    public void share(IpAddress address) {
        if (!isSharing) {
            throw new IllegalStateException(
                    "the port was opened without sharing: give XdpConfig.share one address");
        }
        put(address, XdpProgram.SHARED);
    }

    /** Leaves an address to the kernel again. */
    public synchronized void forget(IpAddress address) {
        if (isOpen) {
            try (Arena arena = Arena.ofConfined()) {
                Bpf.delete(addresses, key(arena, address));
            }
        }
    }

    private synchronized void put(IpAddress address, int value) {
        if (isOpen) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment number = arena.allocate(Integer.BYTES, Integer.BYTES);
                Octets.putNative32(number, 0, value);
                Bpf.update(addresses, key(arena, address), number);
            }
        }
    }

    private static MemorySegment key(Arena arena, IpAddress address) {
        MemorySegment key = arena.allocate(XdpProgram.ADDRESS_OCTETS, Long.BYTES);
        Octets.put64(key, 0, address.high());
        Octets.put64(key, 8, address.low());
        return key;
    }

    /**
     * Takes ports of the shared addresses: what comes to them, and ICMP errors about what was sent
     * from them. Unlike those of {@link XdpConfig#ports} they are not kept from programs on the
     * kernel's stack, which may listen there and hear nothing.
     *
     * @param protocol {@link IpProtocol#TCP} or {@link IpProtocol#UDP}
     * @param first of the ports, 1 to 65,535
     * @param last of the ports, itself included
     */
    public void take(int protocol, int first, int last) {
        change(protocol, first, last, true);
    }

    /** Leaves ports of the shared addresses to the kernel again. */
    public void leave(int protocol, int first, int last) {
        change(protocol, first, last, false);
    }

    private synchronized void change(int protocol, int first, int last, boolean isOurs) {
        if (protocol != IpProtocol.TCP && protocol != IpProtocol.UDP) {
            throw new IllegalArgumentException(
                    "only TCP (6) and UDP (17) have ports; given " + protocol);
        }
        if (first < 1 || last > MOST_PORT || first > last) {
            throw new IllegalArgumentException(
                    "ports are 1 to " + MOST_PORT + "; given " + first + " to " + last);
        }
        if (!isOpen) {
            return;
        }
        int base = protocol == IpProtocol.TCP ? 0 : XdpProgram.UDP_WORDS;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(Integer.BYTES, Integer.BYTES);
            MemorySegment value = arena.allocate(Long.BYTES, Long.BYTES);
            for (int word = first / Long.SIZE; word <= last / Long.SIZE; word++) {
                long mask = bits(word, first, last);
                portWords[base + word] =
                        isOurs ? portWords[base + word] | mask : portWords[base + word] & ~mask;
                Octets.putNative32(key, 0, base + word);
                Octets.putNative64(value, 0, portWords[base + word]);
                Bpf.update(ports, key, value);
            }
        }
    }

    /** The bits of a word that stand for ports of the range. */
    private static long bits(int word, int first, int last) {
        long from = word == first / Long.SIZE ? -1L << (first % Long.SIZE) : -1L;
        long to = word == last / Long.SIZE ? -1L >>> (Long.SIZE - 1 - last % Long.SIZE) : -1L;
        return from & to;
    }

    /** By the port: the program, which holds the maps too, is detached then. */
    @Override
    public synchronized void close() {
        if (isOpen) {
            isOpen = false;
            Libc.close(addresses);
            Libc.close(ports);
        }
    }
}
