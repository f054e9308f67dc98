package io.ringway.testkit.network;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.port.PortDecorator;
import io.ringway.port.PortQueue;

/** A link's end with a link-layer address of its own, of which a switch needs one for each host. */
final class NumberedPort extends PortDecorator {
    private static final long FIRST_MAC = 0x0200_0000_0100L;

    private final int index;

    NumberedPort(Port port, int index) {
        super(port);
        this.index = index;
    }

    /** The link-layer address of the host with this number. */
    static long mac(int index) {
        return FIRST_MAC + index;
    }

    @Override
    public long macAddress() {
        return mac(index);
    }

    @Override
    public PortQueue open(int queue, FramePool pool, Counters counters) {
        return port.open(queue, pool, counters);
    }
}
