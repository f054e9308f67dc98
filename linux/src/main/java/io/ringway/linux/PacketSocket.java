package io.ringway.linux;

import io.ringway.memory.Octets;
import io.ringway.port.PortException;
import io.ringway.wire.IpAddress;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A socket of AF_PACKET: its options, and the ring of memory that it shares with the kernel.
 *
 * <p>It is made in the network namespace of the calling thread, and stays there.
 */
final class PacketSocket implements AutoCloseable {
    static final int RX_RING = 5;
    static final int TX_RING = 13;
    static final int VERSION_2 = 1;
    static final int VERSION_3 = 2;

    /** The first word of a slot says whose it is; whoever passes it on stores that last. */
    static final VarHandle STATUS = ValueLayout.JAVA_INT.varHandle();

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int ETH_P_ALL = 0x0300; // 3 in network order.
    private static final int SOCKADDR_LL = 20;
    private static final int SOL_SOCKET = 1;
    private static final int SOL_PACKET = 263;
    private static final int ADD_MEMBERSHIP = 1;
    private static final int STATISTICS = 6;
    private static final int COPY_THRESH = 7;
    private static final int VERSION = 10;
    private static final int LOSS = 14;
    private static final int VNET_HDR = 15;
    private static final int FANOUT = 18;
    private static final int QDISC_BYPASS = 20;
    private static final int IGNORE_OUTGOING = 23;
    private static final int MR_PROMISC = 1;
    private static final int MR_ALLMULTI = 2;
    private static final int MR_UNICAST = 3;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int PROT_READ_WRITE = 3;
    // MAP_SHARED, and MAP_POPULATE: no page fault on the way of a frame.
    private static final int MAP_FLAGS = 0x1 | 0x8000;

    private static final int BUSY_TRIES = 100;
    private static final long BUSY_WAIT_NS = 1_000_000;

    private final String interfaceName;
    private final int descriptor;
    private MemorySegment ring = MemorySegment.NULL;
    private int ringOption;

    private PacketSocket(String interfaceName, int descriptor) {
        this.interfaceName = interfaceName;
        this.descriptor = descriptor;
    }

    /**
     * A socket that receives nothing yet, and has the header of virtio in front of each frame.
     *
     * @throws PortException when the privilege is missing
     */
    static PacketSocket open(String interfaceName, int version) {
        int type = SOCK_RAW | Libc.O_NONBLOCK | Libc.O_CLOEXEC;
        int descriptor = Libc.socket(AF_PACKET, type, 0);
        if (descriptor < 0) {
            throw cannotOpen(interfaceName, -descriptor);
        }
        PacketSocket socket = new PacketSocket(interfaceName, descriptor);
        try {
            socket.set(VERSION, version, "choose the version of its rings");
            socket.set(VNET_HDR, 1, "ask for offloads");
            return socket;
        } catch (PortException refused) {
            socket.close();
            throw refused;
        }
    }

    static PortException cannotOpen(String interfaceName, int errno) {
        String help =
                switch (errno) {
                    case Errno.EPERM, Errno.EACCES ->
                            "it takes CAP_NET_RAW in this network namespace: run as root, or under"
                                    + " \"unshare -rn\" on an interface made there";
                    case Errno.EAFNOSUPPORT -> "the kernel was built without CONFIG_PACKET";
                    case Errno.EMFILE -> "raise the limit of open files with \"ulimit -n\"";
                    default -> "\"ringway doctor\" may say more";
                };
        return new PortException(
                "cannot open AF_PACKET on "
                        + interfaceName
                        + " ("
                        + Errno.describe(errno)
                        + "): "
                        + help);
    }

    private void set(int option, int value, String what) {
        check(Libc.setsockopt(descriptor, SOL_PACKET, option, value), what);
    }

    private void check(int result, String what) {
        if (result < 0) {
            throw new PortException(
                    "AF_PACKET on "
                            + interfaceName
                            + " refused to "
                            + what
                            + " ("
                            + Errno.describe(-result)
                            + ")");
        }
    }

    /** Frames that leave, ours and the kernel's, are not to come back to us. */
    void ignoreOutgoing() {
        // Linux 4.20; before, receive drops them by their type.
        Libc.setsockopt(descriptor, SOL_PACKET, IGNORE_OUTGOING, 1);
    }

    /** A frame that the kernel refuses is dropped and does not stop those behind it. */
    void dropRefused() {
        set(LOSS, 1, "drop what it cannot send");
    }

    void bypassQdisc() {
        set(QDISC_BYPASS, 1, "go around the queueing discipline");
    }

    /**
     * Frames longer than a slot are to wait in the socket's own queue, of {@code octets} octets.
     *
     * @return whether the queue may be that long; without privilege it stays much shorter
     */
    boolean queueLongFrames(int octets) {
        set(COPY_THRESH, 1, "keep frames that are longer than a slot");
        if (Libc.setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, octets) >= 0) {
            return true;
        }
        Libc.setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, octets);
        return false;
    }

    /** How many octets may be on their way out; less without privilege. */
    void sendBuffer(int octets) {
        if (Libc.setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, octets) < 0) {
            Libc.setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, octets);
        }
    }

    /** Nothing comes any more until {@link #unmute}. */
    void mute() {
        check(DropFilter.attach(descriptor), "keep frames back");
    }

    /** Lets come what is not the kernel's alone. */
    void unmute(List<IpAddress> shared, List<PortRange> ports) {
        int result =
                shared.isEmpty()
                        ? DropFilter.detach(descriptor)
                        : PacketFilter.attach(descriptor, shared, ports);
        check(result, "let frames in");
    }

    /** Binds to the interface, to receive all frames or none. */
    void bind(int interfaceIndex, boolean receives) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SOCKADDR_LL, 8);
            Octets.putNative16(address, 0, AF_PACKET);
            Octets.putNative16(address, 2, receives ? ETH_P_ALL : 0);
            Octets.putNative32(address, 4, interfaceIndex);
            check(Libc.bind(descriptor, address), "bind to the interface");
        }
    }

    /**
     * Asks the interface for frames to {@code mac} as well, and for those to every group.
     *
     * @param mac 0 when the interface's own is enough
     */
    void join(int interfaceIndex, long mac) {
        if (mac != 0 && membership(interfaceIndex, MR_UNICAST, mac) < 0) {
            check(membership(interfaceIndex, MR_PROMISC, 0), "receive frames to another address");
        }
        check(membership(interfaceIndex, MR_ALLMULTI, 0), "receive frames to groups");
    }

    private int membership(int interfaceIndex, int type, long mac) {
        // struct packet_mreq: index (int), type (short), length of the address (short), 8 octets.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(16, 8);
            Octets.putNative32(request, 0, interfaceIndex);
            Octets.putNative16(request, 4, type);
            if (mac != 0) {
                Octets.putNative16(request, 6, 6);
                Octets.put64(request, 8, mac << 16);
            }
            return Libc.setsockopt(descriptor, SOL_PACKET, ADD_MEMBERSHIP, request);
        }
    }

    /**
     * Makes the ring that {@code request} describes and maps it; {@code octets} is its length.
     *
     * @param request a {@code struct tpacket_req} or {@code tpacket_req3}
     */
    MemorySegment map(int option, MemorySegment request, long octets) {
        int result = Libc.setsockopt(descriptor, SOL_PACKET, option, request);
        for (int i = 0; i < BUSY_TRIES && result == -Errno.EBUSY; i++) {
            // Frames of the last ring are still with the driver.
            LockSupport.parkNanos(BUSY_WAIT_NS);
            result = Libc.setsockopt(descriptor, SOL_PACKET, option, request);
        }
        if (result < 0) {
            throw new PortException(
                    "AF_PACKET on "
                            + interfaceName
                            + " got no ring of "
                            + octets
                            + " octets ("
                            + Errno.describe(-result)
                            + "): take one with fewer frames");
        }
        long address = Libc.mmap(octets, PROT_READ_WRITE, MAP_FLAGS, descriptor, 0);
        check(address < 0 ? (int) address : 0, "share its ring with us");
        ring = MemorySegment.ofAddress(address).reinterpret(octets);
        ringOption = option;
        return ring;
    }

    /** Gives the ring back; what is in it is lost. */
    void unmap() {
        if (ring.byteSize() > 0) {
            Libc.munmap(ring.address(), ring.byteSize());
            ring = MemorySegment.NULL;
            try (Arena arena = Arena.ofConfined()) {
                // tpacket_req3, the longer one, of no blocks; version 2 reads the start of it.
                MemorySegment none = arena.allocate(28, 8);
                Libc.setsockopt(descriptor, SOL_PACKET, ringOption, none);
            }
        }
    }

    /** Frames dropped for want of room since the last call. */
    long takeDrops() {
        // struct tpacket_stats_v3: packets, drops, freezes; version 2 has the first two.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statistics = arena.allocate(12, 8);
            int result = Libc.getsockopt(descriptor, SOL_PACKET, STATISTICS, statistics);
            return result < 0 ? 0 : Integer.toUnsignedLong(Octets.native32(statistics, 4));
        }
    }

    /** Joins or makes a group of sockets that share frames; returns 0 or a negated error number. */
    int fanout(int argument) {
        return Libc.setsockopt(descriptor, SOL_PACKET, FANOUT, argument);
    }

    /** The number of the group that the socket is in. */
    int fanoutGroup() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(4, 4);
            check(Libc.getsockopt(descriptor, SOL_PACKET, FANOUT, value), "name its group");
            return Octets.native32(value, 0) & 0xffff;
        }
    }

    int descriptor() {
        return descriptor;
    }

    String interfaceName() {
        return interfaceName;
    }

    @Override
    public void close() {
        unmap();
        Libc.close(descriptor);
    }
}
