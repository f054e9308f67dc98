package io.ringway.bench.kernel;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;

import java.io.IOException;
import java.util.List;

/**
 * An echo server on Netty's epoll transport, in a process of its own: one event loop, as our server
 * has one lane and the one in C one thread.
 */
public final class NettyServer {
    private static final int PORT = 7;
    private static final int BACKLOG = 4096;

    private NettyServer() {}

    /**
     * The command that runs it with this process's class path and collector.
     *
     * @param descriptors how many it may have open
     */
    public static List<String> command(String address, int descriptors) {
        return List.of(
                "prlimit",
                "--nofile=" + descriptors,
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                NettyServer.class.getName(),
                address);
    }

    /** Listens on port 7 of the address, says "ready", and runs until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        Epoll.ensureAvailability();
        MultiThreadIoEventLoopGroup loop =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Channel channel =
                new ServerBootstrap()
                        .group(loop)
                        .channel(EpollServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(new Echo.Each())
                        .bind(arguments[0], PORT)
                        .sync()
                        .channel();
        System.out.println("ready");
        channel.closeFuture().sync();
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf octets) {
                ChannelFuture _ = context.write(octets, context.voidPromise());
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Clients end with a RST; of anything else whoever reads the output is to know.
            if (!(cause instanceof IOException)) {
                cause.printStackTrace();
            }
            ChannelFuture _ = context.close();
        }

        private static final class Each extends ChannelInitializer<Channel> {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Echo());
            }
        }
    }
}
