package io.ringway.bench.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.ip.DuplicateDetection;
import io.ringway.linux.TapConfig;
import io.ringway.linux.TapPort;
import io.ringway.netty.RingwayIoHandler;
import io.ringway.netty.RingwayServerSocketChannel;
import io.ringway.wire.IpPrefix;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A way on which a Netty server is reached from a client on the kernel's TCP. */
enum NettyWay {
    DOOR("Netty on Ringway, its own transport", "198.18.0.2"),
    PROVIDER("Netty on Ringway, SelectorProvider", "198.18.2.2"),
    EPOLL("Netty epoll on the kernel, veth", "198.18.1.2"),
    NIO("Netty NIO on the kernel, veth", "198.18.1.3");

    /** The TAP that the provider opens, which is there before it. */
    static final String PROVIDER_TAP = "http1";

    static final int PORT = 8080;
    private static final int BACKLOG = 4096;

    private final String label;
    private final String address;

    NettyWay(String label, String address) {
        this.label = label;
        this.address = address;
    }

    String label() {
        return label;
    }

    String address() {
        return address;
    }

    boolean isOnKernel() {
        return this == EPOLL || this == NIO;
    }

    /** The command line of a process that serves on this way; its argument is the way's name. */
    List<String> command(Class<?> program) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-XX:+UseSerialGC",
                                "-XX:+UseCompactObjectHeaders",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path")));
        if (this == PROVIDER) {
            command.addAll(
                    List.of(
                            "-Djava.nio.channels.spi.SelectorProvider="
                                    + "io.ringway.nio.RingwaySelectorProvider",
                            "-Dringway.port=" + PROVIDER_TAP,
                            "-Dringway.address=" + address + "/24"));
        }
        command.addAll(List.of(program.getName(), name()));
        return command;
    }

    /** Listens on this way, says "ready", and serves until the process is killed. */
    void serve(Consumer<ChannelPipeline> pipeline) throws InterruptedException {
        switch (this) {
            case DOOR ->
                    serve(
                            RingwayIoHandler.newFactory(openStack()),
                            RingwayServerSocketChannel.class,
                            pipeline);
            case PROVIDER, NIO ->
                    serve(NioIoHandler.newFactory(), NioServerSocketChannel.class, pipeline);
            case EPOLL ->
                    serve(EpollIoHandler.newFactory(), EpollServerSocketChannel.class, pipeline);
        }
    }

    private Stack openStack() {
        TapConfig tap =
                TapConfig.builder()
                        .kernelAddresses(List.of(IpPrefix.parse("198.18.0.1/24")))
                        .build();
        StackConfig config =
                StackConfig.builder()
                        .address(address + "/24")
                        .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                        .build();
        return Stack.open(config, TapPort.open(tap));
    }

    private void serve(
            IoHandlerFactory transport,
            Class<? extends ServerChannel> channel,
            Consumer<ChannelPipeline> pipeline)
            throws InterruptedException {
        MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, transport);
        Channel server =
                new ServerBootstrap()
                        .group(loop)
                        .channel(channel)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel each) {
                                        pipeline.accept(each.pipeline());
                                    }
                                })
                        .bind(address, PORT)
                        .sync()
                        .channel();
        System.out.println("ready");
        server.closeFuture().sync();
    }
}
