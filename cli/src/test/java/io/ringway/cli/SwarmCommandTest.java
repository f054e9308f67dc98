package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.testkit.Privileged;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The load generator: against the kernel's TCP, and against a stack of ours behind the kernel. */
final class SwarmCommandTest {
    private static final String NAME = "ringway-swarm-" + ProcessHandle.current().pid();

    private final Shell shell = new Shell();

    private int run(String line) {
        return shell.run(line.replace("NAME", NAME).split(" "));
    }

    private void expectAllWell() {
        assertThat(shell.out())
                .containsPattern("wrong replies, resets +0, 0")
                .containsPattern("left open after closing +0");
    }

    /** An echo server on the kernel's TCP, which ends with its channel. */
    private static ServerSocketChannel kernelEcho() {
        try {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(7), 1024);
            Thread.ofVirtual().start(() -> accept(server));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void accept(ServerSocketChannel server) {
        try {
            while (true) {
                SocketChannel peer = server.accept();
                Thread.ofVirtual().start(() -> echo(peer));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void echo(SocketChannel peer) {
        ByteBuffer buffer = ByteBuffer.allocate(2048);
        try (peer) {
            while (peer.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    peer.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException reset) {
            // The client sees it.
        }
    }

    @Privileged
    @ParameterizedTest
    @CsvSource({
        "198.18.0.1, -n 200 --active 50 --rate 2k --size 300",
        "2001:2::1, -n 200 --addresses 5 --rate 2k",
        "198.18.0.1, --short -n 20",
        "2001:2::1, --short -n 20 --rate 500"
    })
    void loadsTheKernel(String host, String options) throws IOException {
        try (Namespace namespace = Namespace.open("--netns", NAME, false);
                ServerSocketChannel _ = namespace.call(SwarmCommandTest::kernelEcho)) {
            String line = "swarm --netns NAME --duration 20s --messages 500 ";
            assertThat(run(line + options + " " + host + " 7")).as(() -> shell.err()).isEqualTo(0);
            expectAllWell();
        }
    }

    @Privileged
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void loadsAStackOfOursBeyondARouter(boolean isIpv4) {
        String stack =
                "--netns NAME --tap server0 --address 198.18.1.2/24 --address 2001:2:0:1::2/64"
                        + " --host-address 198.18.1.1/24 --host-address 2001:2:0:1::1/64"
                        + " --gateway 198.18.1.1 --gateway 2001:2:0:1::1";
        try (Namespace namespace = Namespace.open("--netns", NAME, false);
                TestNetwork network = new TestNetwork(stack.replace("NAME", NAME).split(" "))) {
            namespace.call(SwarmCommandTest::forward);
            network.listen(7, new EchoHandler());
            String server = isIpv4 ? "198.18.1.2" : "2001:2:0:1::2";
            String router = isIpv4 ? "198.18.0.1" : "2001:2::1";
            String line =
                    "swarm --netns NAME --tap swarm0 -n 100 --turnover 200 --active 20 --rate 1k"
                            + " --duration 20s --messages 1000 --gateway ";
            assertThat(run(line + router + " " + server + " 7")).as(() -> shell.err()).isEqualTo(0);
            expectAllWell();
            assertThat(shell.out()).containsPattern("connections a second +\\d");
        }
    }

    private static boolean forward() {
        try {
            for (String file : List.of("ipv4/ip_forward", "ipv6/conf/all/forwarding")) {
                Files.writeString(Path.of("/proc/sys/net", file), "1");
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Privileged
    @Test
    void saysWhenNobodyListens() {
        assertThat(run("swarm 198.18.0.1 7")).isEqualTo(ExitStatus.FAILED);
        assertThat(shell.err())
                .contains("198.18.0.1:7 refuses connections: does the server listen?");
    }

    @ParameterizedTest
    @CsvSource({
        "swarm 198.18.0.1 70000, a port is a number from 1 to 65535; given 70000",
        "swarm --size 8 198.18.0.1 7, octets of a message must be from 16 to 1400; given 8",
        "swarm --active 101 198.18.0.1 7, '--active is a percentage, from 0 to 100; given 101.0'",
        "swarm --short --opens 3 198.18.0.1 7, --short has neither --opens nor --turnover",
        "swarm --clients 2001:2::9 198.18.0.1 7, all addresses of a swarm are of one version",
        "swarm --clients 198.18.0.1 198.18.0.1 7, begin with another one"
    })
    void saysWhatIsWrongInOneLine(String line, String complaint) {
        assertThat(run(line)).isEqualTo(ExitStatus.USAGE);
        assertThat(shell.errorLine()).contains(complaint);
    }
}
