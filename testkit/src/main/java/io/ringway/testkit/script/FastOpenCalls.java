package io.ringway.testkit.script;

import io.ringway.testkit.script.Operation.Returned;
import io.ringway.wire.TcpHeader;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The calls that open with data: MSG_FASTOPEN, and TCP_FASTOPEN_CONNECT, after which connect waits
 * for the first write. Without a cookie of the peer's they ask for one, and send no data yet.
 */
final class FastOpenCalls {
    // Linux keeps room in a SYN for all the options that a header may have.
    private static final int OPTIONS = 40;

    private final ScriptConfig config;
    private final FlowTable flows;
    private final StreamCalls streams;
    private boolean hasCookie;
    private int mss;
    private boolean isWaiting;

    FastOpenCalls(ScriptConfig config, FlowTable flows, StreamCalls streams) {
        this.config = config;
        this.flows = flows;
        this.streams = streams;
    }

    /** A SYN,ACK may bring a cookie. */
    void onInbound(PacketSpec.Tcp segment) {
        List<OptionSpec> options = segment.options();
        if (segment.has(TcpHeader.SYN) && segment.has(TcpHeader.ACK) && options != null) {
            hasCookie |=
                    options.stream()
                            .anyMatch(option ->
                                    option instanceof OptionSpec.FastOpen fastOpen
                                            && !fastOpen.cookie().isEmpty());
            for (OptionSpec option : options) {
                if (option instanceof OptionSpec.Mss(int octets)) {
                    mss = octets;
                }
            }
        }
    }

    /** Octets of a write that go with the SYN. */
    private int most(int length) {
        if (!hasCookie) {
            return 0;
        }
        int own = config.mtu() - (config.isIpv6() ? 60 : 40);
        return config.isFreeBsd() || mss == 0
                ? length
                : Math.min(length, Math.max(0, Math.min(mss, own) - OPTIONS));
    }

    /** Whether a connect is to wait for data. */
    boolean isAsked(TcpFile file) {
        return config.isFastOpenClient
                && file.options.get("TCP_FASTOPEN_CONNECT", 0) != 0
                && isNew(file);
    }

    /** Whether a send opens the connection: MSG_FASTOPEN, or FreeBSD's option of the socket. */
    boolean isOpening(TcpFile file, int flags) {
        boolean isBsd =
                config.isFreeBsd() && file.options.get("TCP_FASTOPEN", 0) != 0 && isNew(file);
        return isBsd || (flags & StreamCalls.FAST_OPEN) != 0;
    }

    boolean isWaiting(TcpFile file) {
        return isWaiting && isAsked(file);
    }

    private static boolean isNew(TcpFile file) {
        return file.state == TcpFile.State.NEW || file.state == TcpFile.State.BOUND;
    }

    /** A connect of a socket that {@link #isAsked}. */
    Returned connect(TcpFile file) {
        if (hasCookie) {
            isWaiting = true;
            return Returned.of(0);
        }
        flows.onConnect(file, config.connectPort());
        file.connectFast(0);
        if (!file.isNonBlocking) {
            throw new SkipException("a blocking connect that asks for a cookie is not supported");
        }
        return Returned.error("EINPROGRESS");
    }

    /** A write that opens the connection. */
    Operation send(TcpFile file, int length, int flags) {
        Operation write = streams.write(file, length, flags & ~StreamCalls.FAST_OPEN);
        boolean isAskedFor = (flags & StreamCalls.FAST_OPEN) != 0;
        if (isAskedFor && !config.isFastOpenClient) {
            return () -> Returned.error("EOPNOTSUPP");
        }
        if (isAskedFor && file.state == TcpFile.State.CONNECTING) {
            return () -> Returned.error("EALREADY");
        }
        if (!isNew(file)) {
            return write;
        }
        int[] begun = {-1};
        @Nullable Operation[] rest = {null};
        return () -> {
            if (begun[0] < 0) {
                isWaiting = false;
                flows.onConnect(file, config.connectPort());
                if (config.isFreeBsd()) {
                    // It takes the data, and sends them when it may.
                    return Returned.of(file.connectFast(length));
                }
                begun[0] = file.connectFast(most(length));
                if (file.isNonBlocking || (flags & StreamCalls.DONT_WAIT) != 0) {
                    return begun[0] > 0
                            ? sent(file, begun[0], flags)
                            : Returned.error("EINPROGRESS");
                }
            }
            if (begun[0] == 0) {
                return write.attempt();
            }
            boolean isOver = file.state == TcpFile.State.OVER;
            if (file.state == TcpFile.State.CONNECTING) {
                return null;
            }
            String error = isOver ? file.takeError() : null;
            if (error != null) {
                return Returned.error(error);
            }
            if (begun[0] < length && !isOver) {
                Operation left = rest[0];
                if (left == null) {
                    left = rest(file, length - begun[0], flags);
                    rest[0] = left;
                }
                Returned returned = left.attempt();
                return returned == null ? null : Returned.of(length);
            }
            return sent(file, begun[0], flags);
        };
    }

    private Operation rest(TcpFile file, int length, int flags) {
        return streams.write(file, length, flags & ~StreamCalls.FAST_OPEN);
    }

    private static Returned sent(TcpFile file, int octets, int flags) {
        if ((flags & StreamCalls.ZERO_COPY) != 0) {
            file.onZeroCopy();
        }
        return Returned.of(octets);
    }
}
