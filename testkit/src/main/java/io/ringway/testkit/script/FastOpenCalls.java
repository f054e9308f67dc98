package io.ringway.testkit.script;

import io.ringway.testkit.script.Operation.Returned;
import io.ringway.wire.TcpHeader;

import java.util.List;

/**
 * The calls that open with data: MSG_FASTOPEN, and TCP_FASTOPEN_CONNECT, after which connect waits
 * for the first write. Without a cookie of the peer's they ask for one, and send no data yet.
 */
final class FastOpenCalls {
    private final ScriptConfig config;
    private final FlowTable flows;
    private final StreamCalls streams;
    private boolean hasCookie;
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
        }
    }

    /** Whether a connect is to wait for data. */
    boolean isAsked(TcpFile file) {
        return file.options.get("TCP_FASTOPEN_CONNECT", 0) != 0 && isNew(file);
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
        if (!isNew(file)) {
            return write;
        }
        int[] begun = {-1};
        return () -> {
            if (begun[0] < 0) {
                isWaiting = false;
                flows.onConnect(file, config.connectPort());
                if (config.isFreeBsd()) {
                    // It takes the data, and sends them when it may.
                    return Returned.of(file.connectFast(length));
                }
                begun[0] = file.connectFast(hasCookie ? length : 0);
                if (file.isNonBlocking) {
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
            return error == null ? sent(file, begun[0], flags) : Returned.error(error);
        };
    }

    private static Returned sent(TcpFile file, int octets, int flags) {
        if ((flags & StreamCalls.ZERO_COPY) != 0) {
            file.onZeroCopy();
        }
        return Returned.of(octets);
    }
}
