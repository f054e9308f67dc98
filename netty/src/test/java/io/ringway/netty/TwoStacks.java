package io.ringway.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.ringway.IdleStrategy;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Two stacks on a link in one JVM, each with an event loop group of its own. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty gives a future to say nothing more.
final class TwoStacks implements AutoCloseable {
    private final LinkPort.Pair link;
    final Stack a;
    final Stack b;
    final EventLoopGroup groupA;
    final EventLoopGroup groupB;

    TwoStacks() {
        this(1, RetainLimit.DEFAULT, builder -> builder);
    }

    TwoStacks(int lanes, RetainLimit limit, UnaryOperator<StackConfig.Builder> change) {
        link = LinkPort.pair(LinkConfig.builder().isThreaded(true).build());
        a = open("198.18.0.1/24", link.a(), lanes, change);
        b = open("198.18.0.2/24", link.b(), lanes, change);
        groupA = group(a, limit);
        groupB = group(b, limit);
    }

    private static Stack open(
            String address, LinkPort port, int lanes, UnaryOperator<StackConfig.Builder> change) {
        StackConfig.Builder builder =
                StackConfig.builder()
                        .address(address)
                        .lanes(lanes)
                        .smallFrames(2048)
                        .largeFrames(16)
                        .maxConnections(4096)
                        .idle(IdleStrategy.POLL);
        return Stack.open(change.apply(builder).build(), port);
    }

    private static EventLoopGroup group(Stack stack, RetainLimit limit) {
        IoHandlerFactory factory = RingwayIoHandler.newFactory(stack, limit);
        return new MultiThreadIoEventLoopGroup(stack.laneCount(), factory);
    }

    static InetSocketAddress addressOfA(int port) {
        return new InetSocketAddress("198.18.0.1", port);
    }

    @Override
    public void close() {
        groupA.shutdownGracefully(0, 10, TimeUnit.SECONDS)
                .awaitUninterruptibly(20, TimeUnit.SECONDS);
        groupB.shutdownGracefully(0, 10, TimeUnit.SECONDS)
                .awaitUninterruptibly(20, TimeUnit.SECONDS);
        a.close();
        b.close();
        link.close();
    }
}
