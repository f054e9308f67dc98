package io.ringway.linux;

import io.ringway.testkit.Privileged;
import io.ringway.testkit.port.PortContract;
import io.ringway.testkit.port.PortWire;

import org.junit.jupiter.api.Nested;

/** AF_XDP on a veth keeps the port contract in each of its ways. */
class XdpContractTest {
    @Nested
    @Privileged
    class Native extends PortContract {
        @Override
        protected PortWire openWire() {
            var config = XdpWire.config().mode(XdpConfig.Mode.NATIVE).copy(XdpConfig.Copy.COPY);
            return new XdpWire(config, XdpWire.FAR, 1_500, 1);
        }
    }

    @Nested
    @Privileged
    class Generic extends PortContract {
        @Override
        protected PortWire openWire() {
            var config = XdpWire.config().mode(XdpConfig.Mode.GENERIC);
            return new XdpWire(config, XdpWire.NEAR, 1_500, 1);
        }
    }

    @Nested
    @Privileged
    class TwoQueues extends PortContract {
        @Override
        protected PortWire openWire() {
            return new XdpWire(XdpWire.config(), XdpWire.NEAR, 1_500, 2);
        }
    }

    @Nested
    @Privileged
    class FramesInPieces extends PortContract {
        @Override
        protected PortWire openWire() {
            return new XdpWire(XdpWire.config(), XdpWire.FAR, 9_000, 1);
        }
    }
}
