package io.ringway.cli;

import io.ringway.linux.TapConfig;
import io.ringway.linux.TapPort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The wire that a stack is attached to: a TAP, in a namespace of its own unless the user named one.
 *
 * <p>The machine's own network is touched only when the user gives {@code --tap} without {@code
 * --netns}.
 */
final class Network implements AutoCloseable {
    private final Namespace namespace;
    private final TapPort port;

    private Network(Namespace namespace, TapPort port) {
        this.namespace = namespace;
        this.port = port;
    }

    /** Opens the TAP that the options ask for. */
    static Network open(StackOptions options) {
        Namespace namespace = Namespace.open("--netns", options.netns(), options.tap() != null);
        try {
            return new Network(namespace, namespace.call(() -> openTap(options)));
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    private static TapPort openTap(StackOptions options) {
        TapConfig.Builder config = TapConfig.builder().mtu(options.mtu());
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

    TapPort port() {
        return port;
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
