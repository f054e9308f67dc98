package io.ringway.testkit.port;

import io.ringway.port.ImpairmentConfig;
import io.ringway.port.ImpairmentPort;
import io.ringway.port.LinkConfig;
import io.ringway.port.PcapngPort;
import io.ringway.port.Port;
import io.ringway.port.PortCapabilities;
import io.ringway.port.TracePort;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The link in memory in its kinds, and what can be put around a port. */
class LinkContractTest {
    @Nested
    class Plain extends PortContract {
        @Override
        protected PortWire openWire() {
            return link(LinkConfig.PLAIN);
        }
    }

    @Nested
    class Offloaded extends PortContract {
        @Override
        protected PortWire openWire() {
            return link(LinkConfig.OFFLOADED);
        }
    }

    @Nested
    class FarEndWithoutOffloads extends PortContract {
        @Override
        protected PortWire openWire() {
            return link(
                    LinkConfig.builder()
                            .capabilities(PortCapabilities.FULL, PortCapabilities.NONE)
                            .build());
        }
    }

    @Nested
    class Threaded extends PortContract {
        @Override
        protected PortWire openWire() {
            return link(
                    LinkConfig.builder()
                            .isThreaded(true)
                            .capabilities(PortCapabilities.FULL)
                            .build());
        }
    }

    @Nested
    class SlowAndFar extends PortContract {
        @Override
        protected PortWire openWire() {
            return link(
                    LinkConfig.builder()
                            .rateBitsPerSecond(1_000_000_000)
                            .latencyNs(100_000)
                            .capabilities(PortCapabilities.FULL)
                            .build());
        }
    }

    @Nested
    class ThreadedSlowAndFar extends PortContract {
        @Override
        protected PortWire openWire() {
            return link(
                    LinkConfig.builder()
                            .isThreaded(true)
                            .rateBitsPerSecond(1_000_000_000)
                            .latencyNs(100_000)
                            .build());
        }
    }

    @Nested
    class InsideImpairment extends PortContract {
        @Override
        protected PortWire openWire() {
            var config = ImpairmentConfig.parse("delay=10us");
            return new LinkWire(LinkConfig.OFFLOADED, port -> new ImpairmentPort(port, config));
        }
    }

    @Nested
    class InsidePcapngAndTrace extends PortContract {
        @TempDir Path folder;
        private int files;

        @Override
        protected PortWire openWire() {
            UnaryOperator<Port> around =
                    port ->
                            new TracePort(
                                    PcapngPort.toFile(port, folder.resolve(files++ + ".pcapng"), 0),
                                    new StringBuilder(),
                                    0);
            return new LinkWire(LinkConfig.OFFLOADED, around);
        }
    }

    private static PortWire link(LinkConfig config) {
        return new LinkWire(config, port -> port);
    }
}
