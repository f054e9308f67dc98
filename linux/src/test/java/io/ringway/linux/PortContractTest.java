package io.ringway.linux;

import io.ringway.testkit.Privileged;
import io.ringway.testkit.port.PortContract;
import io.ringway.testkit.port.PortWire;

import org.junit.jupiter.api.Nested;

/** Each port of this module does what every port must do. */
@Privileged
class PortContractTest {
    @Nested
    class Tap extends PortContract {
        @Override
        protected PortWire openWire() {
            return tap(TapConfig.builder().build());
        }
    }

    @Nested
    class TapWithoutOffloads extends PortContract {
        @Override
        protected PortWire openWire() {
            return tap(TapConfig.builder().offloads(TapOffloads.NONE).build());
        }
    }

    @Nested
    class TapOfThreeQueues extends PortContract {
        @Override
        protected PortWire openWire() {
            return tap(TapConfig.builder().queues(3).build());
        }
    }

    @Nested
    class Packet extends PortContract {
        @Override
        protected PortWire openWire() {
            return packet(PacketConfig.builder("near").build());
        }
    }

    @Nested
    class PacketInBlocks extends PortContract {
        @Override
        protected PortWire openWire() {
            return packet(PacketConfig.builder("near").receive(PacketReceive.BLOCKS).build());
        }
    }

    @Nested
    class PacketOfFourQueues extends PortContract {
        @Override
        protected PortWire openWire() {
            return packet(PacketConfig.builder("near").queues(4).build());
        }
    }

    @Nested
    class PacketWithAnotherAddress extends PortContract {
        @Override
        protected PortWire openWire() {
            return packet(
                    PacketConfig.builder("near")
                            .macAddress(0x0200_0000_0077L)
                            .bypassesQdisc(false)
                            .build());
        }
    }

    private static PortWire packet(PacketConfig config) {
        return KernelWire.veth(_ -> PacketPort.open(config));
    }

    private static PortWire tap(TapConfig config) {
        NetNamespace namespace = NetNamespace.create();
        return new KernelWire(namespace, _ -> openTap(namespace, config), port -> port.name());
    }

    private static TapPort openTap(NetNamespace namespace, TapConfig config) {
        TapPort port = TapPort.open(config);
        // The kernel says nothing by itself on an interface without addresses.
        namespace.output("ip", "link", "set", port.name(), "addrgenmode", "none");
        return port;
    }
}
