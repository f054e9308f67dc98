package io.ringway.cli;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.cli.http.ByteRange;
import io.ringway.cli.http.FileSite;
import io.ringway.cli.http.RequestLog;
import io.ringway.cli.http.Uploads;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.port.Port;
import io.ringway.port.PortCapabilities;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import java.io.IOException;
import java.time.InstantSource;
import java.util.function.IntConsumer;

/** The demo's wire where the machine allows no other: two stacks of ours, joined in memory. */
final class DemoMemoryWire implements DemoWire {
    private static final int PORT = 80;
    private static final long PING_INTERVAL_NS = 100_000_000;
    private static final long PING_TIMEOUT_NS = 2_000_000_000;
    private static final int PING_LENGTH = 56;

    private final Stack server;
    private final Stack client;

    private DemoMemoryWire(Stack server, Stack client) {
        this.server = server;
        this.client = client;
    }

    static DemoMemoryWire open(DemoFile file, ImpairmentConfig impairment) throws IOException {
        FileSite site = new FileSite(file.directory(), Uploads.refused(), InstantSource.system());
        LinkPort.Pair pair =
                LinkPort.pair(
                        LinkConfig.builder()
                                .capabilities(PortCapabilities.FULL)
                                .isThreaded(true)
                                .build());
        Port near = impairment.isNone() ? pair.a() : new ImpairmentPort(pair.a(), impairment);
        Stack server = Stack.open(config("198.18.0.2/24", "2001:2::2/64"), near);
        Stack client = Stack.open(config("198.18.0.1/24", "2001:2::1/64"), pair.b());
        server.listen(PORT, new HttpHandler(site, RequestLog.NONE));
        server.start();
        client.start();
        return new DemoMemoryWire(server, client);
    }

    private static StackConfig config(String ipv4, String ipv6) {
        // There are only two of us, so nobody has to be asked whether the addresses are free.
        return StackConfig.builder()
                .address(ipv4)
                .address(ipv6)
                .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                .build();
    }

    @Override
    public String client() {
        return "second stack";
    }

    @Override
    public String download(boolean isIpv4, ByteRange part, IntConsumer onOctets)
            throws InterruptedException {
        IpAddress address = IpAddress.parse(isIpv4 ? "198.18.0.2" : "2001:2::2");
        DemoDownload download = new DemoDownload("/file", part, onOctets);
        client.connect(new Endpoint(address, PORT), download).join();
        return download.await();
    }

    @Override
    public Pings pingUs(int count) throws InterruptedException {
        return ping(client, "198.18.0.2", "second stack pings first", count);
    }

    @Override
    public Pings pingThem(int count) throws InterruptedException {
        return ping(server, "198.18.0.1", "first stack pings second", count);
    }

    private static Pings ping(Stack from, String to, String who, int count)
            throws InterruptedException {
        PingSummary summary =
                new Pinger(from.lane(0), IpAddress.parse(to), 1)
                        .run(count, PING_LENGTH, PING_INTERVAL_NS, PING_TIMEOUT_NS, _ -> {});
        return new Pings(who, summary.sent(), summary.received(), summary.meanNs());
    }

    @Override
    public long retransmitted() {
        return server.counter(Counter.TCP_RETRANSMITTED);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
