package io.ringway.bench.path;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.IdleStrategy;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.kernel.Outcome;
import io.ringway.bench.kernel.PeerProgram;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Two kernels in two namespaces, near and far, joined by our bridge, and a stack of ours behind the
 * near one, which routes for it. So whatever is sent from the near side crosses the very same
 * bridge, whether our TCP or the kernel's has sent it; ours makes one hop more.
 *
 * <p>A fresh one for each run: no kernel remembers what it learnt of the path before. All of it
 * goes when this is closed.
 */
final class BadPath implements AutoCloseable {
    static final String NEAR_KERNEL = "198.18.0.1";
    static final String FAR_KERNEL = "198.18.0.2";
    static final String RINGWAY = "198.18.9.2";

    private static final String ROUTER = "198.18.9.1";
    private static final int QUEUE_FRAMES = 10_000;
    private static final int BUFFER = 8 << 20;
    private static final int PATIENCE_SECONDS = 15;

    private final String program = PeerProgram.compile().toString();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final NetNamespace near;
    private final NetNamespace far;
    private final ImpairmentPort impaired;

    /**
     * Builds it.
     *
     * @param up what happens from near to far
     * @param down what happens from far to near
     */
    BadPath(ImpairmentConfig up, ImpairmentConfig down) {
        try {
            this.near = keep(NetNamespace.create());
            this.far = keep(NetNamespace.create());
            TapPort nearTap = tap(near, "near", NEAR_KERNEL, TapOffloads.NONE);
            TapPort farTap = tap(far, "far", FAR_KERNEL, TapOffloads.NONE);
            this.impaired = new ImpairmentPort(nearTap, down, up);
            keep(BridgeThread.start(new Bridge(impaired, farTap)));
            near.output("sysctl", "-qw", "net.ipv4.ip_forward=1");
            far.output("ip", "route", "add", "198.18.9.0/24", "via", NEAR_KERNEL);
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        opened.addFirst(resource);
        return resource;
    }

    private TapPort tap(NetNamespace in, String name, String address, TapOffloads offloads) {
        TapConfig config =
                TapConfig.builder()
                        .name(name)
                        .offloads(offloads)
                        .queueFrames(QUEUE_FRAMES)
                        .kernelAddresses(List.of(IpPrefix.parse(address + "/24")))
                        .build();
        return keep(in.call(() -> TapPort.open(config)));
    }

    /**
     * A stack of ours on the near side, not started yet. It sleeps when there is nothing to do, so
     * that it takes no processor from the others.
     */
    Stack stack(String congestionControl) {
        return stack(congestionControl, List.of(RINGWAY));
    }

    /** The same with addresses in the network of {@link #RINGWAY}. */
    Stack stack(String congestionControl, List<String> addresses) {
        return stack(addresses, builder -> builder.congestionControl(congestionControl));
    }

    /** The same with further settings. */
    Stack stack(List<String> addresses, UnaryOperator<StackConfig.Builder> settings) {
        TapPort port = tap(near, "ringway", ROUTER, TapOffloads.ALL);
        StackConfig.Builder builder =
                StackConfig.builder()
                        .gateway(ROUTER)
                        .idle(IdleStrategy.POLL)
                        .tcp(tcp -> tcp.sendBufferBytes(BUFFER).receiveBufferBytes(BUFFER))
                        .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF));
        addresses.forEach(address -> builder.address(address + "/24"));
        return keep(Stack.open(settings.apply(builder).build(), port));
    }

    /** The client's program. */
    String program() {
        return program;
    }

    NetNamespace near() {
        return near;
    }

    NetNamespace far() {
        return far;
    }

    /** What befell the frames from near to far, and from far to near. */
    String fate() {
        return impaired.received() + " / " + impaired.transmitted();
    }

    /** Frames from near to far that found the queue full. */
    long overflowed() {
        return impaired.received().overflowed();
    }

    /** Starts the kernel's server in the near namespace, and waits until it listens. */
    Process nearServer(String congestionControl) {
        return nearServer(congestionControl, NEAR_KERNEL);
    }

    /** The same at another address of the near kernel's. */
    Process nearServer(String congestionControl, String address) {
        Process server =
                near.start(
                        new ProcessBuilder(program, "-c", congestionControl, "server", address)
                                .redirectError(ProcessBuilder.Redirect.INHERIT));
        if (!firstLine(server).equals("ready")) {
            throw new BenchmarkException("the kernel's server does not start");
        }
        return server;
    }

    /** Starts the client in the far namespace; {@link #outcome} waits for it. */
    Process farClient(String congestionControl, String mode, String address, double seconds) {
        return client(far, congestionControl, mode, address, seconds);
    }

    /** Starts the client in a namespace. */
    Process client(
            NetNamespace in,
            String congestionControl,
            String mode,
            String address,
            double seconds) {
        return in.start(
                new ProcessBuilder(
                                program,
                                "-c",
                                congestionControl,
                                mode,
                                address,
                                String.valueOf(seconds))
                        .redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    /** What a client found, when it has ended. */
    Outcome outcome(Process client, double seconds) {
        try {
            if (!client.waitFor((long) seconds + PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                client.destroyForcibly();
                throw new BenchmarkException("the client hangs; " + fate());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", interrupted);
        }
        if (client.exitValue() != 0) {
            throw new BenchmarkException("the client failed; " + fate());
        }
        return Outcome.parse(firstLine(client), 0);
    }

    private static String firstLine(Process process) {
        try {
            return Objects.requireNonNullElse(process.inputReader(UTF_8).readLine(), "");
        } catch (IOException failed) {
            throw new BenchmarkException("cannot read what a program writes: " + failed, failed);
        }
    }

    @Override
    public void close() {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception failed) {
                System.err.println("ringway bench: cannot close " + resource + ": " + failed);
            }
        }
        opened.clear();
    }
}
