package io.ringway;

import io.ringway.layer.IcmpError;
import io.ringway.udp.UdpBinding;

/** A {@link UdpChannel} as it is in one lane. */
final class UdpHalf extends UdpReplica {
    private final UdpChannel channel;
    private final UdpArrivals arrivals;

    UdpHalf(Lane lane, UdpLanes lanes, UdpChannel channel, UdpArrivals arrivals) {
        super(lane, lanes);
        this.channel = channel;
        this.arrivals = arrivals;
    }

    @Override
    boolean onReadable(int limit) {
        arrivals.answer();
        return false;
    }

    @Override
    void onError(IcmpError.Kind kind) {
        channel.failed(kind);
    }

    @Override
    void onBound(UdpBinding to) {
        to.intake(arrivals);
    }

    @Override
    void onUnbound() {
        channel.wakeAll();
    }

    @Override
    Object subject() {
        return channel;
    }
}
