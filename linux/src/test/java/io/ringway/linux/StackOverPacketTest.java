package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.Stack;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.memory.Counter;
import io.ringway.port.PortException;
import io.ringway.testkit.Privileged;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The whole stack on AF_PACKET: a kernel connects to it, alone at its address or sharing it. */
@Privileged
@Timeout(120)
class StackOverPacketTest {
    private static final long OUR_MAC = 0x0200_0000_0077L;
    private static final int PATIENCE_MS = 20_000;
    private static final int KERNEL_PORT = 2_222;

    private final PacketLab lab = new PacketLab();
    private Stack stack;

    @AfterEach
    void close() {
        if (stack != null) {
            stack.close();
        }
        lab.close();
    }

    private static PacketConfig.Builder alone() {
        return PacketConfig.builder("near").macAddress(OUR_MAC);
    }

    @ParameterizedTest
    @EnumSource
    void megabytesComeBack(PacketReceive receive) throws Exception {
        stack = lab.start(alone().receive(receive).build());
        for (String address : PacketLab.OUR_ADDRESSES) {
            assertThat(lab.echoes(address, 8 << 20)).isTrue();
        }
        assertThat(count(Counter.TCP_BAD_CHECKSUM)).isZero();
        assertThat(count(Counter.PORT_TRANSMIT_ERROR)).isZero();
    }

    @Test
    void manyConnectionsAtOnce() throws Exception {
        stack = lab.start(alone().build());
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sockets.add(lab.connect("198.18.0.2", PacketLab.ECHO_PORT));
        }
        for (int i = 0; i < 50; i++) {
            sockets.get(i).getOutputStream().write(new byte[] {(byte) i, 1});
        }
        for (int i = 0; i < 50; i++) {
            assertThat(sockets.get(i).getInputStream().readNBytes(2))
                    .containsExactly((byte) i, (byte) 1);
            sockets.get(i).close();
        }
    }

    @Test
    void eachLaneHasAQueueAndItsOwnFlowsComeToIt() throws Exception {
        stack = lab.start(alone().queues(2).build(), 2);
        for (int i = 0; i < 20; i++) {
            String address = PacketLab.OUR_ADDRESSES[i % 2];
            assertThat(lab.echoes(address, i < 2 ? 4 << 20 : 1_000)).isTrue();
        }
        for (int i = 0; i < 2; i++) {
            assertThat(stack.lane(i).counters().get(Counter.FRAMES_RECEIVED)).isPositive();
            assertThat(stack.lane(i).counters().get(Counter.TCP_OPENED_PASSIVE)).isPositive();
        }
        // Only what every lane must hear of, ARP and neighbour discovery, goes from one to another.
        assertThat(stack.counter(Counter.LANE_HANDED_OVER)).isLessThan(100);
    }

    @Test
    void anIdleStackSleepsAndWakesUp() throws Exception {
        stack = lab.start(alone().build());
        for (int i = 0; i < 3; i++) {
            assertThat(lab.echoes("198.18.0.2", 1)).isTrue();
            long before = count(Counter.CYCLES);
            inside(lab.theirs, () -> InetAddress.getByName("198.18.0.3").isReachable(300));
            // Spinning it would be hundreds of thousands.
            assertThat(count(Counter.CYCLES) - before).isLessThan(20_000);
        }
    }

    @Test
    void aLinkThatWasDownDoesNotKeepTheLaneBusy() throws Exception {
        stack = lab.start(alone().build());
        assertThat(lab.echoes("198.18.0.2", 1)).isTrue();
        lab.ours.output("ip", "link", "set", "near", "down");
        long before = count(Counter.CYCLES);
        inside(lab.theirs, () -> InetAddress.getByName("198.18.0.3").isReachable(300));
        assertThat(count(Counter.CYCLES) - before).isLessThan(20_000);
        lab.ours.output("ip", "link", "set", "near", "up");
        assertThat(lab.echoes("198.18.0.2", 100_000)).isTrue();
    }

    @Test
    void theKernelAndWeShareAnAddress() throws Exception {
        lab.giveKernelOurAddresses();
        stack = lab.start(sharing());
        var address = InetAddress.getByName("198.18.0.2");
        try (var kernels = inside(lab.ours, () -> new ServerSocket(KERNEL_PORT, 5, address))) {
            kernels.setSoTimeout(PATIENCE_MS);
            for (int i = 0; i < 20; i++) {
                for (String ours : PacketLab.OUR_ADDRESSES) {
                    assertThat(lab.echoes(ours, i == 0 ? 2 << 20 : 100)).isTrue();
                }
                try (var client = lab.connect("198.18.0.2", KERNEL_PORT);
                        var server = kernels.accept()) {
                    client.getOutputStream().write(i + 1);
                    assertThat(server.getInputStream().read()).isEqualTo(i + 1);
                    server.getOutputStream().write(99);
                    assertThat(client.getInputStream().read()).isEqualTo(99);
                }
            }
        }
        // Nobody's port is refused by the kernel, once, and not by us as well.
        assertThatThrownBy(() -> lab.connect("198.18.0.2", 81)).hasMessageContaining("refused");
        assertThat(count(Counter.TCP_RESETS_SENT)).isZero();
        assertThat(count(Counter.TCP_NO_CONNECTION)).isZero();
        assertThat(count(Counter.TCP_RESETS_RECEIVED)).isZero();
        assertThat(count(Counter.ICMP_ECHO_REQUESTS)).isZero();
    }

    private static PacketConfig sharing() {
        return PacketConfig.builder("near")
                .share(
                        List.of(IpAddress.parse("198.18.0.2"), IpAddress.parse("2001:2::2")),
                        List.of(
                                new PortRange(7, 7),
                                new PortRange(
                                        PacketLab.FIRST_LOCAL_PORT, PacketLab.LAST_LOCAL_PORT)))
                .build();
    }

    @Test
    void weConnectFromASharedAddress() throws Exception {
        lab.giveKernelOurAddresses();
        stack = lab.start(sharing());
        var address = InetAddress.getByName("198.18.0.1");
        try (var server = inside(lab.theirs, () -> new ServerSocket(0, 1, address))) {
            server.setSoTimeout(PATIENCE_MS);
            var remote = Endpoint.parse("198.18.0.1:" + server.getLocalPort());
            TcpHandler handler =
                    new TcpHandler() {
                        @Override
                        public void onReadable(TcpConnection connection) {
                            PacketLab.echo(connection);
                        }
                    };
            stack.connect(remote, handler).get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            try (var socket = server.accept()) {
                assertThat(socket.getPort())
                        .isBetween(PacketLab.FIRST_LOCAL_PORT, PacketLab.LAST_LOCAL_PORT);
                byte[] octets = {1, 2, 3};
                socket.getOutputStream().write(octets);
                assertThat(socket.getInputStream().readNBytes(3)).isEqualTo(octets);
            }
        }
    }

    @Test
    void whatIsOursIsKeptFromTheKernelAndTheOtherWayRound() throws Exception {
        lab.giveKernelOurAddresses();
        var taken = new InetSocketAddress("198.18.0.2", PacketLab.ECHO_PORT);
        try (var _ = inside(lab.ours, () -> listening(taken))) {
            assertThatThrownBy(() -> lab.start(sharing()))
                    .isInstanceOf(PortException.class)
                    .hasMessageContainingAll("TCP port 7 of 198.18.0.2", "EADDRINUSE", "program");
        }
        stack = lab.start(sharing());
        assertThatThrownBy(() -> inside(lab.ours, () -> listening(taken)))
                .rootCause()
                .hasMessageContaining("in use");
        stack.close();
        inside(lab.ours, () -> listening(taken)).close();
    }

    private static ServerSocket listening(InetSocketAddress at) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(at);
        return socket;
    }

    @Test
    void anAddressThatTheKernelHasNotCannotBeShared() {
        assertThatThrownBy(() -> lab.start(sharing()))
                .isInstanceOf(PortException.class)
                .hasMessageContainingAll("198.18.0.2", "nothing to share");
    }

    @Test
    void itWorksWithoutPrivilegesInAUserNamespace() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process =
                new ProcessBuilder(
                                "unshare",
                                "-rn",
                                "sh",
                                "-c",
                                // Java looks at lo to find out whether there is IPv6.
                                "ip link set lo up && exec \"$@\"",
                                "sh",
                                java,
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                InUserNamespace.class.getName())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("echoes");
    }

    private long count(Counter counter) {
        return stack.lane(0).counters().get(counter);
    }

    private static <T> T inside(NetNamespace namespace, TapFixture.Opening<T> opening) {
        return TapFixture.inside(namespace, opening);
    }
}
