package io.ringway.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.port.PortException;
import io.ringway.wire.IpPrefix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A network namespace of our own, for tests, the demo and benchmarks: interfaces, addresses and
 * processes in it touch nothing of the machine's network.
 *
 * <p>It has no name in {@code /run/netns}: it lives while this object or a process in it does, so
 * not even a JVM that is killed leaves one behind. From outside it is reached by {@link #path}.
 *
 * <p>Any thread.
 */
public final class NetNamespace implements AutoCloseable {
    private static final String OF_THREAD = "/proc/thread-self/ns/net";
    private static final int CLONE_NEWNET = 0x4000_0000;
    // RFC 2544 and RFC 5180: set aside for benchmarks, so that nothing real is behind them.
    private static final IpPrefix IPV4 = IpPrefix.parse("198.18.0.0/15");
    private static final IpPrefix IPV6 = IpPrefix.parse("2001:2::/48");

    private final int descriptor;
    private final List<Process> processes = new ArrayList<>();
    private final Thread onShutdown = new Thread(this::stopProcesses, "ringway-namespace-end");
    private boolean isOpen = true;

    private NetNamespace(int descriptor) {
        this.descriptor = descriptor;
        Runtime.getRuntime().addShutdownHook(onShutdown);
    }

    /**
     * Makes a namespace with nothing in it but {@code lo}, which is up.
     *
     * @throws PortException when the privilege is missing
     */
    public static NetNamespace create() {
        int own = openOwn();
        try {
            int result = Libc.unshare(CLONE_NEWNET);
            if (result < 0) {
                throw new PortException(
                        "cannot make a network namespace ("
                                + Errno.describe(-result)
                                + "): it takes CAP_SYS_ADMIN, so run as root, or under \"unshare"
                                + " -rn\"");
            }
            try (var loopback = new InterfaceRequest("lo")) {
                loopback.up();
                return new NetNamespace(openOwn());
            } finally {
                enter(own);
            }
        } finally {
            Libc.close(own);
        }
    }

    /**
     * Opens a namespace that is there already, such as {@code /run/netns/test} of {@code ip netns
     * add test}; closing this object leaves it as it is.
     *
     * @throws PortException when there is none at {@code path}, or the privilege is missing
     */
    public static NetNamespace open(Path path) {
        int descriptor = Libc.open(path.toString(), Libc.O_RDONLY | Libc.O_CLOEXEC);
        if (descriptor < 0) {
            throw new PortException(
                    "cannot open the network namespace "
                            + path
                            + " ("
                            + Errno.describe(-descriptor)
                            + "): \"ip netns add NAME\" makes one in /run/netns");
        }
        NetNamespace namespace = new NetNamespace(descriptor);
        try {
            namespace.run(() -> {});
            return namespace;
        } catch (PortException refused) {
            namespace.close();
            throw refused;
        }
    }

    /** The one that the calling thread is in; closing this object leaves it as it is. */
    static NetNamespace current() {
        return new NetNamespace(openOwn());
    }

    private static int openOwn() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException(
                    "a virtual thread has no network namespace of its own: use a platform thread");
        }
        int descriptor = Libc.open(OF_THREAD, Libc.O_RDONLY | Libc.O_CLOEXEC);
        if (descriptor < 0) {
            throw new PortException(
                    "cannot open "
                            + OF_THREAD
                            + " ("
                            + Errno.describe(-descriptor)
                            + "): is /proc mounted?");
        }
        return descriptor;
    }

    private static void enter(int descriptor) {
        int result = Libc.setns(descriptor, CLONE_NEWNET);
        if (result < 0) {
            throw new PortException(
                    "cannot enter a network namespace ("
                            + Errno.describe(-result)
                            + "): it takes CAP_SYS_ADMIN over it, so run as root, or under"
                            + " \"unshare -rn\"");
        }
    }

    /**
     * How a command outside names it: {@code nsenter --net=PATH}, {@code ip link set eth9 netns
     * PATH}.
     */
    public String path() {
        return "/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor;
    }

    /**
     * Runs {@code body} with the calling thread inside; ports and sockets opened in it stay inside
     * for good, whoever uses them.
     *
     * <p>A {@link java.net.Socket} opens only when it connects: open a {@link
     * java.nio.channels.SocketChannel}, or connect inside too.
     */
    public <T> T call(Supplier<T> body) {
        int own = openOwn();
        try {
            enter(descriptor());
            try {
                return body.get();
            } finally {
                enter(own);
            }
        } finally {
            Libc.close(own);
        }
    }

    /** Like {@link #call}, for what returns nothing. */
    public void run(Runnable body) {
        call(() -> {
            body.run();
            return true;
        });
    }

    private synchronized int descriptor() {
        if (!isOpen) {
            throw new IllegalStateException("the network namespace is closed");
        }
        return descriptor;
    }

    /**
     * Gives an address to an interface inside, without duplicate address detection, and brings the
     * interface up.
     *
     * @param prefix inside 198.18.0.0/15 or 2001:2::/48
     */
    public void address(String interfaceName, IpPrefix prefix) {
        if (!IPV4.contains(prefix.address()) && !IPV6.contains(prefix.address())) {
            throw new IllegalArgumentException(
                    "addresses of a test network are in "
                            + IPV4
                            + " or "
                            + IPV6
                            + "; given "
                            + prefix);
        }
        run(() -> {
            try (var request = new InterfaceRequest(interfaceName)) {
                request.up();
                AddressRequest.add(request.index(), interfaceName, prefix);
            }
        });
    }

    /**
     * Starts a program inside. It ends with the namespace at the latest.
     *
     * @throws PortException when it cannot be started, for instance because it is not installed
     */
    public Process start(ProcessBuilder command) {
        return call(() -> {
            try {
                // A child begins in the namespace of the thread that starts it.
                return remember(command.start());
            } catch (IOException failed) {
                throw new PortException(
                        "cannot run \""
                                + String.join(" ", command.command())
                                + "\": is "
                                + command.command().getFirst()
                                + " installed?",
                        failed);
            }
        });
    }

    /** Starts a program inside that inherits our input and outputs. */
    public Process start(String... command) {
        return start(new ProcessBuilder(command).inheritIO());
    }

    /**
     * Runs a program inside to its end and returns what it wrote to both outputs.
     *
     * @throws PortException when it fails; with what it wrote
     */
    public String output(String... command) {
        Process process = start(new ProcessBuilder(command).redirectErrorStream(true));
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            int status = process.waitFor();
            if (status != 0) {
                throw new PortException(
                        "\""
                                + String.join(" ", command)
                                + "\" ended with status "
                                + status
                                + ": "
                                + output);
            }
            return output;
        } catch (IOException failed) {
            throw new PortException("cannot read what " + command[0] + " writes", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PortException("interrupted while " + command[0] + " ran", interrupted);
        }
    }

    private synchronized Process remember(Process process) {
        processes.removeIf(earlier -> !earlier.isAlive());
        processes.add(process);
        return process;
    }

    /** Ends what {@link #start} started: kindly, and after a second by force. */
    private void stopProcesses() {
        List<ProcessHandle> handles = new ArrayList<>();
        synchronized (this) {
            for (Process process : processes) {
                process.descendants().forEach(handles::add);
                handles.add(process.toHandle());
            }
            processes.clear();
        }
        handles.forEach(ProcessHandle::destroy);
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        for (ProcessHandle handle : handles) {
            try {
                handle.onExit().get(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (Exception lateOrInterrupted) {
                handle.destroyForcibly();
            }
        }
    }

    /**
     * Ends the processes started here; the kernel removes the namespace when nobody is left in it.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (!isOpen) {
                return;
            }
            isOpen = false;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(onShutdown);
        } catch (IllegalStateException isShuttingDown) {
            // Then the hook does the same beside us, and both may.
        }
        stopProcesses();
        Libc.close(descriptor);
    }

    @Override
    public String toString() {
        return path();
    }
}
