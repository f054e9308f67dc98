package io.ringway.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;

/**
 * Writes a line for each frame that passes a port, in tcpdump's words, such as
 *
 * <pre>
 *   0.020001000 link-a &gt; IP 198.18.0.1.1234 &gt; 198.18.0.2.80: Flags [S], seq 7, win 65535, length 0
 * </pre>
 *
 * <p>The sign behind the port's name is {@code >} for a frame that it sent and {@code <} for one
 * that it received. For debugging: it allocates for each frame.
 */
public final class TracePort extends PortDecorator {
    private final Appendable out;
    private final long originNs;

    /**
     * Traces into {@code out}; lines are appended whole, also when several queues do it.
     *
     * @param originNs the lane's time that is shown as 0
     */
    public TracePort(Port port, Appendable out, long originNs) {
        super(port);
        this.out = out;
        this.originNs = originNs;
    }

    @Override
    public PortQueue open(int queue, FramePool pool, Counters counters) {
        return new TapQueue(
                port.open(queue, pool, counters), new TraceTap(pool, port.name(), out, originNs));
    }

    @Override
    public String toString() {
        return port + " traced";
    }
}
