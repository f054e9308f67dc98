package io.ringway;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.SourceFilter;
import io.ringway.steering.SteeredQueue;
import io.ringway.udp.Udp;
import io.ringway.udp.UdpBinding;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;

import org.jspecify.annotations.Nullable;

/** A UDP socket as it is in one lane. The lane only, but for what is said to be for any thread. */
abstract sealed class UdpReplica permits UdpSocket, UdpHalf {
    private final Lane lane;
    private final UdpLanes lanes;
    private @Nullable UdpBinding binding;

    UdpReplica(Lane lane, UdpLanes lanes) {
        this.lane = lane;
        this.lanes = lanes;
    }

    /** The lane that it is in. Any thread. */
    final Lane home() {
        return lane;
    }

    /** The socket in all lanes. Any thread. */
    final UdpLanes lanes() {
        return lanes;
    }

    final Udp udp() {
        return lane.udp();
    }

    /** Datagrams have come. Returns whether it wants another turn. */
    abstract boolean onReadable(int limit);

    abstract void onError(IcmpError.Kind kind);

    /** It is bound from now on. */
    abstract void onBound(UdpBinding to);

    /** It is bound no more. */
    abstract void onUnbound();

    /** Who failed when one of these throws, for the log. */
    abstract Object subject();

    /**
     * @throws IllegalStateException when the socket is closed
     */
    final UdpBinding requireBound() {
        UdpBinding bound = binding;
        if (bound == null || !bound.isBound()) {
            throw new IllegalStateException(
                    "the socket at " + lanes.local() + " is closed, or not bound yet");
        }
        return bound;
    }

    final @Nullable UdpBinding bindingOrNull() {
        return binding;
    }

    /**
     * Binds it in its lane.
     *
     * @throws StackException when that cannot be
     */
    final Endpoint bind(Endpoint local) {
        UdpBinding bound = lane.sockets().bind(this, local, lanes.member(), lanes.isReused());
        binding = bound;
        onBound(bound);
        return new Endpoint(local.address(), bound.localPort());
    }

    final void unbind() {
        UdpBinding bound = binding;
        if (bound != null && bound.isBound()) {
            udp().unbind(bound);
            onUnbound();
        }
    }

    /** From now on hears this group from these sources, in its lane. */
    final void listenHere(IpAddress group, SourceFilter from) {
        UdpBinding bound = binding;
        if (bound != null && bound.isBound()) {
            udp().listen(bound, group, from);
        }
    }

    /**
     * Finds out by which address the socket would be connected, and where its home would be.
     *
     * @throws StackException when no route leads there, or another socket is connected just so
     */
    final UdpFlow flowTo(Endpoint remote) {
        UdpBinding bound = requireBound();
        if (remote.port() == 0 || remote.address().isUnspecified()) {
            throw new IllegalArgumentException(
                    "a peer has an address and a port of its own; given " + remote);
        }
        long high = remote.address().high();
        long low = remote.address().low();
        PacketInfo source = udp().sourceFor(bound, high, low);
        if (source == null) {
            throw new StackException("cannot connect to " + remote + ": no route leads there");
        }
        long localHigh = source.sourceHigh;
        long localLow = source.sourceLow;
        if (udp().isConnectionTaken(bound, localHigh, localLow, high, low, remote.port())
                && lanes.member() == 0) {
            throw new StackException(
                    "cannot connect " + lanes.local() + " to " + remote + ": another socket is");
        }
        Endpoint local = new Endpoint(new IpAddress(localHigh, localLow), bound.localPort());
        return new UdpFlow(local, remote, homeOf(local, remote));
    }

    private int homeOf(Endpoint local, Endpoint remote) {
        SteeredQueue steered = lane.steered();
        if (steered == null) {
            return lane.index();
        }
        int bucket =
                steered.bucket(
                        IpProtocol.UDP,
                        local.address().high(),
                        local.address().low(),
                        local.port(),
                        remote.address().high(),
                        remote.address().low(),
                        remote.port());
        return steered.table().lane(bucket);
    }

    /** Connects it in its lane; null disconnects it. */
    final void connect(@Nullable UdpFlow flow) {
        UdpBinding bound = binding;
        if (bound == null || !bound.isBound()) {
            return;
        }
        if (flow == null) {
            udp().disconnect(bound);
            return;
        }
        udp().connect(
                        bound,
                        flow.local().address().high(),
                        flow.local().address().low(),
                        flow.remote().address().high(),
                        flow.remote().address().low(),
                        flow.remote().port(),
                        lane.nowNs());
    }
}
