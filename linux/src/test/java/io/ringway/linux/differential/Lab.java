package io.ringway.linux.differential;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.ip.DuplicateDetection;
import io.ringway.linux.BridgeThread;
import io.ringway.linux.NetNamespace;
import io.ringway.linux.TapConfig;
import io.ringway.linux.TapOffloads;
import io.ringway.linux.TapPort;
import io.ringway.port.Bridge;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.wire.IpPrefix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Two kernels joined by a bad path, and a stack of ours behind the near one. */
final class Lab implements AutoCloseable {
    private static final String NEAR = "198.18.0.1";
    private static final String FAR = "198.18.0.2";
    private static final String ROUTER = "198.18.9.1";
    private static final String RINGWAY = "198.18.9.2";
    private static final int FIRST_PORT = 3_000;
    private static final int LAST_PORT = 3_999;
    private static final int LISTEN = 10;
    private static final int TIME_WAIT = 6;
    private static final long PATIENCE_NS = 60_000_000_000L;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final NetNamespace near;
    private final NetNamespace far;

    Lab(ImpairmentConfig path) {
        near = keep(NetNamespace.create());
        far = keep(NetNamespace.create());
        TapPort nearTap = tap(near, "near", NEAR, TapOffloads.NONE);
        TapPort farTap = tap(far, "far", FAR, TapOffloads.NONE);
        keep(BridgeThread.start(new Bridge(new ImpairmentPort(nearTap, path), farTap)));
        near.output("sysctl", "-qw", "net.ipv4.ip_forward=1");
        far.output("ip", "route", "add", "198.18.9.0/24", "via", NEAR);
    }

    private <T extends AutoCloseable> T keep(T resource) {
        opened.addFirst(resource);
        return resource;
    }

    private TapPort tap(NetNamespace in, String name, String address, TapOffloads offloads) {
        return keep(
                in.call(() ->
                        TapPort.open(
                                TapConfig.builder()
                                        .name(name)
                                        .offloads(offloads)
                                        .kernelAddresses(List.of(IpPrefix.parse(address + "/24")))
                                        .build())));
    }

    Host nearKernel() {
        return new KernelHost(near, NEAR);
    }

    Host farKernel() {
        return new KernelHost(far, FAR);
    }

    Host ringway() {
        TapPort port = tap(near, "ringway", ROUTER, TapOffloads.ALL);
        Stack stack =
                keep(
                        Stack.open(
                                StackConfig.builder()
                                        .address(RINGWAY + "/24")
                                        .gateway(ROUTER)
                                        .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                                        .build(),
                                port));
        stack.start();
        return new RingwayHost(stack, RINGWAY);
    }

    /** Waits until the far kernel's connections are over but for those in TIME-WAIT. */
    void awaitFarRest() {
        long startNs = System.nanoTime();
        while (farSockets().stream().anyMatch(socket -> !socket.isAtRest())) {
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                throw new AssertionError("the far kernel still has " + farSockets());
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** The states, as the kernel numbers them, of the far sockets of a connection. */
    List<Integer> farStates(int port) {
        return farSockets().stream()
                .filter(socket -> socket.local() == port || socket.remote() == port)
                .map(Socket::state)
                .toList();
    }

    private record Socket(int local, int remote, int state) {
        boolean isAtRest() {
            return state == TIME_WAIT || state == LISTEN;
        }
    }

    private List<Socket> farSockets() {
        return far.call(() -> {
            try {
                Path table = Path.of("/proc/thread-self/net/tcp");
                return Files.readAllLines(table, StandardCharsets.US_ASCII).stream()
                        .skip(1)
                        .map(line -> line.strip().split(" +", -1))
                        .map(words -> new Socket(port(words[1]), port(words[2]), hex(words[3])))
                        .filter(socket -> isOurs(socket.local()) || isOurs(socket.remote()))
                        .toList();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    private static boolean isOurs(int port) {
        return port >= FIRST_PORT && port <= LAST_PORT;
    }

    private static int port(String endpoint) {
        return hex(endpoint.substring(endpoint.indexOf(':') + 1));
    }

    private static int hex(String digits) {
        return Integer.parseInt(digits, 16);
    }

    @Override
    public void close() {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception failed) {
                throw new IllegalStateException("cannot close " + resource, failed);
            }
        }
    }
}
