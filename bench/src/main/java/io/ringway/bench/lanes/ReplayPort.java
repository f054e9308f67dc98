package io.ringway.bench.lanes;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.port.PortCapabilities;
import io.ringway.port.PortQueue;
import io.ringway.steering.IndirectionTable;
import io.ringway.steering.Toeplitz;
import io.ringway.wire.IpAddress;

/**
 * A network card with the clients already in it: each queue delivers requests of its own
 * connections, copied from memory, and swallows the replies. It deals flows to queues as a card
 * with RSS does, so each lane gets just its own; checksums are the card's affair.
 */
final class ReplayPort implements Port {
    static final int SERVER_PORT = 7;
    static final IpAddress SERVER = IpAddress.parse("198.18.0.1");
    static final IpAddress GATEWAY = IpAddress.parse("198.18.0.2");
    private static final IpAddress FIRST_CLIENT = IpAddress.parse("198.19.0.1");
    private static final int FIRST_PORT = 1024;
    private static final int PORTS = 60_000;
    private static final int MTU = 1500;
    private static final long MAC = 0x0200_c612_0001L;
    private static final PortCapabilities CHECKSUMS =
            new PortCapabilities(true, true, false, false, 0);

    private final ReplayQueue[] queues;

    /**
     * Deals clients to queues.
     *
     * @param queueCount one for each lane
     * @param perQueue connections of each
     */
    ReplayPort(int queueCount, int perQueue) {
        this.queues = new ReplayQueue[queueCount];
        for (int i = 0; i < queueCount; i++) {
            queues[i] = new ReplayQueue(MAC, perQueue, i);
        }
        IndirectionTable table = new IndirectionTable(IndirectionTable.DEFAULT_BUCKETS, queueCount);
        int left = queueCount * perQueue;
        for (int i = 0; left > 0; i++) {
            IpAddress client = new IpAddress(FIRST_CLIENT.high(), FIRST_CLIENT.low() + i / PORTS);
            int port = FIRST_PORT + i % PORTS;
            int hash =
                    Toeplitz.symmetric()
                            .hash(
                                    client.high(),
                                    client.low(),
                                    SERVER.high(),
                                    SERVER.low(),
                                    port,
                                    SERVER_PORT);
            ReplayQueue queue = queues[table.lane(hash & (table.buckets() - 1))];
            left -= queue.add(client.ipv4(), port) ? 1 : 0;
        }
    }

    ReplayQueue queue(int index) {
        return queues[index];
    }

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public long macAddress() {
        return MAC;
    }

    @Override
    public int mtu() {
        return MTU;
    }

    @Override
    public PortCapabilities capabilities() {
        return CHECKSUMS;
    }

    @Override
    public int queueCount() {
        return queues.length;
    }

    @Override
    public PortQueue open(int queue, FramePool pool, Counters counters) {
        queues[queue].open(pool);
        return queues[queue];
    }

    @Override
    public void close() {
        // The queues are the lanes', and memory is all that there is.
    }
}
