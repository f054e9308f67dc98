package io.ringway.bench.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.bench.BenchmarkException;
import io.ringway.linux.NetNamespace;
import io.ringway.wire.IpPrefix;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A namespace for clients, and a program that serves in a process for each way: those on Ringway
 * open a TAP in the clients' namespace, those on the kernel are in another one, joined by a veth.
 */
final class HttpCourse implements AutoCloseable {
    private final NetNamespace client = NetNamespace.create();
    private final NetNamespace kernel = NetNamespace.create();
    private final List<Process> servers = new ArrayList<>();

    HttpCourse(Class<?> program, NettyWay... ways) {
        try {
            client.output("ip", "link", "set", "lo", "up");
            client.output(
                    "ip",
                    "link",
                    "add",
                    "http0",
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "http0",
                    "netns",
                    kernel.path());
            client.address("http0", IpPrefix.parse("198.18.1.1/24"));
            kernel.address("http0", IpPrefix.parse(NettyWay.EPOLL.address() + "/24"));
            kernel.address("http0", IpPrefix.parse(NettyWay.NIO.address() + "/24"));
            client.output("ip", "tuntap", "add", "dev", NettyWay.PROVIDER_TAP, "mode", "tap");
            client.address(NettyWay.PROVIDER_TAP, IpPrefix.parse("198.18.2.1/24"));
            for (NettyWay way : ways) {
                start(way, program);
            }
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private void start(NettyWay way, Class<?> program) {
        Process server =
                (way.isOnKernel() ? kernel : client)
                        .start(
                                new ProcessBuilder(way.command(program))
                                        .redirectError(ProcessBuilder.Redirect.INHERIT));
        servers.add(server);
        try {
            if (!"ready".equals(server.inputReader(UTF_8).readLine())) {
                throw new BenchmarkException("the server does not start: " + way.label());
            }
        } catch (IOException failed) {
            throw new BenchmarkException("cannot read what a server says: " + failed, failed);
        }
    }

    static String url(NettyWay way) {
        return "http://" + way.address() + ":" + NettyWay.PORT + "/";
    }

    /** Runs a client program, and gives what it prints. */
    String output(String... command) {
        return client.output(command);
    }

    /** Starts a client program. */
    Process start(ProcessBuilder command) {
        return client.start(command);
    }

    @Override
    public void close() {
        servers.forEach(Process::destroyForcibly);
        client.close();
        kernel.close();
    }
}
