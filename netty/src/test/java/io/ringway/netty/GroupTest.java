package io.ringway.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.StackException;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;

/** Who drives which lane, what is refused and in which words, and how it ends. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // Of sync(), which throws.
class GroupTest {
    private Stack stack;
    private EventLoopGroup group;

    @BeforeEach
    void open() {
        stack =
                Stack.open(
                        StackConfig.builder().address("198.18.0.1/24").lanes(2).build(),
                        LinkPort.pair(LinkConfig.PLAIN).a());
    }

    @AfterEach
    void close() throws InterruptedException {
        if (group != null) {
            shutDown(group);
        }
        stack.close();
    }

    private static void shutDown(EventLoopGroup group) throws InterruptedException {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS);
    }

    private ServerBootstrap server(EventLoopGroup parent, EventLoopGroup children) {
        return new ServerBootstrap()
                .group(parent, children)
                .channel(RingwayServerSocketChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter() {});
    }

    private Bootstrap client() {
        return new Bootstrap()
                .group(group)
                .channel(RingwaySocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter() {});
    }

    @Test
    void moreThreadsThanLanesAreRefused() {
        assertThatThrownBy(() ->
                        new MultiThreadIoEventLoopGroup(3, RingwayIoHandler.newFactory(stack)))
                .hasStackTraceContaining("more threads than the stack has lanes, which are 2")
                .hasStackTraceContaining("RingwayIoHandler.newGroup(stack)");
        // And what was taken is given back.
        group = RingwayIoHandler.newGroup(stack);
        assertThat(server(group, group).bind(7).awaitUninterruptibly().isSuccess()).isTrue();
    }

    @Test
    void fewerThreadsThanLanesAreRefused() {
        group = new MultiThreadIoEventLoopGroup(1, RingwayIoHandler.newFactory(stack));
        assertThatThrownBy(() -> server(group, group).bind(7).sync())
                .hasStackTraceContaining("1 threads and the stack 2 lanes");
    }

    @Test
    void aStackThatIsStartedIsRefused() {
        stack.start();
        assertThatThrownBy(() -> RingwayIoHandler.newGroup(stack))
                .hasStackTraceContaining("the stack is started already");
    }

    @Test
    void aStackThatHasAGroupIsNotStartedNorGivenToAnother() {
        group = RingwayIoHandler.newGroup(stack);
        assertThatThrownBy(() -> stack.start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("event loops drive the lanes already");
        assertThatThrownBy(() -> RingwayIoHandler.newGroup(stack))
                .hasStackTraceContaining("One group drives all lanes");
    }

    @Test
    void aChildGroupOfAnotherKindIsRefused() throws Exception {
        group = RingwayIoHandler.newGroup(stack);
        EventLoopGroup other = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            ChannelFuture bound = server(group, other).bind(7).sync();
            Channel client = client().connect("198.18.0.1", 7).sync().channel();
            // The acceptor closes what it could not register.
            assertThat(client.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
            bound.channel().close().sync();
        } finally {
            shutDown(other);
        }
    }

    @Test
    void aGroupThatIsShutDownGivesTheLanesBack() throws Exception {
        for (int i = 0; i < 3; i++) {
            group = RingwayIoHandler.newGroup(stack);
            server(group, group).bind(7).sync();
            client().connect("198.18.0.1", 7).sync();
            shutDown(group);
        }
        group = null;
        stack.start();
    }

    @Test
    void aStackThatIsClosedTakesItsChannelsAlong() throws Exception {
        group = RingwayIoHandler.newGroup(stack);
        Channel server = server(group, group).bind(7).sync().channel();
        Channel client = client().connect("198.18.0.1", 7).sync().channel();
        stack.close();
        assertThat(server.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(client.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> client().connect("198.18.0.1", 7).sync())
                .hasStackTraceContaining("the stack is closed");
    }

    @Test
    void bucketsStayWithTheirEventLoops() {
        group = RingwayIoHandler.newGroup(stack);
        assertThatThrownBy(() -> stack.buckets().move(0, 1).join())
                .hasCauseInstanceOf(StackException.class)
                .hasMessageContaining("cannot move");
    }

    @Test
    void whatCannotBeHasTheExceptionsThatUsersKnow() throws Exception {
        group = RingwayIoHandler.newGroup(stack);
        server(group, group).bind(7).sync();
        assertThatThrownBy(() -> server(group, group).bind(7).sync())
                .isInstanceOf(BindException.class);
        assertThatThrownBy(() -> server(group, group).bind("198.18.7.7", 7).sync())
                .isInstanceOf(BindException.class);
        assertThatThrownBy(() -> client().connect("198.18.0.1", 8).sync())
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Connection refused");
        assertThatThrownBy(() -> client().connect("203.0.113.1", 8).sync())
                .isInstanceOf(NoRouteToHostException.class);
        assertThatThrownBy(() ->
                        client().localAddress("198.18.7.7", 0).connect("198.18.0.1", 7).sync())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("Cannot assign requested address");
    }
}
