package io.ringway.linux;

import io.ringway.linux.XdpConfig.Mode;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.port.PortCapabilities;
import io.ringway.port.PortException;
import io.ringway.port.PortQueue;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.MacAddress;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An interface of this machine, shared with the kernel by AF_XDP: frames for us go from the
 * driver's rings to our frames, all others to the kernel, by a program that runs for each frame
 * ({@link XdpSteering} says what it knows). One socket a queue.
 *
 * <p>The interface stays as it is. What the port attaches to it goes when the port is closed, or
 * with the process.
 */
public final class XdpPort implements Port {
    private static final int ETHERNET_AND_TAG = 18;
    private static final String PROGRAM = "ringway";

    private final XdpConfig config;
    private final int index;
    private final long macAddress;
    private final int mtu;
    private final boolean isScattered;
    private final boolean isMetadataUsed;
    private final PortCapabilities capabilities;
    private final int[] sockets;
    private final boolean[] isQueueOpen;
    private final XdpSteering steering;
    private final NetNamespace namespace;
    private final List<Integer> descriptors = new ArrayList<>();
    private @Nullable XdpNeighbours neighbours;
    private @Nullable KernelPorts kernelPorts;
    private int socketMap;
    private boolean isNative;
    private boolean isZeroCopy;
    private boolean isOpen = true;

    private XdpPort(XdpConfig config, InterfaceRequest request) {
        this.config = config;
        index = request.index();
        macAddress = request.macAddress();
        mtu = request.mtu();
        isScattered = mtu + ETHERNET_AND_TAG > XdpSocket.ROOM;
        sockets = new int[queueCount(config, request.queueCount())];
        Arrays.fill(sockets, -1);
        isQueueOpen = new boolean[sockets.length];
        XdpFeatures features = XdpFeatures.of(index);
        boolean mayBeZeroCopy =
                features.hasZeroCopy()
                        && config.mode() != Mode.GENERIC
                        && config.copy() != XdpConfig.Copy.COPY;
        isMetadataUsed =
                XdpSocket.hasMetadata() && (!mayBeZeroCopy || features.hasTransmitChecksum());
        boolean isTrusted =
                switch (config.trust()) {
                    case AUTO -> "veth".equals(request.driver());
                    case NEVER -> false;
                    case ALWAYS -> true;
                };
        capabilities = new PortCapabilities(isMetadataUsed, isTrusted, false, false, 0);
        // The last, since they want closing.
        steering = new XdpSteering(!config.shared().isEmpty());
        namespace = NetNamespace.current();
    }

    /**
     * Attaches to the interface, in the network namespace of the calling thread.
     *
     * @throws PortException when there is no such interface, the privilege is missing, another
     *     program is attached, or the driver cannot do what is asked; it says what to do
     */
    public static XdpPort open(XdpConfig config) {
        try (var request = new InterfaceRequest(config.interfaceName())) {
            request.requireEthernet();
            request.requireUp();
            XdpPort port = new XdpPort(config, request);
            try {
                port.attach();
                port.steer();
                return port;
            } catch (PortException refused) {
                port.close();
                throw refused;
            }
        }
    }

    private static int queueCount(XdpConfig config, int there) {
        if (config.queues() > there) {
            throw new PortException(
                    config.interfaceName()
                            + " has "
                            + there
                            + (there == 1 ? " queue" : " queues")
                            + ", and "
                            + config.queues()
                            + " are asked for: \"ethtool -L "
                            + config.interfaceName()
                            + " combined N\" may give it more");
        }
        return config.queues() == 0 ? there : config.queues();
    }

    private void attach() {
        socketMap =
                keep(
                        Bpf.createMap(
                                Bpf.MAP_XSK,
                                Integer.BYTES,
                                Integer.BYTES,
                                sockets.length,
                                "rw_sockets"));
        BpfProgram made =
                config.takesAll()
                        ? XdpProgram.takeAll(socketMap)
                        : XdpProgram.make(
                                steering.addressMap(),
                                steering.portMap(),
                                socketMap,
                                config.vlan());
        int flags = isScattered ? Bpf.HAS_FRAGMENTS : 0;
        int program = keep(Bpf.load(made, Bpf.PROGRAM_XDP, flags, PROGRAM));
        int result =
                config.mode() == Mode.GENERIC ? -1 : Bpf.attach(program, index, Bpf.ATTACH_DRIVER);
        isNative = result >= 0;
        boolean mayBeGeneric =
                config.mode() == Mode.GENERIC
                        || (config.mode() == Mode.AUTO
                                && config.copy() != XdpConfig.Copy.ZERO_COPY
                                && !isBusy(-result));
        if (result < 0 && mayBeGeneric) {
            result = Bpf.attach(program, index, Bpf.ATTACH_GENERIC);
        }
        if (result < 0) {
            throw cannotAttach(-result);
        }
        keep(result);
        for (int queue = 0; queue < sockets.length; queue++) {
            sockets[queue] = newSocket();
        }
    }

    private int keep(int descriptor) {
        descriptors.add(descriptor);
        return descriptor;
    }

    private static boolean isBusy(int errno) {
        return errno == Errno.EBUSY || errno == Errno.EEXIST;
    }

    private PortException cannotAttach(int errno) {
        String name = name();
        String help =
                switch (errno) {
                    case Errno.EBUSY, Errno.EEXIST ->
                            "another XDP program is attached: \"ip link show "
                                    + name
                                    + "\" names it, \"ip link set "
                                    + name
                                    + " xdp off\" or its owner's end removes it";
                    case Errno.EPERM, Errno.EACCES ->
                            "it takes CAP_NET_ADMIN outside of any user namespace: run as root";
                    case Errno.EOPNOTSUPP ->
                            "its driver runs no XDP: take the generic mode, or AF_PACKET";
                    default ->
                            "the driver may want a smaller MTU, or fewer queues than it has"
                                    + " processors; the generic mode does without";
                };
        return new PortException(
                "cannot attach an XDP program to "
                        + name
                        + " ("
                        + Errno.describe(errno)
                        + "): "
                        + help);
    }

    private int newSocket() {
        int socket = XdpSocket.create();
        if (socket < 0) {
            String help =
                    switch (-socket) {
                        case Errno.EPERM, Errno.EACCES -> "it takes CAP_NET_RAW: run as root";
                        case Errno.EMFILE -> "raise the limit of open files with \"ulimit -n\"";
                        default -> "it takes a kernel with CONFIG_XDP_SOCKETS";
                    };
            throw new PortException(
                    "cannot make an AF_XDP socket (" + Errno.describe(-socket) + "): " + help);
        }
        return socket;
    }

    private void steer() {
        if (!config.shared().isEmpty()) {
            neighbours = new XdpNeighbours(index);
            kernelPorts = KernelPorts.reserve(config.shared(), config.ports());
        }
        config.own().forEach(steering::own);
        config.shared().forEach(steering::share);
        for (PortRange ports : config.ports()) {
            steering.take(IpProtocol.TCP, ports.first(), ports.last());
            steering.take(IpProtocol.UDP, ports.first(), ports.last());
        }
    }

    /** Which packets are ours; to be changed at any time. */
    public XdpSteering steering() {
        return steering;
    }

    /** Whether the program runs in the driver. */
    public boolean isNative() {
        return isNative;
    }

    /** Whether the driver reads and writes our frames itself; known once a queue is open. */
    public synchronized boolean isZeroCopy() {
        return isZeroCopy;
    }

    /** Whether frames may lie in several slots, there being an MTU that asks for it. */
    boolean isScattered() {
        return isScattered;
    }

    @Override
    public String name() {
        return config.interfaceName();
    }

    /** The interface's own, which the kernel has too. */
    @Override
    public long macAddress() {
        return macAddress;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public PortCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public int queueCount() {
        return sockets.length;
    }

    @Override
    public synchronized PortQueue open(int queue, FramePool pool, Counters counters) {
        if (queue < 0 || queue >= sockets.length) {
            throw new PortException(
                    name() + " has " + sockets.length + " queues, from 0; asked for " + queue);
        }
        if (!isOpen) {
            throw new PortException(name() + " is closed");
        }
        if (isQueueOpen[queue]) {
            throw new PortException(
                    "queue " + queue + " of " + name() + " is open already: close it first");
        }
        if (isScattered && pool.largeCount() == 0) {
            throw new PortException(
                    name()
                            + " receives frames of more than "
                            + XdpSocket.ROOM
                            + " octets and the frame pool has no large ones: give it some, or the"
                            + " interface a smaller MTU");
        }
        if (sockets[queue] < 0) {
            sockets[queue] = namespace.call(this::newSocket);
        }
        int descriptor = sockets[queue];
        sockets[queue] = -1;
        // Half of the pool is for what is sent and held; a lane may have several queues.
        int spare = pool.freeSmallCount() - pool.smallCount() / 2;
        int waiting = Math.clamp(spare / 2, 1, config.receiveFrames());
        XdpSocket socket =
                new XdpSocket(
                        descriptor,
                        "queue " + queue + " of " + name(),
                        pool,
                        roundUp(waiting),
                        config.transmitFrames(),
                        isMetadataUsed);
        try {
            socket.bind(index, queue, isNative ? config.copy() : XdpConfig.Copy.COPY, isScattered);
            isZeroCopy = socket.isZeroCopy();
            enter(queue, descriptor);
        } catch (PortException refused) {
            socket.close();
            throw refused;
        }
        isQueueOpen[queue] = true;
        int checksum =
                capabilities.receiveChecksum()
                        ? FramePool.CHECKSUM_VERIFIED
                        : FramePool.CHECKSUM_NONE;
        return new XdpQueue(
                this,
                queue,
                socket,
                queue == 0 ? neighbours : null,
                pool,
                counters,
                checksum,
                waiting);
    }

    /** The kernel wants a power of two. */
    private static int roundUp(int frames) {
        return Integer.highestOneBit(Math.max(2 * frames - 1, 2));
    }

    /** From now on frames of that queue go to the socket; when it is closed, they are dropped. */
    private void enter(int queue, int socket) {
        try (Arena arena = Arena.ofConfined()) {
            Bpf.update(
                    socketMap,
                    arena.allocateFrom(ValueLayout.JAVA_INT, queue),
                    arena.allocateFrom(ValueLayout.JAVA_INT, socket));
        }
    }

    synchronized void onQueueClosed(int queue) {
        isQueueOpen[queue] = false;
    }

    /** Detaches from the interface. Close the queues first. */
    @Override
    public synchronized void close() {
        if (isOpen) {
            isOpen = false;
            // The link is the last, and goes first: then the kernel has all again.
            for (int i = descriptors.size() - 1; i >= 0; i--) {
                Libc.close(descriptors.get(i));
            }
            for (int socket : sockets) {
                if (socket >= 0) {
                    Libc.close(socket);
                }
            }
            if (neighbours != null) {
                neighbours.close();
            }
            if (kernelPorts != null) {
                kernelPorts.close();
            }
            steering.close();
            namespace.close();
        }
    }

    @Override
    public String toString() {
        return name()
                + " (AF_XDP, "
                + (isNative ? "native" : "generic")
                + ", "
                + MacAddress.format(macAddress)
                + ", MTU "
                + mtu
                + ")";
    }
}
