package io.ringway.linux;

import io.ringway.StackConfig;
import io.ringway.port.Port;
import io.ringway.port.PortException;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import java.util.List;
import java.util.Set;

/**
 * Opens a port by its name: {@code tap0}, {@code packet:eth0}, {@code xdp:eth0} or {@code
 * auto:eth0}, which chooses what suits the interface ({@link PortSpec} has all the forms).
 *
 * <pre>{@code
 * var config = StackConfig.of("198.18.0.2/24");
 * var stack = Stack.open(config, Ports.open("auto:eth0,ports=80", config));
 * }</pre>
 *
 * <p>Where an address of the stack is one of the kernel's too, {@code ports=} says which TCP and
 * UDP ports are ours; all others, and pings, stay the kernel's.
 *
 * <p>Any platform thread; the port is in its network namespace.
 */
public final class Ports {
    private static final System.Logger LOGGER = System.getLogger("io.ringway");

    private Ports() {}

    /**
     * Opens the port that {@code text} names, for a stack with that configuration.
     *
     * @throws IllegalArgumentException when the text is no port
     * @throws PortException when the interface or the privilege is missing; it says what to do
     */
    public static Port open(String text, StackConfig config) {
        return open(PortSpec.parse(text), config);
    }

    /** The same of a text that is read already. */
    public static Port open(PortSpec spec, StackConfig config) {
        return switch (spec.kind()) {
            case TAP -> openTap(spec, config);
            case PACKET -> openPacket(spec, config);
            case XDP -> openXdp(spec, config, spec.mode());
            case AUTO -> openBest(spec, config);
        };
    }

    private static Port openBest(PortSpec spec, StackConfig config) {
        PortChoice choice = PortChoice.of(InterfaceFacts.of(spec.interfaceName()));
        if (!choice.isPossible()) {
            throw new PortException("no port for " + spec.interfaceName() + ": " + choice.reason());
        }
        if (choice.kind() == PortSpec.Kind.XDP) {
            try {
                return openXdp(spec, config, XdpConfig.Mode.NATIVE);
            } catch (PortException refused) {
                // A driver may want more queues, a smaller MTU, or fewer offloads than there are.
                LOGGER.log(
                        System.Logger.Level.INFO,
                        "AF_PACKET on " + spec.interfaceName() + ", since AF_XDP does not open",
                        refused);
            }
        }
        return openPacket(spec, config);
    }

    /** As many as asked for, or one for each lane. */
    private static int queues(PortSpec spec, StackConfig config) {
        return spec.queues() > 0 ? spec.queues() : config.lanes().count();
    }

    private static Port openTap(PortSpec spec, StackConfig config) {
        return TapPort.open(
                TapConfig.builder().name(spec.interfaceName()).queues(queues(spec, config)).build(),
                // One queue serves several lanes, too: its owner hands frames over.
                spec.queues() == 0);
    }

    private static Port openPacket(PortSpec spec, StackConfig config) {
        PacketConfig.Builder packet =
                PacketConfig.builder(spec.interfaceName()).queues(queues(spec, config));
        List<IpAddress> shared = shared(spec, config);
        if (!shared.isEmpty()) {
            packet.share(shared, spec.ports());
        }
        return PacketPort.open(packet.build());
    }

    private static Port openXdp(PortSpec spec, StackConfig config, XdpConfig.Mode mode) {
        XdpConfig.Builder xdp =
                XdpConfig.builder(spec.interfaceName())
                        .mode(mode)
                        .queues(spec.queues())
                        .vlan(config.ip().vlan());
        List<IpAddress> shared = shared(spec, config);
        for (IpPrefix prefix : config.ip().addresses()) {
            IpAddress address = prefix.address();
            if (shared.contains(address)) {
                xdp.share(address);
            } else {
                xdp.own(address);
            }
        }
        spec.ports().forEach(ports -> xdp.ports(ports.first(), ports.last()));
        return XdpPort.open(xdp.build());
    }

    /** The addresses of the stack that the kernel has too, of which ports have to be named. */
    private static List<IpAddress> shared(PortSpec spec, StackConfig config) {
        Set<IpAddress> kernels = InterfaceAddresses.ofKernel();
        List<IpAddress> shared =
                config.ip().addresses().stream()
                        .map(IpPrefix::address)
                        .filter(kernels::contains)
                        .toList();
        if (!shared.isEmpty() && spec.ports().isEmpty()) {
            throw new PortException(
                    "the kernel has the address "
                            + shared.getFirst()
                            + " too: say which ports of it are ours, for instance \""
                            + spec.interfaceName()
                            + ",ports=80+40000-40999\", or take another address");
        }
        return shared;
    }
}
