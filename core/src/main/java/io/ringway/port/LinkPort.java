package io.ringway.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;

/**
 * One end of a link that joins two stacks in memory: what one end transmits the other receives,
 * later when the link has latency or a rate.
 *
 * <p>Nothing is lost on it but what a real link would lose as well: frames longer than the MTU,
 * frames for an end that is not open, and frames for which the receiver's pool has no room. (A
 * frame on its way takes one of the receiver's pool, unless the ends run on threads of their own.)
 * For loss and worse wrap it in an {@link ImpairmentPort}.
 *
 * <p>By default one thread runs both ends, in real or virtual time. With {@link
 * LinkConfig#isThreaded} each end has a lane of its own; a receiver then has no descriptor to sleep
 * on, so it must look often. Close a queue before its pool.
 */
public final class LinkPort implements Port {
    private static final int ETHERNET_AND_TAG = 18;
    private static final long MAC_A = 0x0200_0000_000aL;
    private static final long MAC_B = 0x0200_0000_000bL;

    private final String name;
    private final long macAddress;
    private final LinkConfig config;
    private final PortCapabilities capabilities;
    private final LinkDirection out;
    private final Transit in;

    /** The two ends of a link. */
    public record Pair(LinkPort a, LinkPort b) implements AutoCloseable {
        /** Closes both ends. */
        @Override
        public void close() {
            a.close();
            b.close();
        }
    }

    private LinkPort(
            String name,
            long macAddress,
            LinkConfig config,
            PortCapabilities capabilities,
            LinkDirection out,
            Transit in) {
        this.name = name;
        this.macAddress = macAddress;
        this.config = config;
        this.capabilities = capabilities;
        this.out = out;
        this.in = in;
    }

    /**
     * Makes a link with the two ends {@code link-a}, 02:00:00:00:00:0a, and {@code link-b},
     * 02:00:00:00:00:0b.
     */
    public static Pair pair(LinkConfig config) {
        Transit toA = transit(config);
        Transit toB = transit(config);
        PortCapabilities a = config.capabilitiesA();
        PortCapabilities b = config.capabilitiesB();
        return new Pair(
                new LinkPort("link-a", MAC_A, config, a, new LinkDirection(config, b, toB), toA),
                new LinkPort("link-b", MAC_B, config, b, new LinkDirection(config, a, toA), toB));
    }

    private static Transit transit(LinkConfig config) {
        boolean isTimed = config.latencyNs() > 0 || config.rateBitsPerSecond() > 0;
        return config.isThreaded()
                ? new RingTransit(config.transitOctets(), isTimed)
                : new DirectTransit();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long macAddress() {
        return macAddress;
    }

    @Override
    public int mtu() {
        return config.mtu();
    }

    @Override
    public PortCapabilities capabilities() {
        return capabilities;
    }

    /** A link has one queue pair at each end. */
    @Override
    public int queueCount() {
        return 1;
    }

    @Override
    public PortQueue open(int queue, FramePool pool, Counters counters) {
        if (queue != 0) {
            throw new PortException(name + " has one queue, 0; asked for queue " + queue);
        }
        if (in.isAttached()) {
            throw new PortException(name + " is open already; close its queue first");
        }
        int longest =
                Math.max(config.mtu(), capabilities.maxSegmentationLength()) + ETHERNET_AND_TAG;
        if (FramePool.RECEIVE_START + longest > FramePool.SMALL_SLOT && pool.largeCount() == 0) {
            throw new PortException(
                    name
                            + " may receive frames of "
                            + longest
                            + " octets, which need large frames; give the pool some, or take a"
                            + " smaller MTU or no segmentation offload");
        }
        in.attach(pool, counters);
        out.attach(counters);
        return new LinkQueue(pool, counters, out, in);
    }

    /** Nothing is left to close when the queue is. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return name;
    }
}
