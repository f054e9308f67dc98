package io.ringway.cli;

import io.ringway.linux.NetNamespace;
import io.ringway.linux.TapConfig;
import io.ringway.linux.TapPort;
import io.ringway.port.PortException;

import org.jspecify.annotations.Nullable;

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
    private static final Path NAMED = Path.of("/run/netns");

    private final @Nullable NetNamespace namespace;
    private final @Nullable String name;
    private final boolean isNameOurs;
    private final TapPort port;

    private Network(
            @Nullable NetNamespace namespace,
            @Nullable String name,
            boolean isNameOurs,
            TapPort port) {
        this.namespace = namespace;
        this.name = name;
        this.isNameOurs = isNameOurs;
        this.port = port;
    }

    /**
     * Opens the TAP that the options ask for.
     *
     * @throws io.ringway.port.PortException when the machine or the user's privileges do not allow
     *     it
     */
    static Network open(StackOptions options) {
        try {
            return attach(options);
        } catch (PortException e) {
            // Who is not root has no other reason that is worth a thought.
            boolean isRoot = "root".equals(System.getProperty("user.name"));
            int status = isRoot ? ExitStatus.FAILED : ExitStatus.NOT_ALLOWED;
            throw new Failure(status, String.valueOf(e.getMessage()), e);
        }
    }

    private static Network attach(StackOptions options) {
        String name = options.netns();
        if (name == null && options.tap() != null) {
            return new Network(null, null, false, openTap(options));
        }
        if (name == null) {
            NetNamespace namespace = NetNamespace.create();
            return inside(namespace, null, false, options);
        }
        boolean isOurs = !Files.exists(named(name));
        if (isOurs) {
            ip("netns", "add", name);
        }
        try {
            return inside(NetNamespace.open(named(name)), name, isOurs, options);
        } catch (RuntimeException e) {
            if (isOurs) {
                ip("netns", "delete", name);
            }
            throw e;
        }
    }

    private static Network inside(
            NetNamespace namespace,
            @Nullable String name,
            boolean isNameOurs,
            StackOptions options) {
        try {
            return new Network(namespace, name, isNameOurs, namespace.call(() -> openTap(options)));
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

    private static Path named(String name) {
        if (!name.matches("[A-Za-z0-9_.-]{1,64}") || name.startsWith(".")) {
            throw Failure.usage(
                    "--netns is the name of a namespace, of letters, digits, '-' and '_'; given '"
                            + name
                            + "'");
        }
        return NAMED.resolve(name);
    }

    private static void ip(String... arguments) {
        Programs.run("ip", arguments);
    }

    TapPort port() {
        return port;
    }

    /** The namespace; null when the TAP is in the one that this process runs in. */
    @Nullable NetNamespace namespace() {
        return namespace;
    }

    /**
     * What to put in front of a command, in another terminal, to run it at the other end of the
     * wire.
     */
    String prefix() {
        if (namespace == null) {
            return "";
        }
        String sudo = "root".equals(System.getProperty("user.name")) ? "" : "sudo ";
        return name != null
                ? sudo + "ip netns exec " + name + " "
                : sudo + "nsenter --net=" + namespace.path() + " ";
    }

    /** Starts a program at the other end of the wire. */
    Process start(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        return namespace == null ? builder.start() : namespace.start(builder);
    }

    /** Removes what was made; the stack has closed the port already. */
    @Override
    public void close() {
        port.close();
        if (namespace != null) {
            namespace.close();
        }
        if (isNameOurs && name != null) {
            ip("netns", "delete", name);
        }
    }
}
