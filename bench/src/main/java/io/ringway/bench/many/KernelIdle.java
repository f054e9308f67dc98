package io.ringway.bench.many;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.bench.BenchmarkException;
import io.ringway.bench.kernel.NettyServer;
import io.ringway.bench.kernel.PeerProgram;
import io.ringway.linux.NetNamespace;
import io.ringway.linux.TapConfig;
import io.ringway.linux.TapPort;
import io.ringway.testkit.swarm.Swarm;
import io.ringway.testkit.swarm.SwarmConfig;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What idle connections to a server on the kernel's TCP cost: the kernel's slabs, and the server's
 * own memory. The clients are a swarm on a TAP, which takes nothing of the kernel's.
 */
final class KernelIdle implements AutoCloseable {
    private static final long PATIENCE_NS = 240_000_000_000L;
    private static final int SPARE_FILES = 1024;
    private static final long SETTLING_NS = 2_000_000_000L;
    private static final String SERVER = "198.18.0.1";

    private final int connections;
    private final NetNamespace namespace;
    private final TapPort port;
    private final Swarm swarm;
    private final Process server;

    /** Starts one server and its clients, in a namespace of their own. */
    private KernelIdle(List<String> command, int connections) {
        this.connections = connections;
        TapConfig tap =
                TapConfig.builder()
                        .kernelAddresses(List.of(IpPrefix.parse(SERVER + "/24")))
                        .queueFrames(10_000)
                        .build();
        SwarmConfig config =
                SwarmConfig.builder()
                        .connections(connections)
                        .active(256)
                        .thinkNs(Long.MAX_VALUE / 2)
                        .server(IpAddress.parse(SERVER), 7)
                        .clients(IpAddress.parse("198.18.0.2"), IpAddress.parse("198.18.0.16"))
                        .mostOpening(256)
                        .build();
        this.namespace = NetNamespace.create();
        this.port = namespace.call(() -> TapPort.open(tap));
        this.swarm = new Swarm(config, port, ns -> {});
        this.server =
                namespace.start(
                        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        try {
            if ("ready".equals(server.inputReader(UTF_8).readLine())) {
                return;
            }
        } catch (IOException failed) {
            close();
            throw new BenchmarkException("cannot read what a server says: " + failed, failed);
        }
        close();
        throw new BenchmarkException("does not start: " + String.join(" ", command));
    }

    /**
     * What was found, in octets.
     *
     * @param slab of the kernel for each connection
     * @param resident of the server's processes for each connection
     * @param servers how many processes it took
     */
    record Found(double slab, double resident, int servers) {}

    /** Measures a C epoll server. */
    static Found ofC(int connections) {
        return of(List.of(PeerProgram.compile().toString(), "server", SERVER), connections);
    }

    /** Measures Netty's epoll transport. */
    static Found ofNetty(int connections) {
        return of(NettyServer.command(SERVER, Memory.mostFiles()), connections);
    }

    /** As many servers as it takes, for a process may not have all those files open. */
    private static Found of(List<String> command, int connections) {
        int most = Memory.mostFiles() - SPARE_FILES;
        int servers = (connections + most - 1) / most;
        List<KernelIdle> all = new ArrayList<>();
        try {
            for (int i = 0; i < servers; i++) {
                int share = connections / servers + (i < connections % servers ? 1 : 0);
                all.add(new KernelIdle(command, share));
            }
            // The clients open connections as soon as they are let do anything.
            LockSupport.parkNanos(SETTLING_NS);
            long slab = Memory.slab();
            long resident = resident(all);
            all.forEach(KernelIdle::open);
            all.forEach(KernelIdle::settle);
            Found found =
                    new Found(
                            (Memory.slab() - slab) / (double) connections,
                            (resident(all) - resident) / (double) connections,
                            servers);
            all.forEach(KernelIdle::end);
            return found;
        } finally {
            all.forEach(KernelIdle::close);
        }
    }

    private static long resident(List<KernelIdle> all) {
        return all.stream().mapToLong(each -> Memory.resident(each.server.pid())).sum();
    }

    private void open() {
        until(swarm::isOpened);
        // What has answered has been accepted, and is no longer in a queue of the kernel's.
        swarm.sweep(connections);
        until(swarm::isSwept);
    }

    private void end() {
        if (swarm.open() != connections) {
            throw new BenchmarkException(
                    swarm.open() + " of " + connections + " connections are open");
        }
        swarm.closeAll();
        until(swarm::isClosed);
    }

    private void settle() {
        long endNs = System.nanoTime() + SETTLING_NS;
        until(() -> System.nanoTime() >= endNs && swarm.isReachable());
    }

    private void until(BooleanSupplier isDone) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!isDone.getAsBoolean()) {
            swarm.doWork(System.nanoTime());
            if (System.nanoTime() > endNs) {
                throw new BenchmarkException(
                        "connections to the kernel neither open nor close: "
                                + swarm.open()
                                + " are open");
            }
        }
    }

    @Override
    public void close() {
        swarm.close();
        port.close();
        namespace.close();
    }
}
