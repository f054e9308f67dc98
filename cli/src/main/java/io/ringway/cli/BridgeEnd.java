package io.ringway.cli;

import io.ringway.linux.TapConfig;
import io.ringway.linux.TapOffloads;
import io.ringway.linux.TapPort;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.Collectors;

/** One end of {@code ringway bridge}: a TAP whose other side is a kernel, in a namespace. */
final class BridgeEnd implements AutoCloseable {
    // Long enough that what a burst brings is dropped by the bridge's own queue, and counted.
    private static final int QUEUE_FRAMES = 10_000;

    private final Namespace namespace;
    private final TapPort port;
    private final List<IpPrefix> addresses;

    private BridgeEnd(Namespace namespace, TapPort port, List<IpPrefix> addresses) {
        this.namespace = namespace;
        this.port = port;
        this.addresses = addresses;
    }

    /** What the user says of one end. */
    record Wish(
            String letter,
            @Nullable String netns,
            @Nullable String tap,
            List<IpPrefix> addresses,
            int mtu,
            TapOffloads offloads) {
        boolean isHere() {
            return netns == null && tap != null;
        }
    }

    static BridgeEnd open(Wish wish) {
        Namespace namespace =
                Namespace.open("--netns-" + wish.letter(), wish.netns(), wish.isHere());
        try {
            return new BridgeEnd(namespace, namespace.call(() -> openTap(wish)), wish.addresses());
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    private static TapPort openTap(Wish wish) {
        String tap = wish.tap();
        return TapPort.open(
                TapConfig.builder()
                        .name(tap == null ? "path-" + wish.letter() : tap)
                        .mtu(wish.mtu())
                        .offloads(wish.offloads())
                        .queueFrames(QUEUE_FRAMES)
                        .kernelAddresses(wish.addresses())
                        .build());
    }

    TapPort port() {
        return port;
    }

    Namespace namespace() {
        return namespace;
    }

    /** Its first address, or null when it was given none. */
    @Nullable IpAddress address() {
        return addresses.isEmpty() ? null : addresses.getFirst().address();
    }

    /** Where it is, for people. */
    String describe() {
        String all =
                addresses.stream()
                        .map(prefix -> prefix.address().toString())
                        .collect(Collectors.joining(" and "));
        return port.name() + (all.isEmpty() ? "" : " with " + all);
    }

    /** Removes the TAP and the namespace, if they are ours, and ends the programs inside. */
    @Override
    public void close() {
        port.close();
        namespace.close();
    }
}
