package io.ringway.linux;

import io.ringway.memory.Octets;
import io.ringway.port.PortException;
import io.ringway.wire.IpAddress;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * TCP and UDP ports of addresses that the kernel has too, kept for us for as long as this is open:
 * no program on the kernel's stack can take them, and the kernel itself does not answer there.
 *
 * <p>Without it the kernel, which sees the same segments, would refuse our peers' connections with
 * a RST. Each port is held by a listening socket of the kernel whose filter drops whatever comes to
 * it: the kernel looks the socket up for every segment to that port, and the filter comes before
 * any answer. Sockets go with the process, so nothing is left behind when that is killed.
 *
 * <p>Made in the network namespace of the calling thread.
 */
final class KernelPorts implements AutoCloseable {
    /** A descriptor for each port, address and protocol: more would be a mistake. */
    static final int MOST = 8_192;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;

    private final List<Integer> sockets = new ArrayList<>();

    private KernelPorts() {}

    /**
     * Takes each port of {@code ports} at each address.
     *
     * @throws PortException when a program has one of them already, the kernel has not such an
     *     address, or a privilege is missing
     */
    static KernelPorts reserve(List<IpAddress> addresses, List<PortRange> ports) {
        long count =
                2L
                        * addresses.size()
                        * ports.stream().mapToLong(range -> range.last() - range.first() + 1).sum();
        if (count > MOST) {
            throw new PortException(
                    "to share "
                            + addresses.size()
                            + " addresses with the kernel takes a socket for each port, address and"
                            + " protocol, here "
                            + count
                            + ": name fewer ports, so that they are at most "
                            + MOST);
        }
        KernelPorts reserved = new KernelPorts();
        try {
            for (IpAddress address : addresses) {
                for (PortRange range : ports) {
                    for (int port = range.first(); port <= range.last(); port++) {
                        reserved.hold(SOCK_STREAM, address, port);
                        reserved.hold(SOCK_DGRAM, address, port);
                    }
                }
            }
            return reserved;
        } catch (PortException refused) {
            reserved.close();
            throw refused;
        }
    }

    private void hold(int type, IpAddress address, int port) {
        int family = address.isIpv4() ? AF_INET : AF_INET6;
        int socket = Libc.socket(family, type | Libc.O_CLOEXEC, 0);
        int result = socket;
        if (socket >= 0) {
            sockets.add(socket);
            result = DropFilter.attach(socket);
        }
        if (result >= 0) {
            result = bind(socket, address, port);
        }
        if (result >= 0 && type == SOCK_STREAM) {
            result = Libc.listen(socket, 1);
        }
        if (result < 0) {
            throw refused(type, address, port, -result);
        }
    }

    /**
     * <pre>
     *  sockaddr_in:  family (short), port (short), address (int), 8 octets
     *  sockaddr_in6: family (short), port (short), flow (int), address (16 octets), scope (int)
     * </pre>
     */
    private static int bind(int socket, IpAddress address, int port) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] octets = address.toBytes();
            boolean isIpv4 = address.isIpv4();
            MemorySegment socketAddress = arena.allocate(isIpv4 ? 16 : 28, 8);
            Octets.putNative16(socketAddress, 0, isIpv4 ? AF_INET : AF_INET6);
            Octets.put16(socketAddress, 2, port);
            socketAddress
                    .asSlice(isIpv4 ? 4 : 8, octets.length)
                    .copyFrom(MemorySegment.ofArray(octets));
            return Libc.bind(socket, socketAddress);
        }
    }

    private static PortException refused(int type, IpAddress address, int port, int errno) {
        String help =
                switch (errno) {
                    case Errno.EADDRINUSE ->
                            "a program on the kernel's stack has it: take another port, or an"
                                    + " address that the kernel does not have";
                    case Errno.EADDRNOTAVAIL ->
                            "the kernel does not have that address, so there is nothing to share;"
                                    + " \"ip address\" shows those that it has";
                    case Errno.EACCES ->
                            "ports below 1024 take CAP_NET_BIND_SERVICE: run as root, or under"
                                    + " \"unshare -rn\"";
                    case Errno.EMFILE -> "raise the limit of open files with \"ulimit -n\"";
                    default -> "it can not be kept from the kernel";
                };
        return new PortException(
                "cannot have "
                        + (type == SOCK_STREAM ? "TCP" : "UDP")
                        + " port "
                        + port
                        + " of "
                        + address
                        + " for ourselves ("
                        + Errno.describe(errno)
                        + "): "
                        + help);
    }

    /** Leaves the ports to the kernel again. */
    @Override
    public void close() {
        sockets.forEach(Libc::close);
        sockets.clear();
    }
}
