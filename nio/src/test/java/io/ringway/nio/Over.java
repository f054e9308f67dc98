package io.ringway.nio;

import io.ringway.IdleStrategy;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.ip.DuplicateDetection;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/**
 * What the tests of the contract run over: the platform's provider, which is right by definition,
 * and ours in several ways.
 */
enum Over {
    /** The platform's channels over the kernel's loopback. */
    PLATFORM,
    /** One stack that talks to itself, at its own address. */
    ITSELF,
    /** The same at its loopback address. */
    LOOPBACK,
    /** Two stacks on a link in memory. */
    LINK,
    /** Two lanes each, and IPv6. */
    LANES;

    /** Opens what is needed; {@link Place#close} closes it. */
    Place open() {
        return switch (this) {
            case PLATFORM ->
                    new Place(
                            Platform.provider(),
                            InetAddress.getLoopbackAddress(),
                            List.of(),
                            false);
            case ITSELF -> ours("198.18.0.1/24", null, 1);
            case LOOPBACK ->
                    new Place(
                            new RingwaySelectorProvider(),
                            IpAddress.LOOPBACK_IPV4.toInetAddress(),
                            ours("198.18.0.1/24", null, 1).stacks(),
                            true);
            case LINK -> ours("198.18.0.1/24", "198.18.0.2/24", 1);
            case LANES -> ours("2001:2::1/64", "2001:2::2/64", 2);
        };
    }

    private static Place ours(String server, @Nullable String client, int lanes) {
        LinkPort.Pair link = LinkPort.pair(LinkConfig.builder().isThreaded(true).build());
        Stack first = stack(server, link.a(), lanes);
        List<Stack> stacks =
                client == null ? List.of(first) : List.of(first, stack(client, link.b(), lanes));
        for (Stack stack : stacks) {
            stack.startDaemons();
        }
        RingwaySelectorProvider.use(new Directory(stacks));
        return new Place(
                new RingwaySelectorProvider(),
                IpPrefix.parse(server).address().toInetAddress(),
                stacks,
                true);
    }

    private static Stack stack(String address, LinkPort port, int lanes) {
        StackConfig config =
                StackConfig.builder()
                        .address(address)
                        .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                        .lanes(lanes)
                        .smallFrames(8192)
                        .largeFrames(16)
                        .idle(IdleStrategy.POLL)
                        .build();
        return Stack.open(config, port);
    }

    /** Clients are on the last stack. */
    private record Directory(List<Stack> stacks) implements StackDirectory {
        @Override
        public Stack here() {
            return stacks.getLast();
        }

        @Override
        public @Nullable Stack owner(InetAddress local) {
            for (Stack stack : stacks) {
                for (IpPrefix own : stack.config().ip().addresses()) {
                    if (own.address().equals(IpAddress.of(local))) {
                        return stack;
                    }
                }
            }
            return null;
        }
    }

    /** A provider, and the address at which servers listen. */
    record Place(SelectorProvider provider, InetAddress server, List<Stack> stacks, boolean isOurs)
            implements AutoCloseable {
        InetSocketAddress any() {
            return new InetSocketAddress(server, 0);
        }

        @Override
        public void close() {
            if (isOurs) {
                RingwaySelectorProvider.use(null);
                for (Stack stack : stacks) {
                    stack.close();
                }
            }
        }
    }
}
