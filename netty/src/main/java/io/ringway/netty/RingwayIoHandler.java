package io.ringway.netty;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.FastThreadLocal;
import io.ringway.Lane;
import io.ringway.LaneDriver;
import io.ringway.Stack;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Makes a Netty event loop drive a lane of a stack: frames are received, pipelines run and what
 * they write is sent in one go on one thread.
 *
 * <pre>{@code
 * Stack stack = Stack.open(StackConfig.builder().address("198.18.0.2/24").lanes(4).build(), port);
 * EventLoopGroup group = RingwayIoHandler.newGroup(stack);
 * new ServerBootstrap()
 *         .group(group)
 *         .channel(RingwayServerSocketChannel.class)
 *         .childHandler(…)
 *         .bind(7);
 * }</pre>
 *
 * <p>The stack is not {@linkplain Stack#start started}. One group drives all of its lanes, and is
 * both the parent and the child group of servers. A connection lives on the lane that its frames
 * come to, so its channel is on the event loop of that lane, whichever event loop the group would
 * have chosen.
 *
 * <p>Shut the group down first and close the stack then. A stack that is closed first takes its
 * channels along.
 */
public final class RingwayIoHandler implements IoHandler {
    private static final FastThreadLocal<RingwayIoHandler> CURRENT = new FastThreadLocal<>();

    private final LaneLoops loops;
    private final LaneDriver driver;
    private final IoEventLoop loop;
    private final FrameBuffers buffers;
    private final Set<RingwayChannel> channels = new LinkedHashSet<>();
    private final ArrayDeque<RingwayChannel> awake = new ArrayDeque<>();

    RingwayIoHandler(LaneLoops loops, LaneDriver driver, IoEventLoop loop, RetainLimit limit) {
        this.loops = loops;
        this.driver = driver;
        this.loop = loop;
        this.buffers = new FrameBuffers(driver, loop, limit);
    }

    /** For a group that drives all lanes of {@code stack}; it needs as many threads as lanes. */
    public static IoHandlerFactory newFactory(Stack stack) {
        return newFactory(stack, RetainLimit.DEFAULT);
    }

    /** The same with another limit for what the application keeps of received frames. */
    public static IoHandlerFactory newFactory(Stack stack, RetainLimit limit) {
        LaneLoops loops = new LaneLoops(stack, limit);
        return loops::newHandler;
    }

    /** A group with an event loop for each lane of {@code stack}. */
    public static MultiThreadIoEventLoopGroup newGroup(Stack stack) {
        return new MultiThreadIoEventLoopGroup(stack.laneCount(), newFactory(stack));
    }

    /** That of the calling thread, which drives a lane. */
    static RingwayIoHandler current() {
        return Objects.requireNonNull(CURRENT.get(), "not on an event loop that drives a lane");
    }

    Stack stack() {
        return loops.stack();
    }

    Lane lane() {
        return driver.lane();
    }

    LaneDriver driver() {
        return driver;
    }

    IoEventLoop loop() {
        return loop;
    }

    FrameBuffers buffers() {
        return buffers;
    }

    @Override
    public void initialize() {
        CURRENT.set(this);
    }

    @Override
    public int run(IoHandlerContext context) {
        int work = runAwake();
        work += driver.runCycle();
        if (driver.isOver() && !channels.isEmpty()) {
            closeChannels();
        }
        if (work == 0 && awake.isEmpty() && context.canBlock()) {
            driver.idle(context.delayNanos(System.nanoTime()));
        }
        return work;
    }

    /** Runs those that were {@linkplain #awaken awakened} before, and not those that are now. */
    private int runAwake() {
        int count = awake.size();
        for (int i = 0; i < count; i++) {
            RingwayChannel channel = awake.remove();
            channel.isAwake = false;
            channel.onAwake();
        }
        return count;
    }

    /**
     * Has {@code channel} called before the next cycle: it wants to do something that it may not do
     * where it is now. The event loop only.
     */
    void awaken(RingwayChannel channel) {
        if (!channel.isAwake) {
            channel.isAwake = true;
            awake.add(channel);
        }
    }

    @Override
    public void prepareToDestroy() {
        closeChannels();
        // So that their RSTs and FINs leave; what a peer does not acknowledge goes with the stack.
        driver.runCycle();
    }

    private void closeChannels() {
        List<RingwayChannel> open = new ArrayList<>(channels);
        for (RingwayChannel channel : open) {
            var _ = channel.close();
        }
    }

    @Override
    public void destroy() {
        CURRENT.remove();
        loops.remove(this);
    }

    @Override
    public IoRegistration register(IoHandle handle) {
        if (!(handle instanceof RingwayIoHandle.OfChannel one)) {
            throw new IllegalArgumentException(
                    "only channels of io.ringway.netty run on a lane; given "
                            + handle.getClass().getName());
        }
        loops.start();
        if (driver.isOver()) {
            throw new IllegalStateException("the stack is closed");
        }
        RingwayChannel channel = one.channel();
        channels.add(channel);
        return new Registration(this, channel);
    }

    @Override
    public void wakeup() {
        if (!loop.inEventLoop()) {
            driver.wake();
        }
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return RingwayIoHandle.class.isAssignableFrom(handleType);
    }

    @Override
    public String toString() {
        return "event loop of " + lane();
    }

    /** A channel's place on its event loop. */
    private static final class Registration implements IoRegistration {
        private final RingwayIoHandler handler;
        private volatile @Nullable RingwayChannel channel;

        Registration(RingwayIoHandler handler, RingwayChannel channel) {
            this.handler = handler;
            this.channel = channel;
        }

        @Override
        @SuppressWarnings({
            "unchecked",
            "TypeParameterUnusedInFormals"
        }) // As the interface has it: who asks knows what it is.
        public <T> T attachment() {
            return (T) handler;
        }

        @Override
        public long submit(IoOps ops) {
            throw new UnsupportedOperationException(
                    "a lane knows by itself what its channels wait for");
        }

        @Override
        public boolean isValid() {
            return channel != null;
        }

        @Override
        public boolean cancel() {
            RingwayChannel registered = channel;
            if (registered == null) {
                return false;
            }
            channel = null;
            if (handler.loop.inEventLoop()) {
                handler.channels.remove(registered);
            } else {
                handler.loop.execute(() -> handler.channels.remove(registered));
            }
            return true;
        }
    }
}
