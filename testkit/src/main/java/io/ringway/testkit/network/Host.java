package io.ringway.testkit.network;

import io.ringway.Stack;

import java.net.InetAddress;
import java.util.concurrent.Callable;

/** One host of a {@link Network}: a name, an address of each kind, and a stack. Any thread. */
public final class Host {
    private final Network network;
    private final String name;
    private final int index;
    private final Stack stack;
    private final InetAddress address;
    private final InetAddress address6;

    Host(
            Network network,
            String name,
            int index,
            Stack stack,
            InetAddress address,
            InetAddress address6) {
        this.network = network;
        this.name = name;
        this.index = index;
        this.stack = stack;
        this.address = address;
        this.address6 = address6;
    }

    public String name() {
        return name;
    }

    /** Its IPv4 address. */
    public InetAddress address() {
        return address;
    }

    /** Its IPv6 address. */
    public InetAddress address6() {
        return address6;
    }

    /** Its stack, to look at counters and connections. */
    public Stack stack() {
        return stack;
    }

    int index() {
        return index;
    }

    /** What {@link #run} runs. */
    @FunctionalInterface
    public interface Task {
        /** Does something on a host. */
        void run() throws Exception;
    }

    /**
     * Runs a task on this host, in the calling thread: its channels, and those of threads that it
     * starts, are this host's.
     */
    public void run(Task task) throws Exception {
        Object _ =
                call(() -> {
                    task.run();
                    return true;
                });
    }

    /** The same with a result. */
    public <T> T call(Callable<T> task) throws Exception {
        Host before = HostDirectory.enter(this);
        try {
            return task.call();
        } finally {
            HostDirectory.leave(before);
        }
    }

    /**
     * From now on frames to this host meet this fate; what is on its way already arrives as it
     * would have.
     *
     * @param text as {@link io.ringway.port.ImpairmentConfig#parse} reads it; empty for none
     */
    public void impair(String text) {
        network.impair(this, text);
    }

    @Override
    public String toString() {
        return name + " (" + address.getHostAddress() + ", " + address6.getHostAddress() + ")";
    }
}
