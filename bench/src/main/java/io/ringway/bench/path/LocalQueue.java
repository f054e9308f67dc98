package io.ringway.bench.path;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Samples;
import io.ringway.bench.bulk.BulkSource;
import io.ringway.bench.bulk.Pattern;
import io.ringway.bench.echo.EchoHandler;
import io.ringway.bench.kernel.DiscardHandler;
import io.ringway.ip.DuplicateDetection;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

/**
 * How long a small request waits in our own device's queue behind a bulk flow: two stacks on a slow
 * link whose device queues some frames and then refuses, in virtual time.
 */
final class LocalQueue implements AutoCloseable {
    private static final long TURN_NS = 10_000;
    private static final long ASK_EVERY_NS = 5_000_000;
    private static final int BULK_PORT = 9;
    private static final int ECHO_PORT = 7;
    private static final int BUFFER = 4 << 20;
    private static final int REQUEST = 64;

    private final Stack sender;
    private final Stack receiver;
    private final Asker asker = new Asker();
    private long nowNs = 1_000_000_000;
    private @Nullable TcpConnection held;

    /**
     * Opens both connections.
     *
     * @param deviceFrames frames that the device queues before it refuses more, which then wait
     *     above it, where TCP can see them
     * @param belowOctets what may wait below TCP
     */
    LocalQueue(long bitsPerSecond, long latencyNs, int deviceFrames, int belowOctets) {
        LinkPort.Pair pair =
                LinkPort.pair(
                        LinkConfig.builder()
                                .rateBitsPerSecond(bitsPerSecond)
                                .latencyNs(latencyNs)
                                .queueFrames(deviceFrames)
                                .build());
        sender = Stack.open(config("198.18.0.1/24", belowOctets, 1), pair.a());
        receiver = Stack.open(config("198.18.0.2/24", belowOctets, 2), pair.b());
        receiver.listen(BULK_PORT, new DiscardHandler());
        receiver.listen(ECHO_PORT, new EchoHandler());
        var asked = sender.connect(Endpoint.parse("198.18.0.2:" + ECHO_PORT), asker);
        var bulk =
                sender.connect(
                        Endpoint.parse("198.18.0.2:" + BULK_PORT), new BulkSource(new Pattern()));
        for (int i = 0; !(asked.isDone() && bulk.isDone()); i++) {
            if (i > 1_000_000) {
                throw new BenchmarkException("the connections do not open");
            }
            turn();
        }
    }

    private static StackConfig config(String address, int belowOctets, long seed) {
        return StackConfig.builder()
                .address(address)
                .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                .tcp(tcp ->
                        tcp.sendBufferBytes(BUFFER)
                                .receiveBufferBytes(BUFFER)
                                .congestion(change -> change.withBelowOctets(belowOctets)))
                .seed(seed)
                .build();
    }

    /** Asks at even times, one request at a time, and notes how long each answer took. */
    private final class Asker implements TcpHandler {
        private final byte[] request = new byte[REQUEST];
        private final byte[] reply = new byte[REQUEST];
        private final Samples milliseconds = new Samples();
        private int left;
        private long askedNs;
        private long nextNs;

        @Override
        public void onOpen(TcpConnection connection) {
            connection.noDelay(true);
            held = connection.hold();
        }

        @Override
        public void onReadable(TcpConnection connection) {
            int count;
            while ((count = connection.read(reply, 0, REQUEST)) > 0) {
                left -= count;
                if (left == 0) {
                    milliseconds.add((nowNs - askedNs) / 1e6);
                }
            }
        }

        void askIfDue() {
            TcpConnection connection = held;
            if (connection != null && left == 0 && nowNs >= nextNs) {
                askedNs = nowNs;
                nextNs = nowNs + ASK_EVERY_NS;
                left = REQUEST;
                sender.lane(0).execute(() -> connection.write(request));
            }
        }
    }

    private void turn() {
        nowNs += TURN_NS;
        asker.askIfDue();
        Lane sending = sender.lane(0);
        sending.doWork(nowNs);
        receiver.lane(0).doWork(nowNs);
    }

    /** Runs for so long in virtual time, and returns what each request took, in milliseconds. */
    Samples run(double seconds) {
        long endNs = nowNs + (long) (seconds * 1e9);
        while (nowNs < endNs) {
            turn();
        }
        return asker.milliseconds;
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
