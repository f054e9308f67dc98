package io.ringway.netty;

import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.ringway.LaneDriver;
import io.ringway.Stack;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Deals the lanes of a stack to the event loops of one group. Any thread. */
final class LaneLoops {
    private final Stack stack;
    private final RetainLimit limit;
    private final ArrayDeque<LaneDriver> undriven = new ArrayDeque<>();
    private final List<RingwayIoHandler> handlers = new ArrayList<>();
    private boolean isStarted;

    LaneLoops(Stack stack, RetainLimit limit) {
        this.stack = stack;
        this.limit = limit;
    }

    Stack stack() {
        return stack;
    }

    /** A handler that drives the next lane. The first one takes all lanes for this group. */
    synchronized RingwayIoHandler newHandler(ThreadAwareExecutor executor) {
        if (!(executor instanceof IoEventLoop loop)) {
            throw new IllegalArgumentException(
                    "RingwayIoHandler runs in an IoEventLoop, as MultiThreadIoEventLoopGroup makes"
                            + " them; given "
                            + executor.getClass().getName());
        }
        if (handlers.isEmpty()) {
            takeLanes();
        }
        LaneDriver driver = undriven.poll();
        if (driver == null) {
            throw new IllegalStateException(
                    "the group has more threads than the stack has lanes, which are "
                            + stack.laneCount()
                            + ": make it with RingwayIoHandler.newGroup(stack), or new"
                            + " MultiThreadIoEventLoopGroup(stack.laneCount(), factory)");
        }
        RingwayIoHandler handler = new RingwayIoHandler(this, driver, loop, limit);
        handlers.add(handler);
        return handler;
    }

    private void takeLanes() {
        isStarted = false;
        try {
            for (int i = 0; i < stack.laneCount(); i++) {
                undriven.add(stack.takeLane());
            }
        } catch (IllegalStateException refused) {
            releaseUndriven();
            throw new IllegalStateException(
                    "cannot drive the stack by event loops: "
                            + refused.getMessage()
                            + ". One group drives all lanes of a stack that is not started, and is"
                            + " both parent and child group of servers",
                    refused);
        }
    }

    private void releaseUndriven() {
        undriven.forEach(LaneDriver::release);
        undriven.clear();
    }

    /**
     * Has all event loops run, since a lane that is not driven receives nothing and answers nobody.
     *
     * @throws IllegalStateException when there are fewer of them than lanes
     */
    synchronized void start() {
        if (isStarted) {
            return;
        }
        if (!undriven.isEmpty()) {
            throw new IllegalStateException(
                    "the group has "
                            + handlers.size()
                            + " threads and the stack "
                            + stack.laneCount()
                            + " lanes, and those that nobody drives would answer nobody: make it"
                            + " with RingwayIoHandler.newGroup(stack)");
        }
        isStarted = true;
        for (RingwayIoHandler handler : handlers) {
            if (!handler.loop().inEventLoop()) {
                handler.loop().execute(() -> {});
            }
        }
    }

    /** The event loop of a handler has ended. */
    synchronized void remove(RingwayIoHandler handler) {
        handlers.remove(handler);
        handler.driver().release();
        if (handlers.isEmpty()) {
            releaseUndriven();
        }
    }
}
