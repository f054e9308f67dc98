package io.ringway;

import io.ringway.layer.IcmpError;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.udp.Udp;
import io.ringway.udp.UdpBinding;
import io.ringway.udp.UdpUser;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A lane's UDP sockets as the application has them. The lane only. */
final class Sockets implements UdpUser {
    private final Lane lane;
    private final Counters counters;
    private final FailureLog failures = new FailureLog();
    private final int datagramsPerTurn;
    private final ArrayDeque<UdpDepartures> stalled = new ArrayDeque<>();

    Sockets(Lane lane, Counters counters, LaneConfig limits) {
        this.lane = lane;
        this.counters = counters;
        this.datagramsPerTurn = limits.datagramsPerTurn();
    }

    /** Binds a replica of a socket; {@code member} is its number among those that share, or 0. */
    UdpBinding bind(UdpReplica replica, Endpoint local, long member, boolean isReused) {
        boolean isAny = local.address().isUnspecified();
        Udp udp = lane.udp();
        if (!isAny && !isBindable(local.address())) {
            throw new StackException(
                    "cannot bind " + local + ": it is not an address of this stack");
        }
        UdpBinding binding =
                udp.bind(
                        isAny ? 0 : local.address().high(),
                        isAny ? 0 : local.address().low(),
                        local.port(),
                        member,
                        isReused);
        if (binding == null) {
            throw new StackException(
                    "cannot bind "
                            + local
                            + (local.port() == 0
                                    ? ": no port or no room for another socket is left"
                                    : ": the port is in use, or there are too many sockets"));
        }
        binding.attachment(replica);
        return binding;
    }

    /** One of the stack's own, or one that it may listen to. */
    private boolean isBindable(IpAddress address) {
        return lane.ip().isLocal(address.high(), address.low())
                || lane.ip().isGroup(address.high(), address.low());
    }

    @Override
    public boolean onReadable(UdpBinding binding, long nowNs) {
        UdpReplica replica = replica(binding);
        try {
            return replica.onReadable(datagramsPerTurn);
        } catch (Throwable thrown) {
            failed(replica, thrown, nowNs);
            return false;
        }
    }

    @Override
    public void onError(UdpBinding binding, IcmpError.Kind kind, long nowNs) {
        UdpReplica replica = replica(binding);
        try {
            replica.onError(kind);
        } catch (Throwable thrown) {
            failed(replica, thrown, nowNs);
        }
    }

    /** Keeps one that found no room to send until there is some. */
    void stalled(UdpDepartures departures) {
        stalled.add(departures);
        lane.udp().wantRoom(lane.nowNs());
    }

    @Override
    public void onRoom(long nowNs) {
        for (int left = stalled.size(); left > 0; left--) {
            stalled.remove().goOn(lane);
        }
    }

    private static UdpReplica replica(UdpBinding binding) {
        return (UdpReplica) Objects.requireNonNull(binding.attachment());
    }

    private void failed(UdpReplica replica, Throwable thrown, long nowNs) {
        counters.increment(Counter.HANDLER_FAILURES);
        failures.report(replica.subject(), thrown, nowNs);
        CompletableFuture<?> _ = replica.lanes().close();
    }

    void closeAll() {
        for (UdpBinding any = lane.udp().anyBinding(); any != null; any = lane.udp().anyBinding()) {
            if (any.attachment() instanceof UdpReplica replica) {
                replica.unbind();
            } else {
                lane.udp().unbind(any);
            }
        }
    }
}
