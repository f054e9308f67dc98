package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.port.PortException;
import io.ringway.testkit.Privileged;
import io.ringway.wire.IpPrefix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

@Privileged
@Timeout(20)
class NetNamespaceTest {
    @Test
    void itHasNothingButLoopbackAndTheCallerStaysWhereItIs() throws IOException {
        String before = Files.readString(Path.of("/proc/thread-self/net/dev"));
        try (var namespace = NetNamespace.create()) {
            assertThat(namespace.output("ip", "-brief", "link").lines())
                    .singleElement()
                    .asString()
                    .startsWith("lo");
            assertThat(interfaces(before))
                    .isEqualTo(interfaces(Files.readString(Path.of("/proc/thread-self/net/dev"))));
        }
    }

    @Test
    void socketsOpenedInsideStayInsideAndOtherThreadsMayUseThem() throws Exception {
        try (var namespace = NetNamespace.create();
                var other = NetNamespace.create()) {
            namespace.address("lo", IpPrefix.parse("198.18.0.1/32"));
            try (var server = namespace.call(() -> listen("198.18.0.1"));
                    var client = namespace.call(NetNamespaceTest::channel)) {
                assertThat(client.connect(server.getLocalSocketAddress())).isTrue();
                server.accept().close();
                assertThatThrownBy(() -> other.call(() -> listen("198.18.0.1")))
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    private static SocketChannel channel() {
        try {
            return SocketChannel.open(StandardProtocolFamily.INET);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static ServerSocket listen(String address) {
        try {
            return new ServerSocket(0, 1, InetAddress.getByName(address));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void anAddressOfIpv6CanBeUsedAtOnce() throws IOException {
        try (var namespace = NetNamespace.create()) {
            namespace.address("lo", IpPrefix.parse("2001:2::1/128"));
            namespace.address("lo", IpPrefix.parse("2001:2::1/128"));
            assertThat(namespace.output("ip", "-6", "addr", "show", "dev", "lo"))
                    .contains("2001:2::1/128")
                    .doesNotContain("tentative");
            try (var server = namespace.call(() -> listen("2001:2::1"))) {
                assertThat(server.isBound()).isTrue();
            }
        }
    }

    @Test
    void addressesOfTheRealWorldAreRefused() {
        try (var namespace = NetNamespace.create()) {
            assertThatThrownBy(() -> namespace.address("lo", IpPrefix.parse("10.0.0.1/8")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("198.18.0.0/15", "2001:2::/48", "10.0.0.1/8");
            assertThatThrownBy(() -> namespace.address("nope0", IpPrefix.parse("198.18.0.1/24")))
                    .isInstanceOf(PortException.class)
                    .hasMessageContainingAll("nope0", "ENODEV");
        }
    }

    @Test
    void itEndsItsProcessesAndTheirChildren() throws Exception {
        Process process;
        ProcessHandle child;
        try (var namespace = NetNamespace.create()) {
            process = namespace.start(new ProcessBuilder("sh", "-c", "sleep 600 & echo $!; wait"));
            child =
                    ProcessHandle.of(Long.parseLong(process.inputReader().readLine()))
                            .orElseThrow();
            assertThat(child.isAlive()).isTrue();
        }
        process.waitFor();
        child.onExit().get();
    }

    @Test
    void whatFailsSaysWhy() {
        try (var namespace = NetNamespace.create()) {
            assertThatThrownBy(() -> namespace.output("ip", "link", "show", "nope0"))
                    .isInstanceOf(PortException.class)
                    .hasMessageContainingAll("ip link show nope0", "status 1", "does not exist");
            assertThatThrownBy(() -> namespace.start("no-such-program"))
                    .isInstanceOf(PortException.class)
                    .hasMessageContaining("is no-such-program installed?");
        }
    }

    @Test
    void afterTheCloseNothingHoldsIt() throws IOException {
        var namespace = NetNamespace.create();
        String identity = Files.readSymbolicLink(Path.of(namespace.path())).toString();
        assertThat(identity).startsWith("net:[");
        assertThat(openFiles()).contains(identity);
        namespace.close();
        namespace.close();
        assertThat(openFiles()).doesNotContain(identity);
        assertThatThrownBy(() -> namespace.run(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    private static List<String> openFiles() {
        List<String> targets = new ArrayList<>();
        for (int descriptor = 0; descriptor < 256; descriptor++) {
            try {
                Path link = Path.of("/proc/self/fd/" + descriptor);
                targets.add(Files.readSymbolicLink(link).toString());
            } catch (IOException isNotOpen) {
                // Not the number of an open file.
            }
        }
        return targets;
    }

    private static String interfaces(String devices) {
        return devices.replaceAll(":.*", "");
    }
}
