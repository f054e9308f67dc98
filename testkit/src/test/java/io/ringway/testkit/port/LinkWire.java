package io.ringway.testkit.port;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.port.Port;
import io.ringway.port.PortQueue;

import org.jspecify.annotations.Nullable;

import java.util.function.UnaryOperator;

/** The far end of a port around one end of a link in memory. */
final class LinkWire implements PortWire {
    private final LinkConfig config;
    private final UnaryOperator<Port> around;
    private final FramePool pool = new FramePool(2_048, 32);
    private final FrameBatch batch = new FrameBatch(1);
    private Port port;
    private PortQueue far;

    LinkWire(LinkConfig config, UnaryOperator<Port> around) {
        this.config = config;
        this.around = around;
        connect();
    }

    private void connect() {
        LinkPort.Pair pair = LinkPort.pair(config);
        port = around.apply(pair.a());
        far = pair.b().open(0, pool, new Counters());
    }

    @Override
    public Port port() {
        return port;
    }

    @Override
    public void reopen() {
        port.close();
        far.close();
        connect();
    }

    @Override
    public boolean send(WireFrame frame) {
        batch.add(frame.put(pool));
        while (far.transmit(batch, nowNs()) == 0) {
            Thread.onSpinWait();
        }
        return true;
    }

    @Override
    public @Nullable WireFrame receive() {
        if (far.receive(batch, nowNs()) == 0) {
            return null;
        }
        WireFrame frame = WireFrame.copyOf(pool, batch.get(0));
        pool.release(batch.get(0));
        batch.clear();
        return frame;
    }

    @Override
    public void close() {
        port.close();
        far.close();
        if (!pool.isFull()) {
            throw new AssertionError("frames are missing at the far end: " + pool);
        }
        pool.close();
    }
}
