package io.ringway.linux;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.TcpConnection;
import io.ringway.wire.IpPrefix;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Random;

/**
 * Two namespaces joined by a veth pair: in one we have AF_PACKET on {@code near}, in the other the
 * kernel is 198.18.0.1 and 2001:2::1 on {@code far}.
 */
final class PacketLab implements AutoCloseable {
    static final int ECHO_PORT = 7;
    static final String[] OUR_ADDRESSES = {"198.18.0.2", "2001:2::2"};

    /** The ports from which the stack connects. */
    static final int FIRST_LOCAL_PORT = 61_000;

    static final int LAST_LOCAL_PORT = 61_003;

    private static final int PATIENCE_MS = 20_000;

    final NetNamespace ours = NetNamespace.create();
    final NetNamespace theirs = NetNamespace.create();

    PacketLab() {
        ours.output(
                "ip",
                "link",
                "add",
                "near",
                "type",
                "veth",
                "peer",
                "name",
                "far",
                "netns",
                theirs.path());
        ours.output("ip", "link", "set", "near", "addrgenmode", "none", "up");
        theirs.address("far", IpPrefix.parse("198.18.0.1/24"));
        theirs.address("far", IpPrefix.parse("2001:2::1/64"));
    }

    /** Gives the kernel on our side the same addresses as the stack. */
    void giveKernelOurAddresses() {
        ours.address("near", IpPrefix.parse("198.18.0.2/24"));
        ours.address("near", IpPrefix.parse("2001:2::2/64"));
    }

    /** A stack with an echo service, started. */
    Stack start(PacketConfig config) {
        return start(config, 1);
    }

    /** The same with so many lanes. */
    Stack start(PacketConfig config, int lanes) {
        PacketPort port = ours.call(() -> PacketPort.open(config));
        StackConfig stackConfig =
                StackConfig.builder()
                        .address("198.18.0.2/24")
                        .address("2001:2::2/64")
                        .lanes(one -> one.withCount(lanes))
                        .tcp(tcp ->
                                tcp.defence(defence ->
                                        defence.localPorts(FIRST_LOCAL_PORT, LAST_LOCAL_PORT)))
                        .build();
        Stack stack = Stack.open(stackConfig, port);
        stack.listen(ECHO_PORT, PacketLab::echo);
        stack.start();
        return stack;
    }

    static void echo(TcpConnection connection) {
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

    /** Sends octets to the echo service and says whether the same came back. */
    boolean echoes(String address, int length) throws IOException, InterruptedException {
        byte[] sent = new byte[length];
        new Random(7).nextBytes(sent);
        try (var socket = connect(address, ECHO_PORT)) {
            OutputStream out = socket.getOutputStream();
            var writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    out.write(sent);
                                    socket.shutdownOutput();
                                } catch (IOException failed) {
                                    throw new UncheckedIOException(failed);
                                }
                            });
            byte[] back = socket.getInputStream().readAllBytes();
            writer.join();
            return Arrays.equals(back, sent);
        }
    }

    /** A socket of the kernel on the other side, connected. */
    Socket connect(String address, int port) throws IOException {
        var to = new InetSocketAddress(address, port);
        Socket socket = TapFixture.inside(theirs, () -> SocketChannel.open(to)).socket();
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    @Override
    public void close() {
        ours.close();
        theirs.close();
    }
}
