package io.ringway.linux;

import io.ringway.memory.Octets;
import io.ringway.port.PortException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The open files behind a TAP, one for each queue: how they are asked for, and what each refusal
 * means.
 */
final class TapDevice implements AutoCloseable {
    /**
     * Bits of {@link #offloads()}: {@code TUN_F_CSUM}; {@code TSO4} and {@code TSO6}; {@code USO4}
     * and {@code USO6}.
     */
    static final int OFFLOAD_CHECKSUM = 0x01;

    static final int OFFLOAD_TCP = 0x06;
    static final int OFFLOAD_UDP = 0x60;

    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final long TUNGETIFF = 0x800454d2L;
    private static final long TUNSETQUEUE = 0x400454d9L;
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_MULTI_QUEUE = 0x0100;
    private static final int IFF_ATTACH_QUEUE = 0x0200;
    private static final int IFF_DETACH_QUEUE = 0x0400;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;
    // Best first: an older kernel refuses what it does not know.
    private static final int[] OFFLOADS = {
        OFFLOAD_CHECKSUM | OFFLOAD_TCP | OFFLOAD_UDP,
        OFFLOAD_CHECKSUM | OFFLOAD_TCP,
        OFFLOAD_CHECKSUM,
        0
    };

    private final int[] descriptors;
    private final String name;
    private final int offloads;

    private TapDevice(int[] descriptors, String name, int offloads) {
        this.descriptors = descriptors;
        this.name = name;
        this.offloads = offloads;
    }

    /**
     * @param mayBeOne whether one queue will do where the interface is there and has no more
     * @throws PortException when the file or the interface cannot be had
     */
    static TapDevice open(TapConfig config, boolean mayBeOne) {
        int[] descriptors = new int[config.queues()];
        Arrays.fill(descriptors, -1);
        try {
            String name = config.name();
            for (int i = 0; i < descriptors.length; i++) {
                descriptors[i] = open(config.device());
                name = attach(descriptors[i], name, config);
                if (config.queues() > 1 && isOfOneQueue(descriptors[i])) {
                    if (!mayBeOne) {
                        throw new PortException(
                                "the TAP "
                                        + name
                                        + " was made for one queue, and "
                                        + config.queues()
                                        + " are asked for: make it with \"ip tuntap add dev "
                                        + name
                                        + " mode tap multi_queue\", or ask for one");
                    }
                    descriptors = new int[] {descriptors[0]};
                }
            }
            int offloads = setOffloads(descriptors[0], config);
            TapDevice device = new TapDevice(descriptors, name, offloads);
            for (int i = 0; descriptors.length > 1 && i < descriptors.length; i++) {
                // Nothing is to come to a queue that no lane has opened.
                device.setAttached(i, false);
            }
            return device;
        } catch (PortException refused) {
            close(descriptors);
            throw refused;
        }
    }

    private static int open(String device) {
        int descriptor = Libc.open(device, Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        if (descriptor < 0) {
            throw cannotOpen(device, -descriptor);
        }
        return descriptor;
    }

    static PortException cannotOpen(String device, int errno) {
        String help =
                switch (errno) {
                    case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                            "the tun driver is not there: \"modprobe tun\" as root loads it, and a"
                                    + " container needs --device "
                                    + device;
                    case Errno.EACCES, Errno.EPERM ->
                            "this user may not: run as root, or let root \"chmod 666 "
                                    + device
                                    + "\"";
                    case Errno.EMFILE -> "raise the limit of open files with \"ulimit -n\"";
                    default -> "is it the tun device?";
                };
        return new PortException(
                "cannot open " + device + " (" + Errno.describe(errno) + "): " + help);
    }

    /** Binds the file to the interface, which the first one makes, and returns its name. */
    private static String attach(int descriptor, String name, TapConfig config) {
        int several = config.queues() > 1 ? IFF_MULTI_QUEUE : 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(InterfaceRequest.LENGTH);
            InterfaceRequest.write(request, name);
            int result = attach(descriptor, request, several);
            if (result == -Errno.EINVAL) {
                // Whoever made it chose between one queue and several, and that cannot be changed.
                result = attach(descriptor, request, several ^ IFF_MULTI_QUEUE);
            }
            if (result < 0) {
                throw cannotAttach(config, -result);
            }
            return InterfaceRequest.name(request);
        }
    }

    private static int attach(int descriptor, MemorySegment request, int several) {
        int flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | several;
        Octets.putNative16(request, InterfaceRequest.VALUE, flags);
        return Libc.ioctl(descriptor, TUNSETIFF, request.address());
    }

    private static boolean isOfOneQueue(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(InterfaceRequest.LENGTH);
            int result = Libc.ioctl(descriptor, TUNGETIFF, request.address());
            int flags = request.get(ValueLayout.JAVA_SHORT_UNALIGNED, InterfaceRequest.VALUE);
            return result >= 0 && (flags & IFF_MULTI_QUEUE) == 0;
        }
    }

    int queues() {
        return descriptors.length;
    }

    static PortException cannotAttach(TapConfig config, int errno) {
        String help =
                switch (errno) {
                    case Errno.EPERM, Errno.EACCES ->
                            "it takes CAP_NET_ADMIN in this network namespace: run as root, or"
                                    + " under \"unshare -rn\"";
                    case Errno.EBUSY -> "a program has that interface open: take another name";
                    case Errno.EINVAL ->
                            "an interface of that name exists and is no TAP: take another name";
                    default -> config.device() + " is not the tun device, or out of order";
                };
        return new PortException(
                "cannot make the TAP "
                        + config.name()
                        + " ("
                        + Errno.describe(errno)
                        + "): "
                        + help);
    }

    private static int setOffloads(int descriptor, TapConfig config) {
        int wanted =
                switch (config.offloads()) {
                    case ALL -> OFFLOADS[0];
                    case CHECKSUM -> OFFLOAD_CHECKSUM;
                    case NONE -> 0;
                };
        int result = 0;
        for (int offloads : OFFLOADS) {
            if ((offloads & ~wanted) == 0) {
                result = Libc.ioctl(descriptor, TUNSETOFFLOAD, offloads);
                if (result >= 0) {
                    return offloads;
                }
            }
        }
        throw new PortException(
                "cannot set the offloads of the TAP "
                        + config.name()
                        + " ("
                        + Errno.describe(-result)
                        + ")");
    }

    /** Lets frames come to a queue, or keeps them off it. Only where there are several. */
    void setAttached(int queue, boolean isAttached) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(InterfaceRequest.LENGTH);
            int flags = isAttached ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE;
            Octets.putNative16(request, InterfaceRequest.VALUE, flags);
            int result = Libc.ioctl(descriptors[queue], TUNSETQUEUE, request.address());
            if (result < 0) {
                throw new PortException(
                        "cannot "
                                + (isAttached ? "attach" : "detach")
                                + " queue "
                                + queue
                                + " of the TAP "
                                + name
                                + " ("
                                + Errno.describe(-result)
                                + ")");
            }
        }
    }

    int descriptor(int queue) {
        return descriptors[queue];
    }

    String name() {
        return name;
    }

    /** The bits that the kernel accepted. */
    int offloads() {
        return offloads;
    }

    private static void close(int[] descriptors) {
        for (int descriptor : descriptors) {
            if (descriptor >= 0) {
                Libc.close(descriptor);
            }
        }
    }

    @Override
    public void close() {
        close(descriptors);
    }
}
