package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.IllegalChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * The door for programs that use asynchronous channels: {@code
 * -Djava.nio.channels.spi.AsynchronousChannelProvider=io.ringway.nio.RingwayAsynchronousChannelProvider}.
 *
 * <p>Its channels are those of {@link RingwaySelectorProvider}, with a group's thread that waits
 * for them; so they go to the kernel where those do. Handlers always run in the group's pool, never
 * on a lane. After a time-out, or a cancellation without interrupt, no octet is lost and the
 * channel can be used further.
 */
public final class RingwayAsynchronousChannelProvider extends AsynchronousChannelProvider {
    private final SelectorProvider channels = new RingwaySelectorProvider();
    private @Nullable AsyncGroup usual;

    /** For the system property and {@link java.util.ServiceLoader}. */
    public RingwayAsynchronousChannelProvider() {}

    @Override
    public AsynchronousChannelGroup openAsynchronousChannelGroup(int threads, ThreadFactory by)
            throws IOException {
        return new AsyncGroup(this, channels, Executors.newFixedThreadPool(threads, by));
    }

    @Override
    public AsynchronousChannelGroup openAsynchronousChannelGroup(
            ExecutorService pool, int initialSize) throws IOException {
        return new AsyncGroup(this, channels, Objects.requireNonNull(pool));
    }

    @Override
    public AsynchronousServerSocketChannel openAsynchronousServerSocketChannel(
            @Nullable AsynchronousChannelGroup group) throws IOException {
        return AsyncServerSocketChannel.open(this, own(group));
    }

    @Override
    public AsynchronousSocketChannel openAsynchronousSocketChannel(
            @Nullable AsynchronousChannelGroup group) throws IOException {
        return AsyncSocketChannel.open(this, own(group));
    }

    private AsyncGroup own(@Nullable AsynchronousChannelGroup group) throws IOException {
        if (group == null) {
            return usual();
        }
        if (!(group instanceof AsyncGroup ours)) {
            throw new IllegalChannelGroupException();
        }
        ours.requireRunning();
        return ours;
    }

    /** The group of channels that name none; its threads do not keep the program running. */
    private synchronized AsyncGroup usual() throws IOException {
        AsyncGroup made = usual;
        if (made == null) {
            ThreadFactory threads =
                    Thread.ofPlatform().daemon().name("ringway-async-handler-", 0).factory();
            made = new AsyncGroup(this, channels, Executors.newCachedThreadPool(threads));
            usual = made;
        }
        return made;
    }
}
