package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.IdleStrategy;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;

/** Two hosts on a wire in memory: what is sent to a group, and to everybody. */
@Timeout(60)
class GroupsOnTheWireTest {
    private static final String A = "198.18.0.1";
    private static final String B = "198.18.0.2";

    private final RingwaySelectorProvider provider = new RingwaySelectorProvider();
    private final LinkPort.Pair link = LinkPort.pair(LinkConfig.builder().isThreaded(true).build());
    private Stack a;
    private Stack b;
    private Stack here;
    private NetworkInterface any;

    @BeforeEach
    void start() throws IOException {
        any = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
        a = open(A, link.a());
        b = open(B, link.b());
        RingwaySelectorProvider.use(
                new StackDirectory() {
                    @Override
                    public Stack here() {
                        return here;
                    }

                    @Override
                    public Stack owner(InetAddress local) {
                        return IpAddress.of(local).equals(IpAddress.parse(A)) ? a : b;
                    }
                });
    }

    private static Stack open(String address, LinkPort port) {
        Stack stack =
                Stack.open(
                        StackConfig.builder()
                                .address(address + "/24")
                                .idle(IdleStrategy.POLL)
                                .build(),
                        port);
        stack.start();
        return stack;
    }

    @AfterEach
    void stop() {
        RingwaySelectorProvider.use(null);
        a.close();
        b.close();
        link.close();
    }

    private DatagramChannel open(Stack on) throws IOException {
        here = on;
        return provider.openDatagramChannel()
                .setOption(StandardSocketOptions.SO_BROADCAST, true)
                .bind(null);
    }

    private static int port(DatagramChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private static ByteBuffer one(int value) {
        return ByteBuffer.wrap(new byte[] {(byte) value});
    }

    /** Receives one octet. */
    private static int receive(DatagramChannel channel) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(9);
        channel.receive(into);
        return into.get(0);
    }

    @Test
    void whoHasJoinedAGroupReceives() throws IOException {
        for (String name : new String[] {"224.1.2.3", "239.255.0.7"}) {
            InetAddress group = InetAddress.getByName(name);
            try (DatagramChannel sender = open(a);
                    DatagramChannel receiver = open(b)) {
                InetSocketAddress to = new InetSocketAddress(group, port(receiver));
                InetSocketAddress directly = new InetSocketAddress(B, port(receiver));
                sender.send(one(1), to);
                sender.send(one(10), directly);
                assertThat(receive(receiver)).as("not joined").isEqualTo(10);
                MembershipKey key = receiver.join(group, any);
                sender.send(one(2), to);
                assertThat(receive(receiver)).isEqualTo(2);
                key.block(InetAddress.getByName(A));
                sender.send(one(3), to);
                sender.send(one(4), directly);
                assertThat(receive(receiver)).as("blocked").isEqualTo(4);
                key.unblock(InetAddress.getByName(A));
                sender.send(one(5), to);
                assertThat(receive(receiver)).isEqualTo(5);
                key.drop();
                sender.send(one(6), to);
                sender.send(one(7), directly);
                assertThat(receive(receiver)).as("dropped").isEqualTo(7);
                receiver.join(group, any, InetAddress.getByName("198.18.0.9"));
                sender.send(one(8), to);
                sender.send(one(9), directly);
                assertThat(receive(receiver)).as("another source").isEqualTo(9);
            }
        }
    }

    @Test
    void severalThatReuseThePortAllReceiveAndTheSenderTooUnlessItDoesNotWant() throws IOException {
        InetAddress group = InetAddress.getByName("224.1.2.3");
        try (DatagramChannel first = reusing(a, 0);
                DatagramChannel second = reusing(a, port(first));
                DatagramChannel far = reusing(b, port(first))) {
            InetSocketAddress to = new InetSocketAddress(group, port(first));
            for (DatagramChannel each : new DatagramChannel[] {first, second, far}) {
                each.join(group, any);
            }
            first.send(one(1), to);
            assertThat(receive(first)).isEqualTo(1);
            assertThat(receive(second)).isEqualTo(1);
            assertThat(receive(far)).isEqualTo(1);
            first.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false);
            first.send(one(2), to);
            assertThat(receive(far)).isEqualTo(2);
            second.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
            second.send(one(3), to);
            assertThat(receive(first)).as("2 was for others").isEqualTo(3);
            assertThat(receive(second)).isEqualTo(3);
            far.configureBlocking(false);
            assertThat(far.receive(ByteBuffer.allocate(9))).as("3 stayed").isNull();
        }
    }

    private DatagramChannel reusing(Stack on, int port) throws IOException {
        here = on;
        return provider.openDatagramChannel()
                .setOption(StandardSocketOptions.SO_REUSEADDR, true)
                .bind(new InetSocketAddress(port));
    }

    @Test
    void everybodyReceivesABroadcast() throws IOException {
        try (DatagramChannel sender = open(a);
                DatagramChannel receiver = open(b)) {
            for (String all : new String[] {"255.255.255.255", "198.18.0.255"}) {
                sender.send(one(1), new InetSocketAddress(all, port(receiver)));
                assertThat(receive(receiver)).isEqualTo(1);
            }
        }
    }

    @Test
    void aSocketJoinsToo() throws IOException {
        InetSocketAddress group = new InetSocketAddress("224.1.2.3", 0);
        try (DatagramChannel sender = open(a);
                DatagramChannel receiver = open(b)) {
            receiver.socket().joinGroup(group, null);
            sender.send(one(2), new InetSocketAddress(group.getAddress(), port(receiver)));
            assertThat(receive(receiver)).isEqualTo(2);
            receiver.socket().leaveGroup(group, null);
        }
    }
}
