package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.StackConfig;
import io.ringway.port.PortException;
import io.ringway.testkit.Privileged;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ports by their names, on a veth. */
@Privileged
class PortsTest {
    private static final StackConfig CONFIG = StackConfig.of("198.18.0.2/24", "2001:2::2/64");

    private final NetNamespace namespace = NetNamespace.create();

    PortsTest() {
        XdpWire.addVeth(namespace, 1_500, 1);
    }

    @AfterEach
    void close() {
        namespace.close();
    }

    @Test
    void aVethIsForPacketAndTheDoctorSaysSo() {
        namespace.run(() -> {
            try (var port = Ports.open("auto:rw-near", CONFIG)) {
                assertThat(port).isInstanceOf(PacketPort.class);
            }
            Finding finding = Doctor.examine("rw-near");
            assertThat(finding.state()).isEqualTo(Finding.State.OK);
            assertThat(finding.name()).isEqualTo("port on rw-near");
            assertThat(finding.detail()).contains("AF_PACKET", "veth", "super-frames");
            assertThat(Doctor.examine())
                    .extracting(Finding::name)
                    .contains("port on rw-near", "port on rw-far");
        });
    }

    @Test
    void eachKindOpensByItsName() {
        namespace.run(() -> {
            try (var port = Ports.open("packet:rw-near", CONFIG)) {
                assertThat(port).isInstanceOf(PacketPort.class);
            }
            try (var port = (XdpPort) Ports.open("xdp:rw-near,mode=generic", CONFIG)) {
                assertThat(port.isNative()).isFalse();
            }
            try (var port = Ports.open("tap7", CONFIG)) {
                assertThat(port.name()).isEqualTo("tap7");
            }
            assertThatThrownBy(() -> Ports.open("auto:rw-none", CONFIG))
                    .isInstanceOf(PortException.class)
                    .hasMessageContaining("rw-none");
            assertThatThrownBy(() -> Ports.open("auto:lo", CONFIG))
                    .isInstanceOf(PortException.class)
                    .hasMessageContaining("no Ethernet");
        });
    }

    @Test
    void aTapThatIsThereHasTheQueuesItWasMadeFor() {
        namespace.output("ip", "tuntap", "add", "dev", "tap1", "mode", "tap");
        namespace.output("ip", "tuntap", "add", "dev", "tap4", "mode", "tap", "multi_queue");
        StackConfig twoLanes =
                StackConfig.builder()
                        .address("198.18.0.2/24")
                        .lanes(lanes -> lanes.withCount(2))
                        .build();
        namespace.run(() -> {
            try (var port = Ports.open("tap1", twoLanes)) {
                assertThat(port.queueCount()).isEqualTo(1);
            }
            try (var port = Ports.open("tap4", twoLanes)) {
                assertThat(port.queueCount()).isEqualTo(2);
            }
            try (var port = Ports.open("tap4", CONFIG)) {
                assertThat(port.queueCount()).isEqualTo(1);
            }
            assertThatThrownBy(() -> Ports.open("tap1,queues=2", twoLanes))
                    .isInstanceOf(PortException.class)
                    .hasMessage(
                            "the TAP tap1 was made for one queue, and 2 are asked for: make it"
                                    + " with \"ip tuntap add dev tap1 mode tap multi_queue\", or"
                                    + " ask for one");
        });
    }

    @Test
    void whatTheKernelHasTooWantsPorts() {
        namespace.address("rw-near", IpPrefix.parse("198.18.0.2/24"));
        namespace.address("rw-near", IpPrefix.parse("2001:2::9/64"));
        namespace.run(() -> {
            assertThat(InterfaceAddresses.ofKernel())
                    .contains(IpAddress.parse("198.18.0.2"), IpAddress.parse("2001:2::9"))
                    .doesNotContain(IpAddress.parse("2001:2::2"));
            for (String kind : new String[] {"xdp", "packet"}) {
                assertThatThrownBy(() -> Ports.open(kind + ":rw-near", CONFIG))
                        .isInstanceOf(PortException.class)
                        .hasMessageContainingAll("198.18.0.2", "which ports");
                Ports.open(kind + ":rw-near,ports=80", CONFIG).close();
            }
        });
    }
}
