package io.ringway.linux;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.PortException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An AF_XDP socket of one queue: the small frames of a frame space as its memory ("UMEM"), four
 * rings over it, and how it is bound.
 */
final class XdpSocket implements AutoCloseable {
    /** Room that the kernel leaves in front of a received frame: {@code XDP_PACKET_HEADROOM}. */
    static final int HEADROOM = 256;

    /** Octets of a received frame that one slot holds. */
    static final int ROOM = FramePool.SMALL_SLOT - HEADROOM;

    /** Octets in front of a frame to send that say what is left to the device. */
    static final int METADATA = 24;

    static final int AF_XDP = 44;

    private static final int SOL_XDP = 283;
    private static final int MMAP_OFFSETS = 1;
    private static final int RX_RING = 2;
    private static final int TX_RING = 3;
    private static final int UMEM_REG = 4;
    private static final int FILL_RING = 5;
    private static final int COMPLETION_RING = 6;
    private static final int STATISTICS = 7;
    private static final int OPTIONS = 8;
    private static final int MAX_TX_BUDGET = 9;
    private static final int OPTION_ZEROCOPY = 1;
    private static final int TX_METADATA_LEN = 4;
    private static final long PAGE_RX = 0;
    private static final long PAGE_TX = 0x8000_0000L;
    private static final long PAGE_FILL = 0x1_0000_0000L;
    private static final long PAGE_COMPLETION = 0x1_8000_0000L;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SOCK_RAW = 3;
    private static final int BIND_COPY = 2;
    private static final int BIND_ZEROCOPY = 4;
    private static final int BIND_NEED_WAKEUP = 8;
    private static final int BIND_SCATTER = 16;
    private static final int REBIND_ATTEMPTS = 1_000;

    private final int descriptor;
    private final String place;
    private final Deque<XdpRing> rings = new ArrayDeque<>();
    final XdpRing fill;
    final XdpRing completion;
    final XdpRing receive;
    final XdpRing transmit;

    /**
     * Gives a socket its memory and rings, not yet a queue.
     *
     * @param descriptor of a socket in the interface's network namespace; closed with this object,
     *     or when this fails
     * @param place the interface and the queue, for people
     * @param received entries of the fill and receive rings, a power of two
     * @param sent entries of the transmit ring, a power of two
     * @param hasMetadata whether frames to send may say what is left to the device
     */
    XdpSocket(
            int descriptor,
            String place,
            FramePool pool,
            int received,
            int sent,
            boolean hasMetadata) {
        this.descriptor = descriptor;
        this.place = place;
        try {
            int result = register(descriptor, pool.memory(), pool.smallOctets(), hasMetadata);
            if (result < 0) {
                throw cannotRegister(-result);
            }
            size(FILL_RING, received);
            size(COMPLETION_RING, 2 * sent);
            size(RX_RING, received);
            size(TX_RING, sent);
            long[][] offsets = offsets();
            receive = map(PAGE_RX, offsets[0], received, XdpRing.DESCRIPTOR);
            transmit = map(PAGE_TX, offsets[1], sent, XdpRing.DESCRIPTOR);
            fill = map(PAGE_FILL, offsets[2], received, XdpRing.ADDRESS);
            completion = map(PAGE_COMPLETION, offsets[3], 2 * sent, XdpRing.ADDRESS);
        } catch (PortException refused) {
            close();
            throw refused;
        }
        // Neither must work: the one spares waits for memory, the other calls.
        Libc.setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, sent * 2 * FramePool.SMALL_SLOT);
        Libc.setsockopt(descriptor, SOL_XDP, MAX_TX_BUDGET, sent);
    }

    /** A socket in the calling thread's network namespace: its descriptor, or an error number. */
    static int create() {
        return Libc.socket(AF_XDP, SOCK_RAW | Libc.O_CLOEXEC | Libc.O_NONBLOCK, 0);
    }

    /** Whether this kernel lets frames to send say what is left to the device. */
    static boolean hasMetadata() {
        int socket = create();
        if (socket < 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            long page = 2L * FramePool.SMALL_SLOT;
            return register(socket, arena.allocate(page, page), page, true) >= 0;
        } finally {
            Libc.close(socket);
        }
    }

    private static int register(int socket, MemorySegment memory, long octets, boolean metadata) {
        try (Arena arena = Arena.ofConfined()) {
            // struct xdp_umem_reg: address and length (long), then length of a slot, headroom,
            // flags and length of metadata (int).
            MemorySegment request = arena.allocate(32, 8);
            Octets.putNative64(request, 0, memory.address());
            Octets.putNative64(request, 8, octets);
            Octets.putNative32(request, 16, FramePool.SMALL_SLOT);
            if (metadata) {
                Octets.putNative32(request, 24, TX_METADATA_LEN);
                Octets.putNative32(request, 28, METADATA);
            }
            return Libc.setsockopt(socket, SOL_XDP, UMEM_REG, request);
        }
    }

    private PortException cannotRegister(int errno) {
        String help =
                switch (errno) {
                    case Errno.ENOBUFS, Errno.EPERM, Errno.ENOMEM ->
                            ": it is locked, so \"ulimit -l unlimited\", or take fewer frames";
                    default -> "";
                };
        return new PortException(
                "cannot give the frames to " + place + " (" + Errno.describe(errno) + ")" + help);
    }

    private void size(int ring, int entries) {
        int result = Libc.setsockopt(descriptor, SOL_XDP, ring, entries);
        if (result < 0) {
            throw new PortException(
                    "cannot make a ring of "
                            + entries
                            + " frames for "
                            + place
                            + " ("
                            + Errno.describe(-result)
                            + ")");
        }
    }

    private long[][] offsets() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(4 * 4 * Long.BYTES, 8);
            int result = Libc.getsockopt(descriptor, SOL_XDP, MMAP_OFFSETS, answer);
            if (result < 0) {
                throw new PortException(
                        "the kernel does not say where AF_XDP's rings are ("
                                + Errno.describe(-result)
                                + "): Linux 5.4 or newer does");
            }
            long[][] offsets = new long[4][4];
            for (int i = 0; i < 16; i++) {
                offsets[i / 4][i % 4] = Octets.native64(answer, (long) i * Long.BYTES);
            }
            return offsets;
        }
    }

    private XdpRing map(long page, long[] offsets, int entries, int entryLength) {
        XdpRing ring = new XdpRing(descriptor, page, offsets, entries, entryLength);
        rings.push(ring);
        return ring;
    }

    /**
     * Binds to a queue. One that was closed a moment ago is still in use for some milliseconds, so
     * it tries again.
     *
     * @param isScattered whether frames may lie in several slots
     */
    void bind(int interfaceIndex, int queue, XdpConfig.Copy copy, boolean isScattered) {
        int flags =
                BIND_NEED_WAKEUP
                        | (isScattered ? BIND_SCATTER : 0)
                        | switch (copy) {
                            case AUTO -> 0;
                            case COPY -> BIND_COPY;
                            case ZERO_COPY -> BIND_ZEROCOPY;
                        };
        try (Arena arena = Arena.ofConfined()) {
            // struct sockaddr_xdp: family and flags (short), interface, queue, another socket (int)
            MemorySegment address = arena.allocate(16, 8);
            Octets.putNative16(address, 0, AF_XDP);
            Octets.putNative16(address, 2, flags);
            Octets.putNative32(address, 4, interfaceIndex);
            Octets.putNative32(address, 8, queue);
            int result = Libc.bind(descriptor, address);
            for (int i = 0; result == -Errno.EBUSY && i < REBIND_ATTEMPTS; i++) {
                pause();
                result = Libc.bind(descriptor, address);
            }
            if (result < 0) {
                throw cannotBind(-result, copy);
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PortException("interrupted while a queue was in use", interrupted);
        }
    }

    private PortException cannotBind(int errno, XdpConfig.Copy copy) {
        String help =
                switch (errno) {
                    case Errno.EBUSY -> ": another program has an AF_XDP socket on it";
                    case Errno.EOPNOTSUPP ->
                            copy == XdpConfig.Copy.ZERO_COPY
                                    ? ": its driver has no zero-copy, so leave that out"
                                    : ": its driver does not take frames in pieces, so give the"
                                            + " interface a smaller MTU";
                    case Errno.ENETDOWN -> ": the interface is down, \"ip link set … up\" helps";
                    case Errno.EINVAL -> ": the interface has no such queue";
                    default -> "";
                };
        return new PortException(
                "cannot bind to " + place + " (" + Errno.describe(errno) + ")" + help);
    }

    /** Whether the driver reads and writes our frames itself. Once it is bound. */
    boolean isZeroCopy() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(Integer.BYTES, 8);
            return Libc.getsockopt(descriptor, SOL_XDP, OPTIONS, answer) >= 0
                    && (Octets.native32(answer, 0) & OPTION_ZEROCOPY) != 0;
        }
    }

    /** Frames that the kernel dropped because our frames or our ring were at their end. */
    long dropped() {
        try (Arena arena = Arena.ofConfined()) {
            // Dropped, receive and transmit entries that were wrong, ring full, no frame to fill.
            MemorySegment answer = arena.allocate(6 * Long.BYTES, 8);
            return Libc.getsockopt(descriptor, SOL_XDP, STATISTICS, answer) < 0
                    ? 0
                    : Octets.native64(answer, 0) + Octets.native64(answer, 24);
        }
    }

    int descriptor() {
        return descriptor;
    }

    /** Once it returns, the kernel neither reads nor writes a frame of ours any more. */
    @Override
    public void close() {
        rings.forEach(XdpRing::close);
        rings.clear();
        Libc.close(descriptor);
    }
}
