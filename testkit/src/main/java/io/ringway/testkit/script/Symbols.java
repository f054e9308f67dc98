package io.ringway.testkit.script;

import java.util.HashMap;
import java.util.Map;

/**
 * The constants that scripts name, with Linux's values but for those that scripts for FreeBSD give
 * as numbers too.
 */
final class Symbols {
    private static final Map<String, Long> COMMON = new HashMap<>();
    private static final Map<String, Integer> ERRNO = new HashMap<>();

    static {
        put("O_RDONLY", 0, "O_WRONLY", 1, "O_RDWR", 2, "F_GETFL", 3, "F_SETFL", 4);
        put("AF_UNSPEC", 0, "AF_INET", 2, "AF_INET6", 10, "PF_INET", 2, "PF_INET6", 10);
        put("SOCK_STREAM", 1, "SOCK_DGRAM", 2, "SOCK_RAW", 3, "SOCK_NONBLOCK", 0x800);
        put("IPPROTO_IP", 0, "IPPROTO_ICMP", 1, "IPPROTO_TCP", 6, "IPPROTO_UDP", 17);
        put("IPPROTO_IPV6", 41, "IPPROTO_ICMPV6", 58, "SOL_SOCKET", 1, "SOL_TCP", 6);
        put("SOL_IP", 0, "SOL_IPV6", 41, "SOL_UDP", 17);
        put("SHUT_RD", 0, "SHUT_WR", 1, "SHUT_RDWR", 2, "NULL", 0);
        put("MSG_OOB", 1, "MSG_PEEK", 2, "MSG_DONTROUTE", 4, "MSG_CTRUNC", 8, "MSG_TRUNC", 0x20);
        put("MSG_DONTWAIT", 0x40, "MSG_EOR", 0x80, "MSG_WAITALL", 0x100, "MSG_FIN", 0x200);
        put("MSG_ERRQUEUE", 0x2000, "MSG_NOSIGNAL", 0x4000, "MSG_MORE", 0x8000, "MSG_EOF", 0x200);
        put("MSG_FASTOPEN", 0x2000_0000, "MSG_ZEROCOPY", 0x400_0000);
        put("POLLIN", 1, "POLLPRI", 2, "POLLOUT", 4, "POLLERR", 8, "POLLHUP", 16, "POLLNVAL", 32);
        put("POLLRDNORM", 64, "POLLRDBAND", 128, "POLLWRNORM", 256, "POLLWRBAND", 512);
        put("POLLRDHUP", 0x2000, "POLLINIGNEOF", 0x2000);
        put("EPOLLIN", 1, "EPOLLPRI", 2, "EPOLLOUT", 4, "EPOLLERR", 8, "EPOLLHUP", 16);
        put("EPOLLRDNORM", 64, "EPOLLWRNORM", 256, "EPOLLRDHUP", 0x2000);
        put("EPOLLET", 0x8000_0000L, "EPOLLONESHOT", 0x4000_0000);
        put("EPOLL_CTL_ADD", 1, "EPOLL_CTL_DEL", 2, "EPOLL_CTL_MOD", 3);
        put("FIONREAD", 0x541b, "SIOCINQ", 0x541b, "SIOCOUTQ", 0x5411, "TIOCOUTQ", 0x5411);
        put("FIONWRITE", 0x5411, "FIONBIO", 0x5421, "FIONSPACE", 0x5422, "SIOCOUTQNSD", 0x894b);
        put("SO_EE_ORIGIN_ZEROCOPY", 5, "SO_EE_CODE_ZEROCOPY_COPIED", 1, "SO_EE_ORIGIN_NONE", 0);
        put("SO_EE_ORIGIN_LOCAL", 1, "SO_EE_ORIGIN_ICMP", 2, "SO_EE_ORIGIN_ICMP6", 3);
        put("SO_EE_ORIGIN_TIMESTAMPING", 4, "IP_RECVERR", 11, "IPV6_RECVERR", 25);
        put("TCP_CM_INQ", 36, "TCP_INQ", 36, "EPOLLEXCLUSIVE", 0x1000_0000);
        put("IPTOS_LOWDELAY", 0x10, "IPTOS_THROUGHPUT", 8, "IPTOS_RELIABILITY", 4);
        for (int i = 0; i < 8; i++) {
            put("IPTOS_DSCP_CS" + i, i << 5);
        }
        for (int i = 1; i < 5; i++) {
            put("IPTOS_DSCP_AF" + i + 1, i << 5 | 8, "IPTOS_DSCP_AF" + i + 2, i << 5 | 16);
            put("IPTOS_DSCP_AF" + i + 3, i << 5 | 24);
        }
        put("IPTOS_DSCP_EF", 0xb8, "IPTOS_DSCP_VA", 0xb0, "IPTOS_MINCOST", 2);
        put("IP_PMTUDISC_DONT", 0, "IP_PMTUDISC_WANT", 1, "IP_PMTUDISC_DO", 2);
        put("IP_PMTUDISC_PROBE", 3, "IPV6_PMTUDISC_DO", 2, "IPV6_PMTUDISC_DONT", 0);
        errno("EPERM", 1, "EINTR", 4, "EBADF", 9, "EAGAIN", 11, "EWOULDBLOCK", 11, "ENOMEM", 12);
        errno("EACCES", 13, "EFAULT", 14, "EINVAL", 22, "EPIPE", 32, "ENOTSOCK", 88);
        errno("EDESTADDRREQ", 89, "EMSGSIZE", 90, "ENOPROTOOPT", 92, "EOPNOTSUPP", 95);
        errno("EADDRINUSE", 98, "EADDRNOTAVAIL", 99, "ENETDOWN", 100, "ENETUNREACH", 101);
        errno("ENETRESET", 102, "ECONNABORTED", 103, "ECONNRESET", 104, "ENOBUFS", 105);
        errno("EISCONN", 106, "ENOTCONN", 107, "ESHUTDOWN", 108, "ETIMEDOUT", 110);
        errno("ECONNREFUSED", 111, "EHOSTDOWN", 112, "EHOSTUNREACH", 113, "EALREADY", 114);
        errno("EINPROGRESS", 115, "EPROTONOSUPPORT", 93, "EAFNOSUPPORT", 97, "EPROTO", 71);
        errno("ENOENT", 2, "EIO", 5, "ESRCH", 3, "ENOSYS", 38, "EHOSTUNREACH", 113);
    }

    private final boolean isFreeBsd;

    Symbols(boolean isFreeBsd) {
        this.isFreeBsd = isFreeBsd;
    }

    private static void put(Object... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            COMMON.put((String) pairs[i], ((Number) pairs[i + 1]).longValue());
        }
    }

    private static void errno(Object... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            ERRNO.put((String) pairs[i], (Integer) pairs[i + 1]);
        }
    }

    /** {@code O_NONBLOCK}, as a number. */
    int nonBlocking() {
        return isFreeBsd ? 4 : 0x800;
    }

    /** The value of a name. */
    long value(String name) {
        switch (name) {
            case "O_NONBLOCK" -> {
                return nonBlocking();
            }
            // Names that the public suites' runner defines for the version of IP.
            case "CMSG_LEVEL_IP" -> {
                return value("SOL_IP");
            }
            case "CMSG_TYPE_RECVERR" -> {
                return value("IP_RECVERR");
            }
            default -> {
                // Below.
            }
        }
        Long value = COMMON.get(name);
        if (value != null) {
            return value;
        }
        Integer errno = ERRNO.get(name);
        if (errno != null) {
            return errno;
        }
        throw new SkipException("the constant " + name + " is not known");
    }

    /** The number of an error by its name. */
    static int errno(String name) {
        Integer errno = ERRNO.get(name);
        if (errno == null) {
            throw new SkipException("the error " + name + " is not known");
        }
        return errno;
    }

    /** Whether two names are of the same error. */
    static boolean isSameError(String first, String second) {
        return errno(first) == errno(second);
    }

    int integer(Expr expression) {
        return (int) number(expression);
    }

    /** The number that an expression stands for. */
    long number(Expr expression) {
        return switch (expression) {
            case Expr.Num number -> number.value();
            case Expr.Name name -> value(name.name());
            case Expr.Or or -> number(or.left()) | number(or.right());
            default -> throw new SkipException("expected a number, found " + expression);
        };
    }
}
