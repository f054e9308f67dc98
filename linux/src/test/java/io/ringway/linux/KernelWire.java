package io.ringway.linux;

import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.testkit.port.PortWire;
import io.ringway.testkit.port.WireFrame;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/**
 * A port in a namespace, and at the far end of its wire an interface of the kernel with a raw
 * socket on it, which knows of super-frames.
 */
final class KernelWire implements PortWire {
    private static final int FAR_BUFFER = 16 << 20;

    private final NetNamespace namespace;
    private final Function<NetNamespace, Port> opener;
    private final Function<Port, String> farName;
    private final FramePool pool = new FramePool(4, 2);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = Libc.newState(arena);
    private Port port;
    private PacketSocket far;

    /**
     * Opens both.
     *
     * @param opener opens the port, inside the namespace
     * @param farName what the interface at the far end is called
     */
    KernelWire(
            NetNamespace namespace,
            Function<NetNamespace, Port> opener,
            Function<Port, String> farName) {
        this.namespace = namespace;
        this.opener = opener;
        this.farName = farName;
        open();
    }

    /**
     * A port on {@code near}, one end of a veth pair without addresses; the other is {@code far}.
     */
    static KernelWire veth(Function<NetNamespace, Port> opener) {
        NetNamespace namespace = NetNamespace.create();
        addVeth(namespace, 1500);
        return new KernelWire(namespace, opener, _ -> "far");
    }

    static void addVeth(NetNamespace namespace, int mtu) {
        String size = Integer.toString(mtu);
        namespace.output(
                "ip", "link", "add", "near", "mtu", size, "type", "veth", "peer", "name", "far",
                "mtu", size);
        for (String name : new String[] {"near", "far"}) {
            namespace.output("ip", "link", "set", name, "addrgenmode", "none", "up");
        }
    }

    private void open() {
        port = namespace.call(() -> opener.apply(namespace));
        String name = farName.apply(port);
        far = namespace.call(() -> openFar(name));
    }

    private static PacketSocket openFar(String name) {
        try (var request = new InterfaceRequest(name)) {
            PacketSocket socket = PacketSocket.open(name, PacketSocket.VERSION_2);
            socket.ignoreOutgoing();
            socket.queueLongFrames(FAR_BUFFER);
            socket.bind(request.index(), true);
            return socket;
        }
    }

    @Override
    public Port port() {
        return port;
    }

    @Override
    public void reopen() {
        port.close();
        far.close();
        open();
    }

    @Override
    public boolean send(WireFrame frame) {
        int index = frame.put(pool);
        long at = pool.data(index) - VirtioNetHeader.LENGTH;
        VirtioNetHeader.write(pool, index, pool.memory(), at);
        long length = VirtioNetHeader.LENGTH + (long) frame.octets().length;
        long result = Libc.write(state, far.descriptor(), pool.memory().address() + at, length);
        pool.release(index);
        // A TAP that reads nothing, or an interface that is down, loses frames.
        if (result < 0 && result != -Errno.ENOBUFS && result != -Errno.ENETDOWN) {
            throw new AssertionError("the far end cannot send: " + Errno.describe((int) -result));
        }
        return true;
    }

    @Override
    public @Nullable WireFrame receive() {
        int frame = pool.allocateLarge();
        try {
            int start = FramePool.RECEIVE_START;
            long at = pool.slot(frame) + start - VirtioNetHeader.LENGTH;
            long count =
                    Libc.read(
                            state,
                            far.descriptor(),
                            pool.memory().address() + at,
                            pool.slotLength(frame) - start);
            if (count < VirtioNetHeader.LENGTH) {
                return null;
            }
            pool.range(frame, start, (int) count - VirtioNetHeader.LENGTH);
            VirtioNetHeader.read(pool, frame, pool.memory(), at);
            return WireFrame.copyOf(pool, frame);
        } finally {
            pool.release(frame);
        }
    }

    @Override
    public boolean setLink(boolean isUp) {
        String name = farName.apply(port);
        namespace.output("ip", "link", "set", name, isUp ? "up" : "down");
        return true;
    }

    @Override
    public void close() {
        port.close();
        far.close();
        pool.close();
        arena.close();
        namespace.close();
    }
}
