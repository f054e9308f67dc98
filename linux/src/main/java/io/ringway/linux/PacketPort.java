package io.ringway.linux;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.port.PortCapabilities;
import io.ringway.port.PortException;
import io.ringway.port.PortQueue;
import io.ringway.wire.MacAddress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An interface of the kernel, shared with the kernel's own stack: Linux's AF_PACKET over rings of
 * memory, with super-frames and checksums left to the other side both ways.
 *
 * <p>Every frame that comes to the interface comes to the kernel's stack and to us. What we send
 * goes out of the interface, and not to this machine's kernel. An address of the kernel's can be
 * shared by ports: {@link PacketConfig.Builder#share}.
 *
 * <p>It works with any interface and any driver, also in a user namespace ({@code unshare -rn}).
 */
public final class PacketPort implements Port {
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
    private static final int FANOUT_HASH = 0;
    private static final int FANOUT_CLASSIC_BPF = 6;
    private static final int FANOUT_UNIQUE = 0x2000;
    private static final int FANOUT_IGNORE_OUTGOING = 0x4000;
    private static final int NO_GROUP = -1;
    private static final int SEND_OCTETS = 4 << 20;

    private final PacketConfig config;
    private final long macAddress;
    private final int mtu;
    private final PortCapabilities capabilities;
    private final List<PacketSocket> receiving = new ArrayList<>();
    private final List<PacketSocket> sending = new ArrayList<>();
    private final KernelPorts reserved;
    private final boolean[] isQueueOpen;
    private final boolean[] isInGroup;
    private int group = NO_GROUP;
    private int groupFlags;
    private boolean isOpen = true;

    private PacketPort(PacketConfig config, long macAddress, int mtu) {
        this.config = config;
        this.reserved = KernelPorts.reserve(config.shared(), config.ports());
        this.macAddress = macAddress;
        this.mtu = mtu;
        this.isQueueOpen = new boolean[config.queues()];
        this.isInGroup = new boolean[config.queues()];
        // Linux 6.2 knows of UDP segmentation in the header of virtio.
        boolean segmentsUdp = isKernelAtLeast(6, 2);
        this.capabilities =
                new PortCapabilities(
                        true,
                        true,
                        true,
                        segmentsUdp,
                        PortCapabilities.FULL.maxSegmentationLength());
    }

    /**
     * Opens the sockets, in the network namespace of the calling thread.
     *
     * @throws PortException when there is no such interface, it is down or no Ethernet, the
     *     privilege is missing, or a program on the kernel's stack has a port that is to be ours;
     *     it says what to do
     */
    public static PacketPort open(PacketConfig config) {
        try (var request = new InterfaceRequest(config.interfaceName())) {
            int index = request.index();
            request.requireEthernet();
            request.requireUp();
            long mac = config.macAddress() != 0 ? config.macAddress() : request.macAddress();
            PacketPort port = new PacketPort(config, mac, request.mtu());
            try {
                port.openSockets(index);
                return port;
            } catch (PortException refused) {
                port.close();
                throw refused;
            }
        }
    }

    private void openSockets(int index) {
        boolean isBlocks = config.receive() == PacketReceive.BLOCKS;
        int version = isBlocks ? PacketSocket.VERSION_3 : PacketSocket.VERSION_2;
        for (int i = 0; i < config.queues(); i++) {
            PacketSocket in = PacketSocket.open(config.interfaceName(), version);
            receiving.add(in);
            in.ignoreOutgoing();
            in.sendBuffer(SEND_OCTETS);
            // Nothing is to wait in a socket whose queue is not open.
            in.mute();
            in.bind(index, true);
            in.join(index, config.macAddress());
            PacketSocket out = PacketSocket.open(config.interfaceName(), PacketSocket.VERSION_2);
            sending.add(out);
            out.dropRefused();
            out.sendBuffer(SEND_OCTETS);
            if (config.bypassesQdisc()) {
                in.bypassQdisc();
                out.bypassQdisc();
            }
            out.bind(index, false);
        }
    }

    /**
     * Lets a queue's socket take part in the flows; the first one makes the group. The kernel
     * numbers sockets in the order in which they join, and anew when they get a ring: so they join
     * with their ring, and queues that are opened in order have their own numbers.
     */
    private void joinGroup(int queue) {
        boolean isOurs = config.steering() == PacketSteering.LANES;
        int type = isOurs ? FANOUT_CLASSIC_BPF : FANOUT_HASH;
        PacketSocket socket = receiving.get(queue);
        int result;
        if (group != NO_GROUP) {
            result = socket.fanout(groupFlags << 16 | group);
        } else {
            groupFlags = type | FANOUT_IGNORE_OUTGOING;
            result = socket.fanout((groupFlags | FANOUT_UNIQUE) << 16);
            if (result < 0) {
                // An older kernel does not know of that flag; receive drops those frames then.
                groupFlags = type;
                result = socket.fanout((groupFlags | FANOUT_UNIQUE) << 16);
            }
            if (result >= 0) {
                group = socket.fanoutGroup();
                result = isOurs ? FlowSteering.attach(socket.descriptor()) : 0;
            }
        }
        if (result < 0) {
            throw new PortException(
                    "the kernel does not spread the flows of "
                            + name()
                            + " over "
                            + config.queues()
                            + " queues ("
                            + Errno.describe(-result)
                            + "): take one queue");
        }
        isInGroup[queue] = true;
    }

    private static boolean isKernelAtLeast(int major, int minor) {
        try {
            String[] numbers = Files.readString(RELEASE).split("[^0-9]+", 3);
            int first = Integer.parseInt(numbers[0]);
            return first > major || (first == major && Integer.parseInt(numbers[1]) >= minor);
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
            return false;
        }
    }

    @Override
    public String name() {
        return config.interfaceName();
    }

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
        return config.queues();
    }

    @Override
    public synchronized PortQueue open(int queue, FramePool pool, Counters counters) {
        if (queue < 0 || queue >= config.queues()) {
            throw new PortException(
                    name()
                            + " has "
                            + config.queues()
                            + " queues, numbered from 0; asked for "
                            + queue);
        }
        if (!isOpen) {
            throw new PortException(name() + " is closed");
        }
        if (isQueueOpen[queue]) {
            throw new PortException(
                    "queue " + queue + " of " + name() + " is open already: close it first");
        }
        if (pool.largeCount() == 0) {
            throw new PortException(
                    name()
                            + " receives super-frames and the frame pool has no large frames: give"
                            + " it some");
        }
        PacketSocket in = receiving.get(queue);
        var intake = new PacketIntake(pool, counters);
        PacketReceiver receiver =
                switch (config.receive()) {
                    case FRAMES -> new PacketFrames(in, intake, mtu, config.receiveFrames());
                    case BLOCKS -> new PacketBlocks(in, intake, config.receiveFrames());
                };
        PacketSender sender = null;
        try {
            sender =
                    new PacketSender(
                            sending.get(queue),
                            in.descriptor(),
                            pool,
                            counters,
                            config.transmitFrames());
            if (config.queues() > 1 && !isInGroup[queue]) {
                joinGroup(queue);
            }
            in.unmute(config.shared(), config.ports());
            isQueueOpen[queue] = true;
            return new PacketQueue(this, queue, in.descriptor(), receiver, sender);
        } catch (PortException refused) {
            receiver.close();
            if (sender != null) {
                sender.close();
            }
            throw refused;
        }
    }

    synchronized void onQueueClosed(int queue) {
        isQueueOpen[queue] = false;
    }

    /** Leaves the interface to the kernel. Close the queues first. */
    @Override
    public synchronized void close() {
        if (isOpen) {
            isOpen = false;
            reserved.close();
            receiving.forEach(PacketSocket::close);
            sending.forEach(PacketSocket::close);
        }
    }

    @Override
    public String toString() {
        return name() + " (AF_PACKET, " + MacAddress.format(macAddress) + ", MTU " + mtu + ")";
    }
}
