package io.ringway.linux;

import io.ringway.memory.Octets;
import io.ringway.port.Port;
import io.ringway.testkit.port.PortWire;
import io.ringway.testkit.port.WireFrame;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A veth in a namespace of its own: AF_XDP on the near end, a packet socket of the kernel's on the
 * far one.
 */
final class XdpWire implements PortWire {
    static final String NEAR = "rw-near";
    static final String FAR = "rw-far";

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int ETH_P_ALL_SWAPPED = 0x0300;
    private static final int VIRTIO_NEEDS_CHECKSUM = 1;
    private static final int LONGEST = 70_000;

    final NetNamespace namespace = NetNamespace.create();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = Libc.newState(arena);
    private final MemorySegment buffer = arena.allocate(LONGEST);
    private final XdpConfig config;
    private final String downEnd;
    private final int socket;
    private XdpPort port;

    /** {@code downEnd} is the one that {@link #setLink} takes down. */
    XdpWire(XdpConfig.Builder config, String downEnd, int mtu, int queues) {
        this.config = config.takesAll(true).trust(XdpConfig.Trust.NEVER).build();
        this.downEnd = downEnd;
        addVeth(namespace, mtu, queues);
        port = namespace.call(() -> XdpPort.open(this.config));
        socket = namespace.call(this::packetSocket);
    }

    static XdpConfig.Builder config() {
        return XdpConfig.builder(NEAR);
    }

    /** A veth that is up at both ends and says nothing by itself. */
    static void addVeth(NetNamespace namespace, int mtu, int queues) {
        String count = String.valueOf(queues);
        namespace.output(
                "ip",
                "link",
                "add",
                NEAR,
                "numrxqueues",
                count,
                "numtxqueues",
                count,
                "type",
                "veth",
                "peer",
                "name",
                FAR,
                "numrxqueues",
                count,
                "numtxqueues",
                count);
        for (String end : new String[] {NEAR, FAR}) {
            namespace.output("ip", "link", "set", end, "mtu", String.valueOf(mtu));
            namespace.output("ip", "link", "set", end, "addrgenmode", "none");
            namespace.output("ip", "link", "set", end, "up");
        }
    }

    private int packetSocket() {
        int fd = Libc.socket(AF_PACKET, SOCK_RAW | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
        check(fd);
        check(Libc.setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, 1));
        check(Libc.setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1));
        check(Libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20));
        try (var request = new InterfaceRequest(FAR)) {
            // struct sockaddr_ll: family, protocol (short), index (int), and what binding ignores.
            MemorySegment address = arena.allocate(20, 4);
            Octets.putNative16(address, 0, AF_PACKET);
            Octets.putNative16(address, 2, ETH_P_ALL_SWAPPED);
            Octets.putNative32(address, 4, request.index());
            check(Libc.bind(fd, address));
        }
        return fd;
    }

    private static void check(int result) {
        if (result < 0) {
            throw new AssertionError(Errno.describe(-result));
        }
    }

    @Override
    public Port port() {
        return port;
    }

    XdpPort xdp() {
        return port;
    }

    @Override
    public void reopen() {
        port.close();
        port = namespace.call(() -> XdpPort.open(config));
    }

    /** What is left to the receiver would arrive without a word: veth's metadata end at XDP. */
    @Override
    public boolean send(WireFrame frame) {
        if (frame.isOffloaded()) {
            return false;
        }
        int length = frame.octets().length;
        buffer.asSlice(0, VirtioNetHeader.LENGTH).fill((byte) 0);
        MemorySegment.copy(
                frame.octets(), 0, buffer, ValueLayout.JAVA_BYTE, VirtioNetHeader.LENGTH, length);
        long result;
        do {
            result = Libc.write(state, socket, buffer.address(), VirtioNetHeader.LENGTH + length);
        } while (result == -Errno.EAGAIN || result == -Errno.ENOBUFS || result == -Errno.ENETDOWN);
        return result > 0;
    }

    @Override
    public @Nullable WireFrame receive() {
        long result = Libc.read(state, socket, buffer.address(), LONGEST);
        if (result <= VirtioNetHeader.LENGTH) {
            return null;
        }
        byte[] octets =
                buffer.asSlice(VirtioNetHeader.LENGTH, result - VirtioNetHeader.LENGTH)
                        .toArray(ValueLayout.JAVA_BYTE);
        return (Octets.u8(buffer, 0) & VIRTIO_NEEDS_CHECKSUM) == 0
                ? WireFrame.whole(octets)
                : new WireFrame(
                        octets, 1, Octets.native16(buffer, 6), Octets.native16(buffer, 8), 0, 0);
    }

    @Override
    public boolean setLink(boolean isUp) {
        namespace.output("ip", "link", "set", downEnd, isUp ? "up" : "down");
        return true;
    }

    @Override
    public void close() {
        port.close();
        Libc.close(socket);
        namespace.close();
        arena.close();
    }
}
