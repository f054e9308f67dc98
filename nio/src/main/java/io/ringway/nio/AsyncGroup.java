package io.ringway.nio;

import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Channels, the pool that runs their handlers, and the thread that does what they began. */
final class AsyncGroup extends AsynchronousChannelGroup {
    private final SelectorProvider channels;
    private final ExecutorService pool;
    private final AsyncReactor reactor;
    private final Set<AsyncEndpoint> endpoints = new HashSet<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean isShutdown;
    private boolean isTerminated;

    /**
     * @param channels what the channels below are made by
     * @param pool shut down when the group ends
     */
    AsyncGroup(
            AsynchronousChannelProvider provider, SelectorProvider channels, ExecutorService pool)
            throws IOException {
        super(provider);
        this.channels = channels;
        this.pool = pool;
        this.reactor = new AsyncReactor(channels.openSelector());
        Thread _ = Thread.ofPlatform().daemon().name("ringway-async").start(this::run);
    }

    private void run() {
        try {
            reactor.run();
        } finally {
            pool.shutdown();
            ended.countDown();
        }
    }

    SelectorProvider channels() {
        return channels;
    }

    ExecutorService pool() {
        return pool;
    }

    AsyncReactor reactor() {
        return reactor;
    }

    synchronized void add(AsyncEndpoint endpoint) {
        if (isShutdown) {
            throw new ShutdownChannelGroupException();
        }
        endpoints.add(endpoint);
    }

    synchronized void remove(AsyncEndpoint endpoint) {
        if (endpoints.remove(endpoint)) {
            endIfEmpty();
        }
    }

    private void endIfEmpty() {
        if (isShutdown && endpoints.isEmpty() && !isTerminated) {
            isTerminated = true;
            reactor.stop();
        }
    }

    synchronized void requireRunning() {
        if (isShutdown) {
            throw new ShutdownChannelGroupException();
        }
    }

    @Override
    public synchronized boolean isShutdown() {
        return isShutdown;
    }

    @Override
    public boolean isTerminated() {
        return ended.getCount() == 0 && pool.isTerminated();
    }

    @Override
    public synchronized void shutdown() {
        isShutdown = true;
        endIfEmpty();
    }

    @Override
    public void shutdownNow() throws IOException {
        List<AsyncEndpoint> open;
        synchronized (this) {
            isShutdown = true;
            open = List.copyOf(endpoints);
        }
        for (AsyncEndpoint endpoint : open) {
            endpoint.close();
        }
        shutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long deadlineNs = System.nanoTime() + unit.toNanos(timeout);
        return ended.await(timeout, unit)
                && pool.awaitTermination(
                        Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
}
