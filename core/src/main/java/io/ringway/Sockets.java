package io.ringway;

import io.ringway.layer.IcmpError;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.udp.Udp;
import io.ringway.udp.UdpBinding;
import io.ringway.udp.UdpUser;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** A lane's UDP sockets as the application has them. The lane only. */
final class Sockets implements UdpUser {
    private final Lane lane;
    private final Counters counters;
    private final FailureLog failures = new FailureLog();
    private final int datagramsPerTurn;

    Sockets(Lane lane, Counters counters, LaneConfig limits) {
        this.lane = lane;
        this.counters = counters;
        this.datagramsPerTurn = limits.datagramsPerTurn();
    }

    UdpSocket bind(Endpoint local, @Nullable UdpHandler handler) {
        boolean isAny = local.address().isUnspecified();
        Udp udp = lane.udp();
        if (!isAny && !lane.ip().isLocal(local.address().high(), local.address().low())) {
            throw new StackException(
                    "cannot bind " + local + ": it is not an address of this stack");
        }
        UdpBinding binding =
                udp.bind(
                        isAny ? 0 : local.address().high(),
                        isAny ? 0 : local.address().low(),
                        local.port());
        if (binding == null) {
            throw new StackException(
                    "cannot bind "
                            + local
                            + (local.port() == 0
                                    ? ": no port or no room for another socket is left"
                                    : ": the port is in use, or there are too many sockets"));
        }
        UdpSocket socket = new UdpSocket(lane, binding, handler);
        binding.attachment(socket);
        return socket;
    }

    @Override
    public boolean onReadable(UdpBinding binding, long nowNs) {
        UdpSocket socket = socket(binding);
        UdpHandler handler = socket.handler();
        if (handler == null) {
            return false;
        }
        try {
            return socket.deliver(handler, datagramsPerTurn);
        } catch (Throwable thrown) {
            failed(binding, handler, thrown, nowNs);
            return false;
        }
    }

    @Override
    public void onError(UdpBinding binding, IcmpError.Kind kind, long nowNs) {
        UdpSocket socket = socket(binding);
        UdpHandler handler = socket.handler();
        if (handler == null) {
            return;
        }
        try {
            handler.onError(socket, kind);
        } catch (Throwable thrown) {
            failed(binding, handler, thrown, nowNs);
        }
    }

    private static UdpSocket socket(UdpBinding binding) {
        return (UdpSocket) Objects.requireNonNull(binding.attachment());
    }

    private void failed(UdpBinding binding, UdpHandler handler, Throwable thrown, long nowNs) {
        counters.increment(Counter.HANDLER_FAILURES);
        failures.report(handler, thrown, nowNs);
        lane.udp().unbind(binding);
    }

    void closeAll() {
        lane.udp().unbindAll();
    }
}
