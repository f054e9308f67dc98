package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.linux.NetNamespace;
import io.ringway.testkit.Privileged;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpPrefix;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * {@code --port} with an interface that is there: one end of a veth in a namespace with a name; a
 * curl at the other end is served, whether the address is ours alone or the kernel's too.
 */
@Privileged
final class PortOptionTest {
    private static final String NAME = "rw-port-" + ProcessHandle.current().pid();

    @TempDir private Path directory;
    private final NetNamespace far = NetNamespace.create();

    @BeforeEach
    void wire() throws IOException {
        Tool.require("curl");
        byte[] content = new byte[3 << 20];
        new Random(7).nextBytes(content);
        Files.write(directory.resolve("file"), content);
        Programs.run("ip", "netns", "add", NAME);
        near("ip", "link", "add", "near", "type", "veth", "peer", "name", "far");
        near("ip", "link", "set", "near", "up");
        near("ip", "link", "set", "far", "netns", far.path());
        far.address("far", IpPrefix.parse("198.18.0.1/24"));
        far.address("far", IpPrefix.parse("2001:2::1/64"));
    }

    private static void near(String... command) {
        List<String> inside = new ArrayList<>(List.of("netns", "exec", NAME));
        inside.addAll(List.of(command));
        Programs.run("ip", inside.toArray(String[]::new));
    }

    @AfterEach
    void remove() {
        far.close();
        Programs.run("ip", "netns", "delete", NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto:near", "packet:near", "xdp:near", "xdp:near,mode=native"})
    void aCurlIsServed(String port) throws IOException {
        serves(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto:near,ports=80", "xdp:near,ports=80"})
    void alsoWhereTheKernelHasTheAddress(String port) throws IOException {
        near("ip", "address", "add", "198.18.0.2/24", "dev", "near");
        near("ip", "address", "add", "2001:2::2/64", "dev", "near", "nodad");
        serves(port);
        // The kernel answers there still.
        assertThat(far.output("ping", "-c", "1", "-W", "5", "198.18.0.2")).contains("1 received");
    }

    @ParameterizedTest
    @ValueSource(strings = {"packet:near,ports=40000-40009", "xdp:near,ports=40000-40009"})
    void connectionsComeFromPortsThatAreOurs(String port) throws Exception {
        near("ip", "address", "add", "198.18.0.2/24", "dev", "near");
        near("ip", "address", "add", "2001:2::2/64", "dev", "near", "nodad");
        try (var network = new TestNetwork("--port", port, "--netns", NAME);
                var server = far.call(PortOptionTest::server)) {
            var remote = Endpoint.parse("198.18.0.1:" + server.getLocalPort());
            network.running().stack().connect(remote, _ -> {}).get(10, TimeUnit.SECONDS);
            try (var accepted = server.accept()) {
                assertThat(accepted.getPort()).isBetween(40_000, 40_009);
            }
        }
    }

    private static ServerSocket server() {
        try {
            var server = new ServerSocket(0, 1, InetAddress.getByName("198.18.0.1"));
            server.setSoTimeout(10_000);
            return server;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private void serves(String port) throws IOException {
        try (var network = new TestNetwork("--port", port, "--netns", NAME)) {
            network.serve(directory);
            Path copy = directory.resolve("copy");
            for (String host : new String[] {"198.18.0.2", "[2001:2::2]"}) {
                far.output(
                        "curl",
                        "-sS",
                        "--fail",
                        "--globoff",
                        "--max-time",
                        "20",
                        "-o",
                        copy.toString(),
                        "http://" + host + "/file");
                assertThat(Files.mismatch(copy, directory.resolve("file"))).isEqualTo(-1);
            }
        }
    }
}
