package io.ringway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Groups on a wire between two stacks of two lanes. */
@Timeout(60)
class MulticastTest {
    private static final InetAddress GROUP = InetAddress.ofLiteral("239.1.2.3");
    private static final InetAddress A = InetAddress.ofLiteral("198.18.0.1");

    private final TwoStacks stacks = new TwoStacks(2, RetainLimit.DEFAULT, builder -> builder);
    private final NetworkInterface by;

    MulticastTest() throws Exception {
        by = NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1"));
    }

    @AfterEach
    void close() {
        stacks.close();
    }

    /** A channel, and the first octet of all that has come to it. */
    private static final class Member extends SimpleChannelInboundHandler<DatagramPacket> {
        private final LinkedBlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        private final DatagramChannel channel;

        Member(EventLoopGroup group, int port) throws InterruptedException {
            Channel bound =
                    new Bootstrap()
                            .group(group)
                            .channel(RingwayDatagramChannel.class)
                            .option(ChannelOption.SO_REUSEADDR, true)
                            .handler(this)
                            .bind(port)
                            .sync()
                            .channel();
            channel = (DatagramChannel) bound;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            received.add((int) packet.content().getByte(0));
        }

        int take() throws InterruptedException {
            Integer first = received.poll(30, TimeUnit.SECONDS);
            return first == null ? -1 : first;
        }

        int port() {
            return channel.localAddress().getPort();
        }

        void send(int value, InetSocketAddress to) throws InterruptedException {
            var _ =
                    channel.writeAndFlush(
                                    new DatagramPacket(
                                            Unpooled.wrappedBuffer(new byte[] {(byte) value}), to))
                            .sync();
        }
    }

    @Test
    void membersOfBothStacksHear() throws InterruptedException {
        Member first = new Member(stacks.groupA, 0);
        Member second = new Member(stacks.groupA, first.port());
        Member far = new Member(stacks.groupB, first.port());
        InetSocketAddress to = new InetSocketAddress(GROUP, first.port());
        for (Member each : new Member[] {first, second, far}) {
            var _ = each.channel.joinGroup(to, by).sync();
        }
        first.send(1, to);
        assertThat(new int[] {first.take(), second.take(), far.take()}).containsOnly(1);
        first.channel.config().setLoopbackModeDisabled(true);
        first.send(2, to);
        assertThat(far.take()).isEqualTo(2);
        first.channel.config().setLoopbackModeDisabled(false).setTimeToLive(0);
        first.send(3, to);
        assertThat(new int[] {first.take(), second.take()}).as("not 2").containsOnly(3);
        assertThat(far.received).isEmpty();
    }

    @Test
    void sourcesAreChosenBlockedAndLeft() throws InterruptedException {
        Member sender = new Member(stacks.groupA, 0);
        Member member = new Member(stacks.groupB, 0);
        InetSocketAddress to = new InetSocketAddress(GROUP, member.port());
        InetSocketAddress directly =
                new InetSocketAddress(InetAddress.ofLiteral("198.18.0.2"), member.port());
        var _ = member.channel.joinGroup(GROUP, by, A).sync();
        sender.send(1, to);
        assertThat(member.take()).isEqualTo(1);
        var _ = member.channel.leaveGroup(GROUP, by, A).sync();
        sender.send(2, to);
        sender.send(3, directly);
        assertThat(member.take()).as("left").isEqualTo(3);
        var _ = member.channel.joinGroup(GROUP).sync();
        var _ = member.channel.block(GROUP, A).sync();
        sender.send(4, to);
        sender.send(5, directly);
        assertThat(member.take()).as("blocked").isEqualTo(5);
        assertThat(member.channel.joinGroup(A).await().cause()).hasMessageContaining("multicast");
    }

    @Test
    void optionsAreKept() throws InterruptedException {
        Member member = new Member(stacks.groupA, 0);
        var config = member.channel.config();
        assertThat(config.getTimeToLive()).isEqualTo(1);
        assertThat(config.isLoopbackModeDisabled()).isFalse();
        assertThat(config.getNetworkInterface()).isNull();
        assertThat(config.setOption(ChannelOption.IP_MULTICAST_IF, by)).isTrue();
        assertThat(config.getNetworkInterface()).isEqualTo(by);
        assertThat(by.inetAddresses().toList()).contains(config.getInterface());
        assertThat(config.setOption(ChannelOption.IP_MULTICAST_TTL, 9)).isTrue();
        assertThat(config.getOption(ChannelOption.IP_MULTICAST_TTL)).isEqualTo(9);
    }
}
