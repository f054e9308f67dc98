package io.ringway.netty.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.ringway.IdleStrategy;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.netty.RingwayDatagramChannel;
import io.ringway.netty.RingwayIoHandler;
import io.ringway.netty.RingwayServerSocketChannel;
import io.ringway.netty.RingwaySocketChannel;
import io.ringway.nio.Doors;
import io.ringway.nio.RingwaySelectorProvider;
import io.ringway.nio.StackDirectory;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What Netty's test suite runs on here: one stack whose connections are to itself, with three
 * lanes, so that servers and their connections are on different event loops. It lives as long as
 * the JVM.
 */
final class RingwayPermutation {
    private static final Stack STACK =
            Stack.open(
                    StackConfig.builder()
                            .address("198.18.0.1/24")
                            .address("2001:2::1/64")
                            .gateway("198.18.0.254")
                            .lanes(3)
                            .idle(IdleStrategy.POLL)
                            .build(),
                    LinkPort.pair(LinkConfig.builder().mtu(16_384).build()).a());

    private static final EventLoopGroup GROUP = RingwayIoHandler.newGroup(STACK);

    static {
        // Some tests have a peer of java.nio or java.net: the other door, on the same stack.
        RingwaySelectorProvider.use(StackDirectory.of(STACK));
        try {
            Doors.install();
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    private RingwayPermutation() {}

    static List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> sockets() {
        return List.of(
                new BootstrapComboFactory<>() {
                    @Override
                    public ServerBootstrap newServerInstance() {
                        return server();
                    }

                    @Override
                    public Bootstrap newClientInstance() {
                        return client();
                    }
                });
    }

    static List<BootstrapComboFactory<Bootstrap, Bootstrap>> datagrams() {
        return List.of(
                new BootstrapComboFactory<>() {
                    @Override
                    public Bootstrap newServerInstance() {
                        return datagram();
                    }

                    @Override
                    public Bootstrap newClientInstance() {
                        return datagram();
                    }
                });
    }

    static List<BootstrapFactory<ServerBootstrap>> servers() {
        return List.of(RingwayPermutation::server);
    }

    static List<BootstrapFactory<Bootstrap>> clients() {
        return List.of(RingwayPermutation::client);
    }

    static List<BootstrapFactory<Bootstrap>> datagramClients() {
        return List.of(RingwayPermutation::datagram);
    }

    private static ServerBootstrap server() {
        return new ServerBootstrap().group(GROUP).channel(RingwayServerSocketChannel.class);
    }

    private static Bootstrap client() {
        return new Bootstrap().group(GROUP).channel(RingwaySocketChannel.class);
    }

    private static Bootstrap datagram() {
        return new Bootstrap().group(GROUP).channel(RingwayDatagramChannel.class);
    }
}
