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
import java.util.function.BooleanSupplier;

/**
 * What idle connections to a server on the kernel's TCP cost: the kernel's slabs, and the server's
 * own memory. The clients are a swarm on a TAP, which takes nothing of the kernel's.
 */
final class KernelIdle {
    private static final long PATIENCE_NS = 240_000_000_000L;
    private static final int SPARE_FILES = 1024;
    private static final long SETTLING_NS = 2_000_000_000L;
    private static final String SERVER = "198.18.0.1";

    private KernelIdle() {}

    /**
     * What was found, in octets.
     *
     * @param slab of the kernel for each connection
     * @param resident of the server's process for each connection
     */
    record Found(double slab, double resident) {}

    /** Measures a C epoll server. */
    static Found ofC(int connections) {
        return of(List.of(PeerProgram.compile().toString(), "server", SERVER), connections);
    }

    /** Measures Netty's epoll transport. */
    static Found ofNetty(int connections) {
        return of(NettyServer.command(SERVER, connections + SPARE_FILES), connections);
    }

    private static Found of(List<String> program, int connections) {
        // The usual limit of open files is far below what is held here.
        List<String> command = new ArrayList<>();
        command.add("prlimit");
        command.add("--nofile=" + (connections + SPARE_FILES));
        command.addAll(program);
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
        try (NetNamespace namespace = NetNamespace.create();
                TapPort port = namespace.call(() -> TapPort.open(tap));
                Swarm swarm = new Swarm(config, port, ns -> {})) {
            Process server =
                    namespace.start(
                            new ProcessBuilder(command)
                                    .redirectError(ProcessBuilder.Redirect.INHERIT));
            if (!"ready".equals(server.inputReader(UTF_8).readLine())) {
                throw new BenchmarkException("does not start: " + String.join(" ", command));
            }
            settle(swarm);
            long slab = Memory.slab();
            long resident = Memory.resident(server.pid());
            until(swarm, swarm::isOpened);
            // What has answered has been accepted, and is no longer in a queue of the kernel's.
            swarm.sweep(connections);
            until(swarm, swarm::isSwept);
            settle(swarm);
            Found found =
                    new Found(
                            (Memory.slab() - slab) / (double) connections,
                            (Memory.resident(server.pid()) - resident) / (double) connections);
            if (swarm.open() != connections) {
                throw new BenchmarkException(
                        swarm.open() + " of " + connections + " connections are open");
            }
            swarm.closeAll();
            until(swarm, swarm::isClosed);
            return found;
        } catch (IOException failed) {
            throw new BenchmarkException("cannot read what a server says: " + failed, failed);
        }
    }

    private static void settle(Swarm swarm) {
        long endNs = System.nanoTime() + SETTLING_NS;
        until(swarm, () -> System.nanoTime() >= endNs && swarm.isReachable());
    }

    private static void until(Swarm swarm, BooleanSupplier isDone) {
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
}
