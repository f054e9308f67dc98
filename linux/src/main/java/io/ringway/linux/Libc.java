package io.ringway.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The calls into libc, each named as there.
 *
 * <p>As inside the kernel, a failed call returns the negated error number. Calls of the data path
 * take the memory into which libc's {@code errno} is captured, made once with {@link #newState},
 * and pass addresses as numbers, so that they allocate nothing; whoever passes an address vouches
 * for the memory behind it. The others capture into memory of the calling thread.
 *
 * <p>Any thread. What works by thread in Linux (affinity, namespaces) works on the calling one.
 */
final class Libc {
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout()
                    .byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> newState(Arena.ofAuto()));

    private static final MethodHandle OPEN = variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle READ =
            call("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WRITE =
            call("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle READV =
            call("readv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle IOCTL =
            variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PPOLL =
            call("ppoll", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EVENTFD = call("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SOCKET =
            call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle MADVISE =
            call("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SYSCONF = call("sysconf", JAVA_LONG, JAVA_INT);
    private static final MethodHandle SCHED_SETAFFINITY =
            call("sched_setaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SCHED_GETAFFINITY =
            call("sched_getaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETNS = call("setns", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle UNSHARE = call("unshare", JAVA_INT, JAVA_INT);
    private static final MethodHandle GETUID = call("getuid", JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle LISTEN = call("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SENDTO =
            call(
                    "sendto", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG,
                    JAVA_INT);
    private static final MethodHandle MMAP =
            call("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = call("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SYSCALL =
            variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private Libc() {}

    private static MethodHandle call(String name, ValueLayout result, ValueLayout... arguments) {
        return link(name, FunctionDescriptor.of(result, arguments), ERRNO);
    }

    private static MethodHandle variadic(
            String name, int firstVariadic, ValueLayout result, ValueLayout... arguments) {
        Linker.Option rest = Linker.Option.firstVariadicArg(firstVariadic);
        return link(name, FunctionDescriptor.of(result, arguments), ERRNO, rest);
    }

    private static MethodHandle link(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment symbol =
                LINKER.defaultLookup()
                        .find(name)
                        .orElseThrow(() ->
                                new UnsupportedOperationException(
                                        "libc has no " + name + ": Ringway needs Linux"));
        return LINKER.downcallHandle(symbol, descriptor, options);
    }

    /** Memory into which calls of one thread capture {@code errno}. */
    static MemorySegment newState(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    private static int result(MemorySegment state, int result) {
        return result >= 0 ? result : -state.get(JAVA_INT, ERRNO_OFFSET);
    }

    private static long result(MemorySegment state, long result) {
        return result >= 0 ? result : -state.get(JAVA_INT, ERRNO_OFFSET);
    }

    /** A downcall throws only what the linker does wrong. */
    private static AssertionError linkerFailed(Throwable thrown) {
        return new AssertionError("the call into libc itself failed", thrown);
    }

    static int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = STATE.get();
            return result(state, (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static int close(int fd) {
        try {
            MemorySegment state = STATE.get();
            return result(state, (int) CLOSE.invokeExact(state, fd));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static long read(MemorySegment state, int fd, long address, long length) {
        try {
            return result(state, (long) READ.invokeExact(state, fd, address, length));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static long write(MemorySegment state, int fd, long address, long length) {
        try {
            return result(state, (long) WRITE.invokeExact(state, fd, address, length));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    /** For threads that write seldom. */
    static long write(int fd, long address, long length) {
        return write(STATE.get(), fd, address, length);
    }

    static long readv(MemorySegment state, int fd, long vectors, int count) {
        try {
            return result(state, (long) READV.invokeExact(state, fd, vectors, count));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    /** {@code argument} is a number or an address, as the request wants. */
    static int ioctl(int fd, long request, long argument) {
        try {
            MemorySegment state = STATE.get();
            return result(state, (int) IOCTL.invokeExact(state, fd, request, argument));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    /** Without a signal mask. {@code timeout} is the address of a {@code struct timespec}. */
    static int ppoll(MemorySegment state, long descriptors, long count, long timeout) {
        try {
            return result(state, (int) PPOLL.invokeExact(state, descriptors, count, timeout, 0L));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static int eventfd(int initial, int flags) {
        try {
            MemorySegment state = STATE.get();
            return result(state, (int) EVENTFD.invokeExact(state, initial, flags));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static int socket(int family, int type, int protocol) {
        try {
            MemorySegment state = STATE.get();
            return result(state, (int) SOCKET.invokeExact(state, family, type, protocol));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static int madvise(long address, long length, int advice) {
        try {
            MemorySegment state = STATE.get();
            return result(state, (int) MADVISE.invokeExact(state, address, length, advice));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static long sysconf(int name) {
        try {
            MemorySegment state = STATE.get();
            return result(state, (long) SYSCONF.invokeExact(state, name));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    /** {@code thread} 0 is the calling one. */
    static int schedSetAffinity(int thread, MemorySegment mask) {
        try {
            MemorySegment state = STATE.get();
            return result(
                    state,
                    (int)
                            SCHED_SETAFFINITY.invokeExact(
                                    state, thread, mask.byteSize(), mask.address()));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    /** {@code thread} 0 is the calling one. */
    static int schedGetAffinity(int thread, MemorySegment mask) {
        try {
            MemorySegment state = STATE.get();
            return result(
                    state,
                    (int)
                            SCHED_GETAFFINITY.invokeExact(
                                    state, thread, mask.byteSize(), mask.address()));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static int setns(int fd, int type) {
        try {
            MemorySegment state = STATE.get();
            return result(state, (int) SETNS.invokeExact(state, fd, type));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static int unshare(int flags) {
        try {
            MemorySegment state = STATE.get();
            return result(state, (int) UNSHARE.invokeExact(state, flags));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    /** {@code address} points at a {@code sockaddr} of the socket's family. */
    static int bind(int fd, MemorySegment address) {
        try {
            MemorySegment state = STATE.get();
            return result(
                    state,
                    (int) BIND.invokeExact(state, fd, address.address(), (int) address.byteSize()));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static int listen(int fd, int backlog) {
        try {
            MemorySegment state = STATE.get();
            return result(state, (int) LISTEN.invokeExact(state, fd, backlog));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static int setsockopt(int fd, int level, int option, MemorySegment value) {
        try {
            MemorySegment state = STATE.get();
            return result(
                    state,
                    (int)
                            SETSOCKOPT.invokeExact(
                                    state,
                                    fd,
                                    level,
                                    option,
                                    value.address(),
                                    (int) value.byteSize()));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    /** An option whose value is one int. */
    static int setsockopt(int fd, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            return setsockopt(fd, level, option, arena.allocateFrom(JAVA_INT, value));
        }
    }

    /** Fills {@code value}, which has as many octets as the option. */
    static int getsockopt(int fd, int level, int option, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = STATE.get();
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
            return result(
                    state,
                    (int)
                            GETSOCKOPT.invokeExact(
                                    state, fd, level, option, value.address(), length.address()));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    /** To nobody in particular: with neither octets nor an address it starts a transmit ring. */
    static long send(MemorySegment state, int fd, long address, long length, int flags) {
        try {
            return result(
                    state, (long) SENDTO.invokeExact(state, fd, address, length, flags, 0L, 0));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    /** At any address. Returns where the memory begins, or the negated error number. */
    static long mmap(long length, int protection, int flags, int fd, long offset) {
        try {
            MemorySegment state = STATE.get();
            long address =
                    (long) MMAP.invokeExact(state, 0L, length, protection, flags, fd, offset);
            return address != -1 ? address : result(state, -1L);
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static int munmap(long address, long length) {
        try {
            MemorySegment state = STATE.get();
            return result(state, (int) MUNMAP.invokeExact(state, address, length));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    /** The system call, which libc has no function for. */
    static int bpf(int command, MemorySegment attributes) {
        try {
            MemorySegment state = STATE.get();
            long number = "aarch64".equals(System.getProperty("os.arch")) ? 280 : 321;
            return (int)
                    result(
                            state,
                            (long)
                                    SYSCALL.invokeExact(
                                            state,
                                            number,
                                            (long) command,
                                            attributes.address(),
                                            attributes.byteSize()));
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }

    static int getuid() {
        try {
            MemorySegment state = STATE.get();
            return (int) GETUID.invokeExact(state);
        } catch (Throwable thrown) {
            throw linkerFailed(thrown);
        }
    }
}
