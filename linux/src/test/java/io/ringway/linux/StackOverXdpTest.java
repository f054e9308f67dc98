package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.TcpConnection;
import io.ringway.memory.Counter;
import io.ringway.testkit.Privileged;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;
import io.ringway.wire.IpProtocol;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The whole stack over AF_XDP on one end of a veth, whose other end is the kernel's in a namespace
 * of its own; and the near namespace's kernel, which keeps what is not ours.
 */
@Privileged
@Timeout(60)
class StackOverXdpTest {
    private static final int ECHO_PORT = 7;
    private static final int KERNEL_PORT = 8_022;
    private static final int PATIENCE_MS = 10_000;
    private static final String OURS = "198.18.0.2";
    private static final String OURS6 = "2001:2::2";
    private static final String KERNELS = "198.18.0.3";
    private static final String KERNELS6 = "2001:2::3";

    private final NetNamespace near = NetNamespace.create();
    private final NetNamespace far = NetNamespace.create();
    private final List<AutoCloseable> closing = new ArrayList<>();
    private XdpPort port;
    private Stack stack;

    private void wire(int queues) {
        XdpWire.addVeth(near, 1_500, queues);
        near.output("ip", "link", "set", XdpWire.FAR, "netns", far.path());
        far.address(XdpWire.FAR, IpPrefix.parse("198.18.0.1/24"));
        far.address(XdpWire.FAR, IpPrefix.parse("2001:2::1/64"));
    }

    private void kernelAddresses(String... addresses) {
        for (String address : addresses) {
            near.address(
                    XdpWire.NEAR,
                    IpPrefix.parse(address + (address.contains(":") ? "/64" : "/24")));
        }
    }

    private void start(XdpConfig.Builder config) {
        start(config, 1);
    }

    private void start(XdpConfig.Builder config, int lanes) {
        port = near.call(() -> XdpPort.open(config.build()));
        if (!port.isNative()) {
            // Behind the driver there is nothing that would cut them.
            far.output("ethtool", "-K", XdpWire.FAR, "tso", "off", "gso", "off");
        }
        var addressed = StackConfig.builder().address(OURS + "/24").address(OURS6 + "/64");
        stack = Stack.open(addressed.lanes(lanes).build(), port);
        stack.listen(ECHO_PORT, StackOverXdpTest::echo);
        stack.bind(
                ECHO_PORT,
                (socket, datagram) ->
                        socket.reply(
                                datagram, datagram.memory(), datagram.offset(), datagram.length()));
        stack.start();
    }

    private static XdpConfig.Builder own() {
        return XdpWire.config().own(IpAddress.parse(OURS)).own(IpAddress.parse(OURS6));
    }

    private static XdpConfig.Builder shared() {
        return XdpWire.config()
                .share(IpAddress.parse(OURS))
                .share(IpAddress.parse(OURS6))
                .ports(ECHO_PORT, ECHO_PORT);
    }

    private static void echo(TcpConnection connection) {
        while (connection.available() > 0) {
            int echoed =
                    connection.write(
                            connection.memory(), connection.viewOffset(), connection.viewLength());
            if (echoed == 0) {
                return;
            }
            connection.consume(echoed);
        }
        if (connection.isEndOfStream()) {
            connection.close();
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : closing.reversed()) {
            each.close();
        }
        if (stack != null) {
            stack.close();
        }
        near.close();
        far.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = XdpConfig.Mode.class,
            names = {"NATIVE", "GENERIC"})
    void megabytesComeBack(XdpConfig.Mode mode) throws Exception {
        wire(1);
        start(own().mode(mode));
        assertThat(port.isNative()).isEqualTo(mode == XdpConfig.Mode.NATIVE);
        assertThat(port.isZeroCopy()).isFalse();
        echoes(OURS, 4 << 20);
        echoes(OURS6, 4 << 20);
        for (String address : List.of(OURS, OURS6)) {
            datagramComesBack(address, 9);
            // In fragments, both ways.
            datagramComesBack(address, 4_000);
        }
        assertThat(count(Counter.TCP_BAD_CHECKSUM)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void lanesShareTheQueues(int lanes) throws Exception {
        wire(2);
        start(own(), lanes);
        assertThat(port.queueCount()).isEqualTo(2);
        for (int i = 0; i < 16; i++) {
            echoes(OURS, 5_000);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theKernelKeepsItsOwnAddress(boolean isNative) throws Exception {
        wire(1);
        kernelAddresses(KERNELS, KERNELS6);
        start(own().mode(isNative ? XdpConfig.Mode.NATIVE : XdpConfig.Mode.GENERIC));
        for (String address : List.of(KERNELS, KERNELS6)) {
            kernelAnswers(address, ECHO_PORT);
        }
        echoes(OURS, 100_000);
        echoes(OURS6, 100_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onASharedAddressTheKernelKeepsItsPorts(boolean isNative) throws Exception {
        wire(1);
        kernelAddresses(OURS, OURS6);
        start(shared().mode(isNative ? XdpConfig.Mode.NATIVE : XdpConfig.Mode.GENERIC));
        for (String address : List.of(OURS, OURS6)) {
            echoes(address, 300_000);
            datagramComesBack(address, 9);
            kernelAnswers(address, KERNEL_PORT);
            echoes(address, 1);
        }
        assertThat(count(Counter.ICMP_ECHO_REQUESTS)).isZero();
        assertThatThrownBy(() -> kernelAnswers(OURS, ECHO_PORT))
                .hasRootCauseInstanceOf(BindException.class);
        // The kernel itself still resolves neighbours and reaches out.
        near.output("ip", "neigh", "flush", "dev", XdpWire.NEAR);
        near.output("ping", "-c", "1", "-W", "5", "198.18.0.1");
        near.output("ping", "-c", "1", "-W", "5", "2001:2::1");
    }

    @Test
    void portsComeAndGoWhileItRuns() throws Exception {
        wire(1);
        kernelAddresses(OURS);
        start(XdpWire.config().share(IpAddress.parse(OURS)));
        kernelAnswers(OURS, ECHO_PORT);
        port.steering().take(IpProtocol.TCP, ECHO_PORT, ECHO_PORT);
        echoes(OURS, 1);
        port.steering().leave(IpProtocol.TCP, ECHO_PORT, ECHO_PORT);
        kernelAnswers(OURS, ECHO_PORT);
    }

    @Test
    void whenThePortIsClosedAllIsTheKernels() throws Exception {
        wire(1);
        kernelAddresses(OURS, OURS6);
        start(shared());
        echoes(OURS, 1);
        stack.close();
        assertThat(near.output("ip", "link", "show", XdpWire.NEAR)).doesNotContain("xdp");
        kernelAnswers(OURS, ECHO_PORT);
    }

    @Test
    void anIdleStackSleeps() throws Exception {
        wire(1);
        start(own());
        echoes(OURS, 1);
        long before = count(Counter.CYCLES);
        inside(far, () -> InetAddress.getByName("198.18.0.9").isReachable(300));
        // Spinning it would be hundreds of thousands.
        assertThat(count(Counter.CYCLES) - before).isLessThan(20_000);
        echoes(OURS, 1);
    }

    /** A listener of the near kernel's, and its answer to pings. */
    private void kernelAnswers(String address, int number) throws IOException {
        var local = InetAddress.getByName(address);
        try (var server = inside(near, () -> new ServerSocket(number, 4, local))) {
            server.setSoTimeout(PATIENCE_MS);
            try (var client = connect(address, number);
                    var accepted = server.accept()) {
                client.getOutputStream().write("to the kernel".getBytes(UTF_8));
                assertThat(accepted.getInputStream().readNBytes(13))
                        .isEqualTo("to the kernel".getBytes(UTF_8));
            }
        }
        boolean isAnswered =
                inside(far, () -> InetAddress.getByName(address).isReachable(PATIENCE_MS));
        assertThat(isAnswered).isTrue();
    }

    private void echoes(String address, int length) throws Exception {
        byte[] sent = new byte[length];
        new Random(7).nextBytes(sent);
        try (var socket = connect(address, ECHO_PORT)) {
            var writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    socket.getOutputStream().write(sent);
                                    socket.shutdownOutput();
                                } catch (IOException failed) {
                                    throw new UncheckedIOException(failed);
                                }
                            });
            byte[] back = socket.getInputStream().readAllBytes();
            writer.join();
            assertThat(sha256(back)).isEqualTo(sha256(sent));
        }
    }

    private static byte[] sha256(byte[] octets) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(octets);
    }

    private void datagramComesBack(String address, int length) throws IOException {
        try (var socket = inside(far, DatagramSocket::new)) {
            socket.setSoTimeout(PATIENCE_MS);
            byte[] payload = new byte[length];
            new Random(length).nextBytes(payload);
            var to = new InetSocketAddress(address, ECHO_PORT);
            socket.send(new DatagramPacket(payload, length, to));
            var back = new DatagramPacket(new byte[length + 1], length + 1);
            socket.receive(back);
            assertThat(back.getLength()).isEqualTo(length);
            assertThat(back.getData()).startsWith(payload);
        }
    }

    private Socket connect(String address, int number) throws IOException {
        var to = new InetSocketAddress(address, number);
        Socket socket = inside(far, () -> SocketChannel.open(to)).socket();
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private long count(Counter counter) {
        return stack.lane(0).counters().get(counter);
    }

    private static <T> T inside(NetNamespace namespace, TapFixture.Opening<T> opening) {
        return TapFixture.inside(namespace, opening);
    }

    @Test
    void refusalsSayWhatToDo() {
        wire(1);
        assertThatThrownBy(
                        () -> near.call(() -> XdpPort.open(XdpConfig.builder("rw-none").build())))
                .hasMessageContainingAll("rw-none", "ENODEV", "ip link");
        assertThatThrownBy(() -> near.call(() -> XdpPort.open(own().queues(3).build())))
                .hasMessageContainingAll("has 1 queue", "3 are asked for", "ethtool -L");
        near.run(() -> {
            try (var first = XdpPort.open(own().build())) {
                assertThat(first.isNative()).isTrue();
                assertThatThrownBy(() -> XdpPort.open(own().build()))
                        .hasMessageContainingAll("EBUSY", "another XDP program", "xdp off");
                assertThatThrownBy(() -> first.steering().share(IpAddress.parse(OURS)))
                        .hasMessageContaining("without sharing");
            }
        });
        near.output("ip", "link", "set", XdpWire.NEAR, "down");
        assertThatThrownBy(() -> near.call(() -> XdpPort.open(own().build())))
                .hasMessageContainingAll("is down", "ip link set rw-near up");
    }
}
