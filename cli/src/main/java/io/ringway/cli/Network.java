package io.ringway.cli;

import io.ringway.linux.PortSpec;
import io.ringway.linux.Ports;
import io.ringway.linux.TapConfig;
import io.ringway.linux.TapPort;
import io.ringway.port.Port;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The wire that a stack is attached to: a TAP, in a namespace of its own unless the user named one,
 * or an interface that is there.
 *
 * <p>The machine's own network is touched only when the user gives {@code --tap} or {@code --port}
 * without {@code --netns}.
 */
final class Network implements AutoCloseable {
    private final Namespace namespace;
    private final Port port;
    private final boolean isOurs;

    private Network(Namespace namespace, Port port, boolean isOurs) {
        this.namespace = namespace;
        this.port = port;
        this.isOurs = isOurs;
    }

    /** Opens the port that the options ask for. */
    static Network open(StackOptions options) {
        PortSpec spec = options.port();
        boolean isNamed = spec != null || options.tap() != null;
        Namespace namespace = Namespace.open("--netns", options.netns(), isNamed);
        try {
            return spec == null || spec.kind() == PortSpec.Kind.TAP
                    ? new Network(namespace, namespace.call(() -> openTap(options)), true)
                    : new Network(
                            namespace,
                            namespace.call(() -> Ports.open(spec, options.config())),
                            false);
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    private static Port openTap(StackOptions options) {
        TapConfig.Builder config = TapConfig.builder().mtu(options.mtu());
        PortSpec spec = options.port();
        if (spec != null && spec.queues() > 0) {
            config.queues(spec.queues());
        }
        String tap = options.tap();
        boolean isThere = false;
        if (tap != null) {
            config.name(tap);
            isThere = Files.exists(Path.of("/proc/thread-self/net/dev_snmp6", tap));
        }
        if (!isThere) {
            config.kernelAddresses(options.hostAddresses());
        }
        return TapPort.open(config.build());
    }

    Port port() {
        return port;
    }

    /** Whether the other end of the wire is this machine's kernel, and not some network. */
    boolean isOurs() {
        return isOurs;
    }

    /** Where the other end of the wire is. */
    Namespace namespace() {
        return namespace;
    }

    /**
     * What to put in front of a command, in another terminal, to run it at the other end of the
     * wire.
     */
    String prefix() {
        return namespace.prefix();
    }

    /** Starts a program at the other end of the wire. */
    Process start(List<String> command) throws IOException {
        return namespace.start(
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))));
    }

    /** Removes what was made; the stack has closed the port already. */
    @Override
    public void close() {
        port.close();
        namespace.close();
    }
}
