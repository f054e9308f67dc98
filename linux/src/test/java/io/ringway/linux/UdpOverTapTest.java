package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.UdpBatch;
import io.ringway.UdpChannel;
import io.ringway.memory.Counter;
import io.ringway.testkit.Privileged;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** UDP channels of several lanes on a TAP: the other side is a socket of the kernel. */
@Privileged
@Timeout(60)
class UdpOverTapTest {
    private static final int PATIENCE_MS = 10_000;
    private static final int SIZE = 1000;
    private static final int COUNT = 45;

    private final NetNamespace namespace = NetNamespace.create();
    private Stack stack;

    private void start(TapOffloads offloads) {
        var tap =
                TapConfig.builder()
                        .offloads(offloads)
                        .kernelAddresses(
                                List.of(
                                        IpPrefix.parse("198.18.0.1/24"),
                                        IpPrefix.parse("2001:2::1/64")))
                        .build();
        var port = namespace.call(() -> TapPort.open(tap));
        stack =
                Stack.open(
                        StackConfig.builder()
                                .address("198.18.0.2/24")
                                .address("2001:2::2/64")
                                .lanes(2)
                                .build(),
                        port);
        stack.start();
    }

    @AfterEach
    void close() {
        if (stack != null) {
            stack.close();
        }
        namespace.close();
    }

    private UdpChannel open() {
        UdpChannel channel = stack.openUdpChannel(new Endpoint(IpAddress.ANY_IPV6, 0));
        channel.receiveTimeout(Duration.ofMillis(PATIENCE_MS));
        return channel;
    }

    private DatagramSocket kernel() throws IOException {
        DatagramSocket socket = TapFixture.inside(namespace, DatagramSocket::new);
        socket.setSoTimeout(PATIENCE_MS);
        socket.setReceiveBufferSize(1 << 20);
        return socket;
    }

    /** One datagram there, and one back, so that both know the other's link address. */
    private static void greet(UdpChannel channel, DatagramSocket kernel, String to)
            throws IOException {
        channel.send(Endpoint.parse(to + ":" + kernel.getLocalPort()), new byte[1]);
        var heard = new DatagramPacket(new byte[9], 9);
        kernel.receive(heard);
        kernel.send(new DatagramPacket(new byte[2], 2, heard.getSocketAddress()));
        assertThat(channel.receive(new UdpBatch(1, 10))).isEqualTo(1);
    }

    private long superFrames() {
        long sum = 0;
        for (int i = 0; i < stack.laneCount(); i++) {
            sum += stack.lane(i).counters().get(Counter.UDP_SUPER_FRAMES);
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource
    void theKernelGetsEveryDatagramOfOneWrite(TapOffloads offloads) throws IOException {
        start(offloads);
        try (UdpChannel channel = open();
                DatagramSocket kernel = kernel()) {
            for (String to : List.of("198.18.0.1", "[2001:2::1]")) {
                greet(channel, kernel, to);
                UdpBatch batch = new UdpBatch(1, SIZE * COUNT);
                Endpoint peer = Endpoint.parse(to + ":" + kernel.getLocalPort());
                int index = batch.add(peer, SIZE * COUNT - 7);
                for (int i = 0; i < SIZE * COUNT; i++) {
                    batch.memory().set(ValueLayout.JAVA_BYTE, i, (byte) (i / SIZE));
                }
                batch.segmentSize(index, SIZE);
                assertThat(channel.send(batch)).isEqualTo(1);
                for (int i = 0; i < COUNT; i++) {
                    var got = new DatagramPacket(new byte[2 * SIZE], 2 * SIZE);
                    kernel.receive(got);
                    byte[] expected = new byte[i == COUNT - 1 ? SIZE - 7 : SIZE];
                    Arrays.fill(expected, (byte) i);
                    assertThat(Arrays.copyOf(got.getData(), got.getLength())).isEqualTo(expected);
                }
            }
        }
        assertThat(superFrames()).isEqualTo(offloads == TapOffloads.ALL ? 2 : 0);
    }

    @ParameterizedTest
    @EnumSource
    void manySocketsOfTheKernelAreAnsweredInBursts(TapOffloads offloads) throws Exception {
        start(offloads);
        UdpChannel channel = open();
        var answering =
                Thread.ofVirtual()
                        .start(() -> {
                            UdpBatch batch = new UdpBatch(32, 2000);
                            try {
                                while (true) {
                                    int _ = channel.receive(batch);
                                    int _ = channel.send(batch);
                                }
                            } catch (IOException closed) {
                                // The test is over.
                            }
                        });
        var to = new InetSocketAddress("198.18.0.2", channel.local().port());
        for (int i = 0; i < 20; i++) {
            try (DatagramSocket kernel = kernel()) {
                for (int j = 0; j < 10; j++) {
                    byte[] payload = new byte[100 * j];
                    Arrays.fill(payload, (byte) i);
                    kernel.send(new DatagramPacket(payload, payload.length, to));
                }
                for (int j = 0; j < 10; j++) {
                    var back = new DatagramPacket(new byte[2000], 2000);
                    kernel.receive(back);
                    assertThat(back.getLength()).isEqualTo(100 * j);
                    assertThat(back.getSocketAddress()).isEqualTo(to);
                }
            }
        }
        channel.close();
        answering.join();
    }
}
