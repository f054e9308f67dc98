package io.ringway.linux;

import io.ringway.memory.Octets;
import io.ringway.port.PortException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Questions and orders about one interface of the calling thread's network namespace, by {@code
 * ioctl} on a socket.
 *
 * <pre>
 *  struct ifreq: name[16], then 24 octets that depend on the request: flags (short), MTU or index (int), or an address
 * </pre>
 *
 * <p>One thread.
 */
final class InterfaceRequest implements AutoCloseable {
    /** Octets of {@code struct ifreq}. */
    static final int LENGTH = 40;

    /** Where the part behind the name begins. */
    static final int VALUE = 16;

    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;

    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCSIFMTU = 0x8922;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final long SIOCSIFTXQLEN = 0x8943;
    private static final long SIOCETHTOOL = 0x8946;
    private static final int IFF_UP = 1;
    private static final int ETHTOOL_DRIVER = 3;
    private static final int ETHTOOL_CHANNELS = 0x3c;
    private static final int ETHTOOL_ANSWER = 256;
    private static final int ARPHRD_ETHER = 1;
    private static final int ARPHRD_LOOPBACK = 772;

    private final String name;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment request = arena.allocate(LENGTH);
    private final int socket;

    /**
     * About the interface of that name, which must be there.
     *
     * @throws PortException when no socket can be had
     */
    InterfaceRequest(String name) {
        this.name = name;
        write(request, name);
        this.socket = Libc.socket(AF_INET, SOCK_DGRAM | Libc.O_CLOEXEC, 0);
        if (socket < 0) {
            arena.close();
            throw new PortException(
                    "cannot configure the interface "
                            + name
                            + ": no socket to ask the kernel with ("
                            + Errno.describe(-socket)
                            + ")");
        }
    }

    /** Puts a name, of at most 15 ASCII characters, in front of an {@code ifreq}. */
    static void write(MemorySegment request, String name) {
        request.setString(0, name);
    }

    /** The name in front of an {@code ifreq}. */
    static String name(MemorySegment request) {
        return request.getString(0);
    }

    /**
     * @throws PortException when the interface is no Ethernet
     */
    void requireEthernet() {
        ask(SIOCGIFHWADDR, "read the link address");
        int family = Octets.native16(request, VALUE);
        if (family != ARPHRD_ETHER) {
            throw new PortException(
                    "the interface "
                            + name
                            + " is no Ethernet (its kind is "
                            + family
                            + (family == ARPHRD_LOOPBACK ? ", loopback" : "")
                            + "): take one with a link address, or a TAP");
        }
    }

    /**
     * @throws PortException when the interface is down
     */
    void requireUp() {
        if (!isUp()) {
            throw new PortException(
                    "the interface "
                            + name
                            + " is down: \"ip link set "
                            + name
                            + " up\" as root brings it up");
        }
    }

    int mtu() {
        ask(SIOCGIFMTU, "read the MTU");
        return Octets.native32(request, VALUE);
    }

    void mtu(int mtu) {
        Octets.putNative32(request, VALUE, mtu);
        ask(SIOCSIFMTU, "set the MTU to " + mtu);
    }

    /** How many frames may wait for whoever reads the device. */
    void queueFrames(int frames) {
        Octets.putNative32(request, VALUE, frames);
        ask(SIOCSIFTXQLEN, "set the queue's length to " + frames);
    }

    int index() {
        ask(SIOCGIFINDEX, "read the index");
        return Octets.native32(request, VALUE);
    }

    /** The link address, in the lower 48 bits. */
    long macAddress() {
        ask(SIOCGIFHWADDR, "read the link address");
        // struct sockaddr: family (short), then the octets.
        long mac = 0;
        for (int i = 0; i < 6; i++) {
            mac = mac << 8 | Octets.u8(request, VALUE + 2 + i);
        }
        return mac;
    }

    void up() {
        ask(SIOCGIFFLAGS, "read the flags");
        Octets.putNative16(request, VALUE, Octets.native16(request, VALUE) | IFF_UP);
        ask(SIOCSIFFLAGS, "raise the flag \"up\"");
    }

    boolean isEthernet() {
        ask(SIOCGIFHWADDR, "read the link address");
        return Octets.native16(request, VALUE) == ARPHRD_ETHER;
    }

    boolean isUp() {
        ask(SIOCGIFFLAGS, "read the flags");
        return (Octets.native16(request, VALUE) & IFF_UP) != 0;
    }

    /** What the driver calls itself, {@code veth} or {@code ixgbe}; empty when it does not say. */
    String driver() {
        // struct ethtool_drvinfo: command (int), name[32], …
        MemorySegment answer = ethtool(ETHTOOL_DRIVER);
        return answer.byteSize() == 0 ? "" : answer.getString(4);
    }

    /** How many queues the interface receives on, at least 1. */
    int queueCount() {
        // struct ethtool_channels: command, the most for receive, transmit, other, combined, and
        // then as many as there are (int each).
        MemorySegment answer = ethtool(ETHTOOL_CHANNELS);
        return answer.byteSize() == 0
                ? 1
                : Math.max(1, Octets.native32(answer, 20) + Octets.native32(answer, 32));
    }

    /** Empty when the driver has no answer. */
    private MemorySegment ethtool(int command) {
        MemorySegment answer = arena.allocate(ETHTOOL_ANSWER, 8);
        Octets.putNative32(answer, 0, command);
        Octets.putNative64(request, VALUE, answer.address());
        boolean isAnswered = Libc.ioctl(socket, SIOCETHTOOL, request.address()) >= 0;
        return isAnswered ? answer : MemorySegment.NULL;
    }

    private void ask(long code, String what) {
        int result = Libc.ioctl(socket, code, request.address());
        if (result < 0) {
            String help =
                    switch (-result) {
                        case Errno.EPERM ->
                                "; it takes CAP_NET_ADMIN: run as root, or under \"unshare -rn\"";
                        case Errno.ENODEV -> "; \"ip link\" shows those of this network namespace";
                        default -> "";
                    };
            throw new PortException(
                    "cannot "
                            + what
                            + " of the interface "
                            + name
                            + " ("
                            + Errno.describe(-result)
                            + ")"
                            + help);
        }
    }

    @Override
    public void close() {
        Libc.close(socket);
        arena.close();
    }
}
