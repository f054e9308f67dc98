package io.ringway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.ringway.memory.Counter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Received frames as buffers: kept, released late, elsewhere, in another order, and too many. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // Of sync(), which throws.
class FramesTest {
    private static final int OCTETS = 400_000;

    @Test
    void whatIsReadIsTheFrameItself() throws Exception {
        try (TwoStacks stacks = new TwoStacks()) {
            Keeper keeper = keep(stacks, 10_000);
            List<ByteBuf> kept = keeper.all.get(30, TimeUnit.SECONDS);
            assertThat(kept).allMatch(FrameByteBuf.class::isInstance);
            assertThat(octets(kept)).isEqualTo(keeper.sent);
            assertThat(freeFrames(stacks)).isLessThan(2048);
            // In another order, and on another thread than the lane's.
            for (ByteBuf buffer : kept.reversed()) {
                assertThat(buffer.release()).isTrue();
            }
            awaitAllFree(stacks);
            assertThat(stacks.a.counter(Counter.NETTY_COPIED)).isZero();
        }
    }

    @Test
    void whatIsKeptBeyondTheLimitIsCopied() throws Exception {
        try (TwoStacks stacks = new TwoStacks(1, new RetainLimit(1), b -> b)) {
            Keeper keeper = keep(stacks, OCTETS);
            List<ByteBuf> kept = keeper.all.get(30, TimeUnit.SECONDS);
            assertThat(octets(kept)).isEqualTo(keeper.sent);
            assertThat(kept.stream().filter(FrameByteBuf.class::isInstance).count()).isEqualTo(20);
            assertThat(stacks.a.counter(Counter.NETTY_COPIED)).isEqualTo(kept.size() - 20L);
            kept.forEach(ByteBuf::release);
            awaitAllFree(stacks);
        }
    }

    @Test
    void aBufferThatIsMadeLongerMovesOutOfItsFrame() throws Exception {
        try (TwoStacks stacks = new TwoStacks()) {
            Keeper keeper = keep(stacks, 1000);
            ByteBuf first = keeper.all.get(30, TimeUnit.SECONDS).getFirst();
            int length = first.readableBytes();
            byte[] before = ByteBufUtil.getBytes(first);
            first.writeBytes(new byte[100_000]);
            assertThat(first.readableBytes()).isEqualTo(length + 100_000);
            assertThat(ByteBufUtil.getBytes(first, first.readerIndex(), length)).isEqualTo(before);
            keeper.all.get().forEach(ByteBuf::release);
            awaitAllFree(stacks);
        }
    }

    @Test
    void withAutoReadOffOctetsStayWithThePeer() throws Exception {
        try (TwoStacks stacks = new TwoStacks()) {
            CompletableFuture<Channel> accepted = new CompletableFuture<>();
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            var collector =
                    new EchoTest.Collector(4 * OCTETS, answer) {
                        @Override
                        public void channelActive(ChannelHandlerContext context) {
                            context.channel().config().setAutoRead(false);
                            accepted.complete(context.channel());
                        }
                    };
            EchoTest.listen(stacks, 9, collector);
            Channel client = EchoTest.connect(stacks, 9, new ChannelInboundHandlerAdapter() {});
            client.config().setOption(io.netty.channel.ChannelOption.SO_SNDBUF, 65_536);
            var written = client.writeAndFlush(Unpooled.wrappedBuffer(new byte[4 * OCTETS]));
            Channel server = accepted.get(30, TimeUnit.SECONDS);
            // What a window and a send buffer hold has left, and then nothing moves.
            assertThat(written.await(300)).isFalse();
            assertThat(answer).isNotDone();
            server.config().setAutoRead(true);
            assertThat(answer.get(30, TimeUnit.SECONDS)).hasSize(4 * OCTETS);
            written.sync();
        }
    }

    private static Keeper keep(TwoStacks stacks, int length) throws Exception {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        Keeper keeper = new Keeper(octets);
        EchoTest.listen(stacks, 9, keeper);
        Channel client = EchoTest.connect(stacks, 9, new ChannelInboundHandlerAdapter() {});
        client.writeAndFlush(Unpooled.wrappedBuffer(octets)).sync();
        return keeper;
    }

    private static byte[] octets(List<ByteBuf> buffers) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf buffer : buffers) {
            all.writeBytes(buffer, buffer.readerIndex(), buffer.readableBytes());
        }
        return ByteBufUtil.getBytes(all);
    }

    private static int freeFrames(TwoStacks stacks) {
        return stacks.a.lane(0).submit(() -> stacks.a.lane(0).frames().freeSmallCount()).join();
    }

    /** What is released elsewhere goes home by a task of the event loop. */
    private static void awaitAllFree(TwoStacks stacks) throws Exception {
        closeAll(stacks.groupB);
        for (int i = 0; i < 30_000 && freeFrames(stacks) < 2048; i++) {
            Thread.onSpinWait();
        }
        assertThat(freeFrames(stacks)).isEqualTo(2048);
    }

    private static void closeAll(EventLoopGroup group) throws InterruptedException {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS);
    }

    /** Keeps what it reads. */
    private static final class Keeper extends ChannelInboundHandlerAdapter {
        final byte[] sent;
        final CompletableFuture<List<ByteBuf>> all = new CompletableFuture<>();
        private final List<ByteBuf> kept = new ArrayList<>();
        private int count;

        Keeper(byte[] sent) {
            this.sent = sent;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf octets = (ByteBuf) message;
            kept.add(octets);
            count += octets.readableBytes();
            if (count == sent.length) {
                all.complete(kept);
            }
        }
    }
}
