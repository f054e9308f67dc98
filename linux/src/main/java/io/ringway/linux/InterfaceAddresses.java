package io.ringway.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.ringway.memory.Octets;
import io.ringway.wire.IpAddress;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/**
 * The addresses that the kernel has in the calling thread's network namespace, by rtnetlink.
 *
 * <pre>
 *  0   nlmsghdr   length (int), type (short), flags (short), sequence (int), port (int)
 *  16  ifaddrmsg  family, prefix length, flags, scope (bytes), interface index (int)
 *  24  rtattr     length (short), type (short), the value, up to four octets of nothing
 * </pre>
 */
final class InterfaceAddresses {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_GETADDR = 22;
    private static final int NLMSG_DONE = 3;
    private static final int REQUEST_DUMP = 0x301;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int HEADER = 16;
    private static final int ATTRIBUTES = 24;
    private static final int LONGEST = 32 * 1024;

    private InterfaceAddresses() {}

    /** All of them, at whatever interface; none when the kernel does not say. */
    static Set<IpAddress> ofKernel() {
        Set<IpAddress> addresses = new HashSet<>();
        int socket = Libc.socket(AF_NETLINK, SOCK_RAW | Libc.O_CLOEXEC, 0);
        if (socket < 0) {
            return addresses;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newState(arena);
            MemorySegment question = arena.allocate(ATTRIBUTES, 8);
            Octets.putNative32(question, 0, ATTRIBUTES);
            Octets.putNative16(question, 4, RTM_GETADDR);
            Octets.putNative16(question, 6, REQUEST_DUMP);
            long result = Libc.write(state, socket, question.address(), ATTRIBUTES);
            MemorySegment answer = arena.allocate(LONGEST, 8);
            boolean isMore = result >= 0;
            while (isMore) {
                result = Libc.read(state, socket, answer.address(), LONGEST);
                isMore = result > 0 && readMessages(answer.asSlice(0, result), addresses);
            }
        } finally {
            Libc.close(socket);
        }
        return addresses;
    }

    /** Whether more will come. */
    private static boolean readMessages(MemorySegment answer, Set<IpAddress> into) {
        int at = 0;
        while (at + ATTRIBUTES <= answer.byteSize()) {
            int length = Octets.native32(answer, at);
            int type = Octets.native16(answer, at + 4);
            if (type != RTM_NEWADDR || length < ATTRIBUTES || at + length > answer.byteSize()) {
                return false;
            }
            readAttributes(answer.asSlice(at, length), into);
            at += (length + 3) & ~3;
        }
        return at + HEADER > answer.byteSize() || Octets.native16(answer, at + 4) != NLMSG_DONE;
    }

    private static void readAttributes(MemorySegment message, Set<IpAddress> into) {
        int at = ATTRIBUTES;
        while (at + 4 <= message.byteSize()) {
            int length = Octets.native16(message, at);
            if (length < 4 || at + length > message.byteSize()) {
                return;
            }
            int type = Octets.native16(message, at + 2);
            boolean isAddress = length == 4 + 4 || length == 4 + 16;
            // IPv4 has its own in IFA_LOCAL, which is another than IFA_ADDRESS at a tunnel.
            if (isAddress && (type == IFA_LOCAL || (type == IFA_ADDRESS && length > 8))) {
                into.add(IpAddress.ofBytes(message.asSlice(at + 4, length - 4).toArray(JAVA_BYTE)));
            }
            at += (length + 3) & ~3;
        }
    }
}
