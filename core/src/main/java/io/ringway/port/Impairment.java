package io.ringway.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.VlanTag;

import java.lang.foreign.MemorySegment;

/**
 * The fate of the frames of one direction: it decides, in the order in which a path would, whether
 * a frame is lost, doubled, damaged, dropped by a full queue, slowed down, and put behind its
 * followers.
 *
 * <p>Frames on their way lie in a ring of octets in the order in which they will arrive.
 */
final class Impairment {
    private static final int RECORD_OVERHEAD = 128;
    // A short frame's record takes more than twice the frame's octets.
    private static final long OCTETS_UNDER_WAY = 3;
    private static final int LEAST_RING = 256 << 10;
    private static final long MOST_RING = 64 << 20;

    private final ImpairmentConfig config;
    private final FramePool frames;
    private final ImpairmentCounts counts;
    private final SplitMix64 random;
    private final WireClock clock;
    private final boolean isPaced;
    private final Segmentation segments = new Segmentation();
    private final RingTransit ring;
    private final HeldFrames held;
    private int underWay;
    private long lastArrivalNs = Long.MIN_VALUE;

    Impairment(ImpairmentConfig config, FramePool frames, int longest, ImpairmentCounts counts) {
        this.config = config;
        this.frames = frames;
        this.counts = counts;
        this.random = new SplitMix64(config.seed());
        this.isPaced = config.rateBitsPerSecond() > 0;
        this.clock = new WireClock(config.rateBitsPerSecond(), isPaced ? config.queueFrames() : 1);
        this.ring = new RingTransit(config.isNone() ? 64 : ringOctets(config, longest), true);
        this.held = new HeldFrames(config.reorder() > 0 ? longest : 0);
        ring.attach(frames, new Counters());
    }

    /** Room for a full queue, and with a rate for what is on its way behind it. */
    private static int ringOctets(ImpairmentConfig config, int longest) {
        double octets = (double) config.queueFrames() * (longest + RECORD_OVERHEAD);
        double delayNs = (double) config.delayNs() + config.jitterNs();
        octets += OCTETS_UNDER_WAY * delayNs * config.rateBitsPerSecond() / 8e9;
        return (int) Math.clamp(octets, LEAST_RING, MOST_RING);
    }

    boolean isNone() {
        return config.isNone();
    }

    /**
     * Takes a copy of a frame, or of each segment of a super-frame, and decides. The hold stays the
     * caller's.
     */
    void accept(int frame, long nowNs) {
        if (frames.segmentation(frame) != FramePool.SEGMENTATION_NONE
                && segments.wrap(frames, frame)) {
            for (int i = 0; i < segments.count(); i++) {
                decide(frame, i, nowNs);
            }
        } else {
            decide(frame, -1, nowNs);
        }
        ring.publish();
    }

    /**
     * @param segment which segment of the super-frame, or -1 for the frame itself
     */
    private void decide(int frame, int segment, long nowNs) {
        counts.countFrame();
        if (random.happens(config.loss())) {
            counts.countLost();
            return;
        }
        boolean isTwice = random.happens(config.duplicate());
        send(frame, segment, nowNs);
        if (isTwice) {
            counts.countDuplicated();
            send(frame, segment, nowNs);
        }
    }

    private void send(int frame, int segment, long nowNs) {
        int length = segment < 0 ? frames.length(frame) : segments.length(segment);
        if (isFull(nowNs) || !ring.hasRoom(1, length)) {
            counts.countOverflowed();
            return;
        }
        boolean isHeld = random.happens(config.reorder()) && held.hasRoom(length);
        MemorySegment memory = isHeld ? held.memory() : ring.memory();
        long at = isHeld ? held.reserve() : ring.reserve(length);
        long offload = 0;
        if (segment < 0) {
            Octets.copy(frames.memory(), frames.data(frame), memory, at, length);
            offload = frames.offload(frame);
        } else {
            segments.write(segment, memory, at);
        }
        if (random.happens(config.corrupt())) {
            counts.countCorrupted();
            if (!corrupt(frame, segment, memory, at, length)) {
                // Given up before it was committed, so the place is free again.
                return;
            }
            offload = 0;
        }
        long arrivalNs = arrival(length, nowNs);
        if (isHeld) {
            counts.countReordered();
            held.commit(length, offload, arrivalNs, 1 + (int) random.below(HeldFrames.MOST_BEHIND));
        } else {
            commit(length, offload, arrivalNs);
            passed();
        }
    }

    /**
     * A router's queue holds what waits for the wire. Without a rate nothing waits, and the queue
     * bounds what is on its way.
     */
    private boolean isFull(long nowNs) {
        return isPaced ? clock.isFull(nowNs) : underWay + held.count() >= config.queueFrames();
    }

    /** Flips one bit, which a checksum that covers it always finds. False if none does. */
    private boolean corrupt(int frame, int segment, MemorySegment memory, long at, int length) {
        boolean isNeeded = segment < 0 && frames.checksum(frame) == FramePool.CHECKSUM_NEEDED;
        int from = networkAt(memory, at, length);
        if (from < 0
                || (isNeeded
                        && !Segmentation.completeChecksum(
                                memory,
                                at,
                                length,
                                frames.checksumStart(frame),
                                frames.checksumOffset(frame)))) {
            return false;
        }
        int bit = (int) random.below((length - from) * 8L);
        long octet = at + from + (bit >> 3);
        Octets.put8(memory, octet, Octets.u8(memory, octet) ^ 1 << (bit & 7));
        return true;
    }

    private static int networkAt(MemorySegment memory, long at, int length) {
        int network = EthernetHeader.LENGTH;
        if (length <= network + VlanTag.LENGTH) {
            return -1;
        }
        int type = Octets.u16(memory, at + network - 2);
        if (type == EthernetHeader.TYPE_VLAN) {
            network += VlanTag.LENGTH;
            type = Octets.u16(memory, at + network - 2);
        }
        return type == EthernetHeader.TYPE_IPV4 || type == EthernetHeader.TYPE_IPV6 ? network : -1;
    }

    private long arrival(int length, long nowNs) {
        long arrivalNs = clock.departure(length, nowNs) + config.delayNs();
        if (isPaced) {
            clock.enqueued();
        }
        if (config.jitterNs() > 0) {
            arrivalNs += random.below(2 * config.jitterNs() + 1) - config.jitterNs();
        }
        return arrivalNs;
    }

    private void commit(int length, long offload, long arrivalNs) {
        lastArrivalNs = Math.max(lastArrivalNs, arrivalNs);
        ring.commit(length, offload, lastArrivalNs);
        underWay++;
    }

    /** A frame went by: held ones come closer to their turn, and those whose turn it is follow. */
    private void passed() {
        held.countDown();
        releaseHeld(Long.MIN_VALUE);
    }

    private void releaseHeld(long nowNs) {
        for (int slot = held.next(nowNs); slot >= 0; slot = held.next(nowNs)) {
            int length = held.length(slot);
            if (ring.hasRoom(1, length)) {
                long at = ring.reserve(length);
                Octets.copy(held.memory(), held.at(slot), ring.memory(), at, length);
                commit(length, held.offload(slot), held.arrivalNs(slot));
            } else {
                counts.countOverflowed();
            }
            held.free(slot);
        }
    }

    /** Appends what is due to {@code into}, and returns how many. */
    int release(FrameBatch into, long nowNs) {
        if (held.count() > 0) {
            releaseHeld(nowNs);
            ring.publish();
        }
        int released = ring.receive(into, nowNs);
        underWay -= released;
        return released;
    }

    /** When the next frame is due; {@link Long#MAX_VALUE} when none is under way. */
    long nextDeadlineNs() {
        return Math.min(ring.nextArrivalNs(), held.nextDeadlineNs());
    }
}
