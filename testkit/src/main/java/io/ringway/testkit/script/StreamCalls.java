package io.ringway.testkit.script;

import io.ringway.TcpConnection;
import io.ringway.testkit.script.Operation.Returned;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The calls that read and write. */
final class StreamCalls {
    private static final int PEEK = 2;
    static final int DONT_WAIT = 0x40;
    private static final int WAIT_ALL = 0x100;
    private static final int NO_SIGNAL = 0x4000;
    private static final int MORE = 0x8000;

    /** MSG_EOR, by which Linux keeps what follows out of the same segment. */
    static final int END_OF_RECORD = 0x80;

    /** MSG_FASTOPEN. */
    static final int FAST_OPEN = 0x2000_0000;

    static final int ZERO_COPY = 0x400_0000;

    /** MSG_ERRQUEUE. */
    static final int ERROR_QUEUE = 0x2000;

    private final boolean isFreeBsd;

    StreamCalls(boolean isFreeBsd) {
        this.isFreeBsd = isFreeBsd;
    }

    /** The flags of a call that receives, checked. */
    static int receiveFlags(long flags) {
        return checked(flags, DONT_WAIT | WAIT_ALL | NO_SIGNAL | PEEK);
    }

    static int sendFlags(long flags) {
        return checked(
                flags, DONT_WAIT | NO_SIGNAL | MORE | END_OF_RECORD | ZERO_COPY | FAST_OPEN | 4);
    }

    private static int checked(long flags, int known) {
        if ((flags & ~known) != 0) {
            throw new SkipException(
                    "the MSG_ flags 0x" + Long.toHexString(flags & ~known) + " are not supported");
        }
        return (int) flags;
    }

    /** Reads at most {@code length} octets. */
    Operation read(ScriptFile file, int length, int flags) {
        boolean isWaiting = !file.isNonBlocking && (flags & DONT_WAIT) == 0;
        return switch (file) {
            case TcpFile tcp ->
                    isWaiting && (flags & WAIT_ALL) != 0
                            ? readAll(tcp, length)
                            : () -> blocking(readOnce(tcp, length, flags), isWaiting);
            case UdpFile udp ->
                    () -> {
                        int count = udp.receive(length);
                        return blocking(count < 0 ? null : Returned.of(count), isWaiting);
                    };
            case EpollFile _, PlainFile _ -> () -> Returned.error("EINVAL");
        };
    }

    private static @Nullable Returned blocking(@Nullable Returned returned, boolean isWaiting) {
        return returned == null && !isWaiting ? Returned.error("EAGAIN") : returned;
    }

    private @Nullable Returned readOnce(TcpFile file, int length, int flags) {
        if (file.available() > 0) {
            boolean isPeek = (flags & PEEK) != 0;
            return Returned.of(isPeek ? Math.min(length, file.available()) : file.read(length));
        }
        String error = file.takeError();
        if (error != null) {
            return Returned.error(error);
        }
        if (file.isAtEnd()) {
            return Returned.of(0);
        }
        return switch (file.state) {
            case NEW, BOUND, LISTENING -> Returned.error("ENOTCONN");
            case CONNECTING -> null;
            case CONNECTED -> length == 0 ? Returned.of(0) : null;
            case OVER -> Returned.of(0);
        };
    }

    private Operation readAll(TcpFile file, int length) {
        int[] done = {0};
        return () -> {
            while (done[0] < length) {
                Returned returned = readOnce(file, length - done[0], 0);
                if (returned == null) {
                    return null;
                }
                if (returned.value() <= 0) {
                    return done[0] > 0 ? Returned.of(done[0]) : returned;
                }
                done[0] += (int) returned.value();
            }
            return Returned.of(length);
        };
    }

    /** Writes {@code length} octets: all of them when it may wait. */
    Operation write(ScriptFile file, int length, int flags) {
        boolean isWaiting = !file.isNonBlocking && (flags & DONT_WAIT) == 0;
        return switch (file) {
            case TcpFile tcp -> writeStream(tcp, length, isWaiting, flags);
            case UdpFile udp ->
                    () -> udp.send(length) ? Returned.of(length) : Returned.error("EAGAIN");
            case EpollFile _, PlainFile _ -> () -> Returned.error("EINVAL");
        };
    }

    private Operation writeStream(TcpFile file, int length, boolean isWaiting, int flags) {
        int[] done = {0};
        return () -> {
            String error = done[0] == 0 ? file.takeError() : null;
            if (error != null) {
                return Returned.error(error);
            }
            if (file.state == TcpFile.State.CONNECTING && !file.isWriteShut) {
                return isWaiting ? null : Returned.error("EAGAIN");
            }
            TcpConnection open = file.connection();
            if (open == null || file.isWriteShut) {
                boolean isNever = file.state == TcpFile.State.NEW && isFreeBsd;
                return done[0] > 0
                        ? Returned.of(done[0])
                        : Returned.error(isNever ? "ENOTCONN" : "EPIPE");
            }
            boolean isCorked = file.options.get("TCP_CORK", 0) != 0;
            if (!isCorked && (flags & MORE) != 0) {
                open.cork(true);
                file.hasMore = true;
            }
            done[0] += file.write(open, length - done[0]);
            if (!isCorked && (flags & MORE) == 0) {
                file.releaseMore(open);
            }
            if (done[0] == length) {
                if ((flags & ZERO_COPY) != 0) {
                    file.onZeroCopy();
                }
                return Returned.of(length);
            }
            if (isWaiting) {
                return null;
            }
            return done[0] > 0 ? Returned.of(done[0]) : Returned.error("EAGAIN");
        };
    }

    /** The octets that a list of {@code iovec}s holds. */
    static int vectorLength(Expr vector, Symbols symbols) {
        if (!(vector instanceof Expr.Items(List<Expr> pieces))) {
            throw new SkipException("expected a list of iovecs, found " + vector);
        }
        long length = 0;
        for (Expr piece : pieces) {
            if (!(piece instanceof Expr.Tuple(List<Expr> values))
                    || values.size() != 2
                    || !(values.getFirst() instanceof Expr.Any)) {
                throw new SkipException("expected {..., LENGTH}, found " + piece);
            }
            length += symbols.number(values.getLast());
        }
        return (int) length;
    }
}
