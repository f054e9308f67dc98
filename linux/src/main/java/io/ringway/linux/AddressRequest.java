package io.ringway.linux;

import io.ringway.memory.Octets;
import io.ringway.port.PortException;
import io.ringway.wire.IpPrefix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Gives an address to an interface of the calling thread's network namespace, by one message of
 * rtnetlink: the one way that can switch off duplicate address detection, which would keep an IPv6
 * address useless for a second or two.
 *
 * <pre>
 *  0   nlmsghdr   length (int), type (short), flags (short), sequence (int), port (int)
 *  16  ifaddrmsg  family, prefix length, flags, scope (bytes), interface index (int)
 *  24  rtattr     length (short), IFA_LOCAL (short), the address
 *      rtattr     length (short), IFA_ADDRESS (short), the address
 *  the answer: nlmsghdr, then a negated error number (int)
 * </pre>
 */
final class AddressRequest {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int RTM_NEWADDR = 20;
    // NLM_F_REQUEST, NLM_F_ACK, NLM_F_REPLACE, NLM_F_CREATE.
    private static final int FLAGS = 0x1 | 0x4 | 0x100 | 0x400;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_F_NODAD = 2;
    private static final int MESSAGE = 24;
    private static final int ANSWER_LENGTH = 512;
    private static final int ANSWER_ERROR = 16;

    private AddressRequest() {}

    /**
     * @param index the interface's index
     * @param name the interface's name, for people
     * @throws PortException when the kernel refuses
     */
    static void add(int index, String name, IpPrefix prefix) {
        int socket = Libc.socket(AF_NETLINK, SOCK_RAW | Libc.O_CLOEXEC, 0);
        if (socket < 0) {
            throw refused(name, prefix, -socket);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newState(arena);
            MemorySegment message = message(arena, index, prefix);
            MemorySegment answer = arena.allocate(ANSWER_LENGTH, 8);
            long result = Libc.write(state, socket, message.address(), message.byteSize());
            if (result >= 0) {
                result = Libc.read(state, socket, answer.address(), ANSWER_LENGTH);
            }
            int error = result < 0 ? (int) -result : -Octets.native32(answer, ANSWER_ERROR);
            if (error != 0) {
                throw refused(name, prefix, error);
            }
        } finally {
            Libc.close(socket);
        }
    }

    private static MemorySegment message(Arena arena, int index, IpPrefix prefix) {
        boolean isIpv4 = prefix.address().isIpv4();
        byte[] octets = prefix.address().toBytes();
        int attribute = 4 + octets.length;
        MemorySegment message = arena.allocate(MESSAGE + 2L * attribute, 8);
        Octets.putNative32(message, 0, (int) message.byteSize());
        Octets.putNative16(message, 4, RTM_NEWADDR);
        Octets.putNative16(message, 6, FLAGS);
        Octets.put8(message, 16, isIpv4 ? AF_INET : AF_INET6);
        Octets.put8(message, 17, prefix.length());
        Octets.put8(message, 18, isIpv4 ? 0 : IFA_F_NODAD);
        Octets.putNative32(message, 20, index);
        attribute(message, MESSAGE, IFA_LOCAL, octets);
        attribute(message, MESSAGE + attribute, IFA_ADDRESS, octets);
        return message;
    }

    private static void attribute(MemorySegment message, int at, int type, byte[] octets) {
        Octets.putNative16(message, at, 4 + octets.length);
        Octets.putNative16(message, at + 2, type);
        message.asSlice(at + 4, octets.length).copyFrom(MemorySegment.ofArray(octets));
    }

    private static PortException refused(String name, IpPrefix prefix, int error) {
        String help =
                switch (error) {
                    case Errno.EPERM ->
                            "; it takes CAP_NET_ADMIN: run as root, or under \"unshare -rn\"";
                    case Errno.EACCES, Errno.EOPNOTSUPP, Errno.EAFNOSUPPORT ->
                            prefix.address().isIpv4()
                                    ? ""
                                    : "; is IPv6 switched off? see"
                                            + " /proc/sys/net/ipv6/conf/all/disable_ipv6";
                    default -> "";
                };
        return new PortException(
                "cannot give the address "
                        + prefix
                        + " to the interface "
                        + name
                        + " ("
                        + Errno.describe(error)
                        + ")"
                        + help);
    }
}
