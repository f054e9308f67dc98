package io.ringway.port;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.VlanTag;

/**
 * One direction of a link as its sender sees it: which frames pass, when they arrive, and what is
 * done on the way for a receiver that has no offloads.
 */
final class LinkDirection {

    private final LinkConfig config;
    private final PortCapabilities receiver;
    private final Transit transit;
    private final WireClock clock;
    private final boolean isPaced;
    private final boolean isInstant;
    private final Segmentation segments = new Segmentation();
    private Counters counters = new Counters();
    private boolean isRefused;

    LinkDirection(LinkConfig config, PortCapabilities receiver, Transit transit) {
        this.config = config;
        this.receiver = receiver;
        this.transit = transit;
        this.isPaced = config.rateBitsPerSecond() > 0;
        this.isInstant = !isPaced && config.latencyNs() == 0;
        this.clock = new WireClock(config.rateBitsPerSecond(), isPaced ? config.queueFrames() : 1);
    }

    /** The sender opens its end: drops are counted here. */
    void attach(Counters sender) {
        this.counters = sender;
    }

    /**
     * When a refused sender may try again; {@link Long#MAX_VALUE} when nothing was refused, or
     * nobody knows.
     */
    long retryNs() {
        return isRefused && isPaced ? clock.firstDepartureNs() : Long.MAX_VALUE;
    }

    /**
     * Copies a frame to the other end, or drops it.
     *
     * @return false when the queue is full, so that the frame stays with the sender
     */
    boolean send(FramePool frames, int frame, long nowNs) {
        if (!transit.isAttached()) {
            counters.increment(Counter.PORT_TRANSMIT_ERROR);
            return true;
        }
        int length = frames.length(frame);
        isRefused = isFull(nowNs);
        if (isRefused) {
            return false;
        }
        if (frames.segmentation(frame) == FramePool.SEGMENTATION_NONE) {
            return !fits(frames, frame, length) || pass(frames, frame, length, nowNs);
        }
        return sendSuperFrame(frames, frame, length, nowNs);
    }

    void publish() {
        transit.publish();
    }

    private boolean isFull(long nowNs) {
        return isPaced ? clock.isFull(nowNs) : isInstant && transit.count() >= config.queueFrames();
    }

    private boolean fits(FramePool frames, int frame, int length) {
        int most = config.mtu() + EthernetHeader.LENGTH;
        if (length <= most) {
            return true;
        }
        boolean isTagged =
                Octets.u16(frames.memory(), frames.data(frame) + 12) == EthernetHeader.TYPE_VLAN;
        if (isTagged && length <= most + VlanTag.LENGTH) {
            return true;
        }
        counters.increment(Counter.PORT_TOO_LONG);
        return false;
    }

    private boolean pass(FramePool frames, int frame, int length, long nowNs) {
        if (!transit.hasRoom(1, length)) {
            isRefused = true;
            return false;
        }
        long at = transit.reserve(length);
        if (at == Transit.NO_ROOM) {
            return true;
        }
        Octets.copy(frames.memory(), frames.data(frame), transit.memory(), at, length);
        long offload = frames.offload(frame);
        if (offload != 0 && !receiver.receiveChecksum()) {
            complete(frames, frame, at, length);
            offload = 0;
        }
        commit(length, offload, nowNs);
        if (isPaced) {
            clock.enqueued();
        }
        return true;
    }

    private void complete(FramePool frames, int frame, long at, int length) {
        if (frames.checksum(frame) == FramePool.CHECKSUM_NEEDED) {
            Segmentation.completeChecksum(
                    transit.memory(),
                    at,
                    length,
                    frames.checksumStart(frame),
                    frames.checksumOffset(frame));
        }
    }

    private void commit(int length, long offload, long nowNs) {
        long departure = isPaced ? clock.departure(length, nowNs) : nowNs;
        transit.commit(length, offload, departure + config.latencyNs());
    }

    private boolean sendSuperFrame(FramePool frames, int frame, int length, long nowNs) {
        if (!segments.wrap(frames, frame)) {
            counters.increment(Counter.PORT_TRANSMIT_ERROR);
            return true;
        }
        if (segments.packetLength() > config.mtu()) {
            counters.increment(Counter.PORT_TOO_LONG);
            return true;
        }
        boolean isWhole =
                frames.segmentation(frame) == FramePool.SEGMENTATION_UDP
                        ? receiver.udpSegmentation()
                        : receiver.tcpSegmentation();
        if (isWhole
                && receiver.receiveChecksum()
                && length - EthernetHeader.LENGTH
                        <= receiver.maxSegmentationLength() + VlanTag.LENGTH) {
            return pass(frames, frame, length, nowNs);
        }
        int count = segments.count();
        if (!transit.hasRoom(count, (long) count * segments.length(0))) {
            isRefused = true;
            return false;
        }
        for (int i = 0; i < count; i++) {
            passSegment(i, nowNs);
        }
        if (isPaced) {
            clock.enqueued();
        }
        return true;
    }

    private void passSegment(int index, long nowNs) {
        int length = segments.length(index);
        long at = transit.reserve(length);
        if (at != Transit.NO_ROOM) {
            segments.write(index, transit.memory(), at);
            commit(length, 0, nowNs);
        }
    }
}
