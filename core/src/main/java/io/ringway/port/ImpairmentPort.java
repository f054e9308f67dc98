package io.ringway.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;

/**
 * Makes a good port bad: loses, delays, reorders, duplicates and corrupts frames, with a seed that
 * repeats it all.
 *
 * <p>It works on the frames that a real link would see, so super-frames are cut in software first.
 * Frames on their way are kept in memory of its own and take nothing from the lane's pool. A
 * direction without impairments passes through untouched.
 */
public final class ImpairmentPort extends PortDecorator {
    private static final int ETHERNET_AND_TAG = 18;
    // Two directions with one configuration shall not share their fate.
    private static final long OTHER_DIRECTION = 0x6a09_e667_f3bc_c909L;

    private final ImpairmentConfig transmit;
    private final ImpairmentConfig receive;
    private final ImpairmentCounts transmitCounts = new ImpairmentCounts();
    private final ImpairmentCounts receiveCounts = new ImpairmentCounts();

    /** Impairs both directions alike, and independently of each other. */
    public ImpairmentPort(Port port, ImpairmentConfig both) {
        this(port, both, both.withSeed(both.seed() ^ OTHER_DIRECTION));
    }

    /** Impairs what is transmitted and what is received in different ways. */
    public ImpairmentPort(Port port, ImpairmentConfig transmit, ImpairmentConfig receive) {
        super(port);
        this.transmit = transmit;
        this.receive = receive;
    }

    @Override
    public PortQueue open(int queue, FramePool pool, Counters counters) {
        int longest = port.mtu() + ETHERNET_AND_TAG;
        // Each queue has its own sequence of decisions, or threads would make them unrepeatable.
        return new ImpairmentQueue(
                port.open(queue, pool, counters),
                pool,
                new Impairment(
                        transmit.withSeed(transmit.seed() + queue), pool, longest, transmitCounts),
                new Impairment(
                        receive.withSeed(receive.seed() + queue), pool, longest, receiveCounts));
    }

    /** What happened to frames on their way out. Any thread; a moment old. */
    public ImpairmentCounts transmitted() {
        return transmitCounts;
    }

    /** What happened to frames on their way in. Any thread; a moment old. */
    public ImpairmentCounts received() {
        return receiveCounts;
    }

    @Override
    public String toString() {
        return port + " impaired";
    }
}
