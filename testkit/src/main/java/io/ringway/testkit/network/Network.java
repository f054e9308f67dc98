package io.ringway.testkit.network;

import io.ringway.IdleStrategy;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.nio.RingwaySelectorProvider;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some hosts on one switched network, in one process and in real time; {@link WithNetwork} opens
 * one for a test. While it is open, the channels of {@code java.nio} are its hosts'.
 *
 * <p>There is one at a time. Any thread.
 */
public final class Network implements AutoCloseable {
    private static final int MOST_HOSTS = 200;
    private static final int SMALL_FRAMES = 8 * 1024;
    private static volatile @Nullable Network present;

    private final List<Host> hosts = new ArrayList<>();
    private final Switch hub;

    private Network(String impair, String... names) {
        if (names.length == 0 || names.length > MOST_HOSTS) {
            throw new IllegalArgumentException(
                    "a network has 1 to " + MOST_HOSTS + " hosts; given " + names.length);
        }
        ImpairmentConfig impairment = parse(impair);
        LinkConfig link = LinkConfig.builder().isThreaded(true).build();
        List<LinkPort.Pair> links = new ArrayList<>();
        for (String _ : names) {
            links.add(LinkPort.pair(link));
        }
        try {
            for (String name : names) {
                if (find(name) != null) {
                    throw new IllegalArgumentException("two hosts are called \"" + name + "\"");
                }
                int index = hosts.size();
                hosts.add(open(name, index, links.get(index).a()));
            }
        } catch (RuntimeException refused) {
            hosts.forEach(host -> host.stack().close());
            throw refused;
        }
        this.hub = new Switch(links.stream().map(LinkPort.Pair::b).toList(), impairment);
        RingwaySelectorProvider.use(new HostDirectory(this));
    }

    /**
     * Opens a network.
     *
     * @param impair what happens to frames from host to host, as {@link ImpairmentConfig#parse}
     *     reads it; nothing when empty
     * @param names the hosts' names
     * @throws IllegalStateException when there is one already
     */
    public static synchronized Network open(String impair, String... names) {
        if (present != null) {
            throw new IllegalStateException("there is a network already: close that first");
        }
        Network opened = new Network(impair, names);
        present = opened;
        opened.hosts.forEach(host -> host.stack().start());
        opened.hub.start();
        return opened;
    }

    private Host open(String name, int index, LinkPort link) {
        String four = "198.18.0." + (index + 1);
        String six = "2001:2::" + Integer.toHexString(index + 1);
        StackConfig config =
                StackConfig.builder()
                        .address(four + "/24")
                        .address(six + "/64")
                        .smallFrames(SMALL_FRAMES)
                        .idle(IdleStrategy.POLL)
                        .build();
        try {
            return new Host(
                    this,
                    name,
                    index,
                    Stack.open(config, new NumberedPort(link, index)),
                    InetAddress.getByName(four),
                    InetAddress.getByName(six));
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static ImpairmentConfig parse(String impair) {
        return impair.isEmpty() ? ImpairmentConfig.NONE : ImpairmentConfig.parse(impair);
    }

    /** The hosts in order. */
    public List<Host> hosts() {
        return hosts;
    }

    /**
     * The host of that name.
     *
     * @throws IllegalArgumentException when there is none; says which there are
     */
    public Host host(String name) {
        Host found = find(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "there is no host \""
                            + name
                            + "\", only "
                            + hosts.stream().map(Host::name).toList());
        }
        return found;
    }

    private @Nullable Host find(String name) {
        return hosts.stream().filter(host -> host.name().equals(name)).findFirst().orElse(null);
    }

    /** The host of that name in the network that is open, or null. */
    static @Nullable Host present(String name) {
        Network network = present;
        return network == null ? null : network.find(name);
    }

    /** The host with that address in the network that is open, or null. */
    static @Nullable Host present(InetAddress address) {
        Network network = present;
        if (network == null) {
            return null;
        }
        return network.hosts.stream()
                .filter(host -> host.address().equals(address) || host.address6().equals(address))
                .findFirst()
                .orElse(null);
    }

    /** Parts two hosts until {@link #heal}: nothing gets from one to the other. */
    public void partition(String one, String other) {
        cut(one, other, Long.MAX_VALUE);
    }

    /** Parts two hosts for some time, and does not wait for its end. */
    public void partition(Duration time, String one, String other) {
        cut(one, other, System.nanoTime() + time.toNanos());
    }

    private void cut(String one, String other, long untilNs) {
        int first = host(one).index();
        int second = host(other).index();
        hub.cut(first, second, untilNs);
        hub.cut(second, first, untilNs);
    }

    /** Lets nothing more get from {@code from} to {@code to}, but still the other way round. */
    public void block(String from, String to) {
        hub.cut(host(from).index(), host(to).index(), Long.MAX_VALUE);
    }

    /** Parts a host from all others until {@link #heal}. */
    public void isolate(String name) {
        for (Host host : hosts) {
            if (!host.name().equals(name)) {
                partition(name, host.name());
            }
        }
    }

    /** Ends all partitions. */
    public void heal() {
        hub.heal();
    }

    /** The same as {@link Host#impair}, for all hosts. */
    public void impair(String text) {
        hosts.forEach(host -> impair(host, text));
    }

    void impair(Host host, String text) {
        hub.impair(host.index(), parse(text));
    }

    /** Ends all connections, stops the hosts, and gives the channels back to whom they were. */
    @Override
    public void close() {
        synchronized (Network.class) {
            if (!this.equals(present)) {
                return;
            }
            present = null;
        }
        RingwaySelectorProvider.use(null);
        hosts.forEach(host -> host.stack().close());
        hub.close();
    }

    @Override
    public String toString() {
        return "network of " + Arrays.toString(hosts.toArray());
    }
}
