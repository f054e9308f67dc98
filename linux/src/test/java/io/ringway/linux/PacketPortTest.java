package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.port.PortException;
import io.ringway.testkit.Privileged;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;

import java.util.List;

/** What AF_PACKET says when it cannot be had as asked for. */
class PacketPortTest {
    @Test
    void impossibleConfigurationsAreRefused() {
        assertThatThrownBy(() -> PacketConfig.builder("").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 15 characters");
        assertThatThrownBy(() -> PacketConfig.builder("eth0").queues(65).build())
                .hasMessageContainingAll("1 to 64", "65");
        assertThatThrownBy(() -> PacketConfig.builder("eth0").receiveFrames(100).build())
                .hasMessageContainingAll("receive", "power of two", "100");
        assertThatThrownBy(() -> PacketConfig.builder("eth0").transmitFrames(32).build())
                .hasMessageContainingAll("transmit", "64 to 65536", "32");
        assertThatThrownBy(() -> PacketConfig.builder("eth0").macAddress(1L << 40).build())
                .hasMessageContaining("unicast");
        var address = List.of(IpAddress.parse("198.18.0.2"));
        assertThatThrownBy(() -> PacketConfig.builder("eth0").share(address, List.of()).build())
                .hasMessageContaining("need ports");
        var ports = List.of(new PortRange(80, 80));
        assertThatThrownBy(() ->
                        PacketConfig.builder("eth0")
                                .share(address, ports)
                                .macAddress(0x0200_0000_0001L)
                                .build())
                .hasMessageContaining("the interface's link address");
    }

    @Test
    void aMissingPrivilegeIsNamed() {
        assertThat(PacketSocket.cannotOpen("eth0", Errno.EPERM))
                .hasMessageContainingAll("eth0", "EPERM", "CAP_NET_RAW", "unshare -rn");
    }

    @Test
    @Privileged
    void anInterfaceThatIsNotThereOrDownOrNoEthernetIsNamed() {
        try (var namespace = NetNamespace.create()) {
            refused(namespace, "rw-none", "rw-none", "ENODEV", "ip link");
            refused(namespace, "lo", "no Ethernet", "loopback");
            KernelWire.addVeth(namespace, 1500);
            namespace.output("ip", "link", "set", "near", "down");
            refused(namespace, "near", "is down", "ip link set near up");
        }
    }

    private static void refused(NetNamespace namespace, String name, CharSequence... words) {
        assertThatThrownBy(() ->
                        namespace.call(() -> PacketPort.open(PacketConfig.builder(name).build())))
                .isInstanceOf(PortException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    @Privileged
    void tooManySharedPortsAreRefused() {
        var addresses = List.of(IpAddress.parse("198.18.0.2"));
        var ports = List.of(new PortRange(1_000, 60_000));
        assertThatThrownBy(() -> KernelPorts.reserve(addresses, ports))
                .isInstanceOf(PortException.class)
                .hasMessageContainingAll("118002", "fewer ports");
    }

    @Test
    @Privileged
    void itHasTheInterfacesAddressAndMtuAndWantsLargeFrames() {
        try (var namespace = NetNamespace.create()) {
            KernelWire.addVeth(namespace, 9_000);
            var config = PacketConfig.builder("near").queues(2).build();
            try (var port = namespace.call(() -> PacketPort.open(config));
                    var small = new FramePool(4, 0)) {
                assertThat(port.mtu()).isEqualTo(9_000);
                assertThat(port.queueCount()).isEqualTo(2);
                assertThat(port.capabilities().tcpSegmentation()).isTrue();
                long mac =
                        namespace.call(() -> {
                            try (var request = new InterfaceRequest("near")) {
                                return request.macAddress();
                            }
                        });
                assertThat(port.macAddress()).isEqualTo(mac);
                assertThatThrownBy(() -> port.open(0, small, new Counters()))
                        .isInstanceOf(PortException.class)
                        .hasMessageContaining("large frames");
            }
        }
    }
}
