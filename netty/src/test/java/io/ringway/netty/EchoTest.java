package io.ringway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Octets there and back, over one lane and several. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // Of sync(), which throws.
class EchoTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whatIsSentComesBack(int lanes) throws Exception {
        try (TwoStacks stacks = new TwoStacks(lanes, RetainLimit.DEFAULT, b -> b)) {
            listen(stacks, 7, new Echo());
            byte[] octets = new byte[3_000_000];
            new Random(4).nextBytes(octets);
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            Channel client = connect(stacks, 7, new Collector(octets.length, answer));
            client.writeAndFlush(Unpooled.wrappedBuffer(octets)).sync();
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(octets);
            client.close().sync();
        }
    }

    @Test
    void aConnectionIsOnTheEventLoopOfItsLane() throws Exception {
        try (TwoStacks stacks = new TwoStacks(3, RetainLimit.DEFAULT, b -> b)) {
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            listen(
                    stacks,
                    7,
                    new Echo() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            assertThat(context.channel().eventLoop().inEventLoop()).isTrue();
                            assertThat(RingwayIoHandler.current().lane().isOnLane()).isTrue();
                            threads.add(Thread.currentThread());
                            super.channelRead(context, message);
                        }

                        @Override
                        public boolean isSharable() {
                            return true;
                        }
                    });
            for (int i = 0; i < 24; i++) {
                CompletableFuture<byte[]> answer = new CompletableFuture<>();
                Channel client = connect(stacks, 7, new Collector(4, answer));
                client.writeAndFlush(Unpooled.copyInt(i)).sync();
                assertThat(answer.get(30, TimeUnit.SECONDS)).containsExactly(0, 0, 0, i);
                client.close().sync();
            }
            assertThat(threads).hasSize(3);
        }
    }

    static Channel listen(TwoStacks stacks, int port, ChannelInboundHandlerAdapter handler)
            throws InterruptedException {
        return new ServerBootstrap()
                .group(stacks.groupA)
                .channel(RingwayServerSocketChannel.class)
                .childHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline().addLast(handler);
                            }
                        })
                .bind(port)
                .sync()
                .channel();
    }

    static Channel connect(TwoStacks stacks, int port, ChannelInboundHandlerAdapter handler)
            throws InterruptedException {
        return new Bootstrap()
                .group(stacks.groupB)
                .channel(RingwaySocketChannel.class)
                .handler(handler)
                .connect(TwoStacks.addressOfA(port))
                .sync()
                .channel();
    }

    /** Answers with the very buffer that it was given. */
    static class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }

    /** Tells when so many octets have come. */
    static class Collector extends SimpleChannelInboundHandler<ByteBuf> {
        private final byte[] octets;
        private final CompletableFuture<byte[]> all;
        private int count;

        Collector(int length, CompletableFuture<byte[]> all) {
            this.octets = new byte[length];
            this.all = all;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            int length = message.readableBytes();
            message.readBytes(octets, count, length);
            count += length;
            if (count == octets.length) {
                all.complete(octets);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            all.completeExceptionally(cause);
        }
    }
}
