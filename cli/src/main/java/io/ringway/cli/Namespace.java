package io.ringway.cli;

import io.ringway.linux.NetNamespace;
import io.ringway.port.PortException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The network namespace that a TAP of ours is in: a fresh one, one with a name as of {@code ip
 * netns}, or the one that this process runs in.
 */
final class Namespace implements AutoCloseable {
    private static final Path NAMED = Path.of("/run/netns");

    private final @Nullable NetNamespace namespace;
    private final @Nullable String name;
    private final boolean isNameOurs;

    private Namespace(@Nullable NetNamespace namespace, @Nullable String name, boolean isNameOurs) {
        this.namespace = namespace;
        this.name = name;
        this.isNameOurs = isNameOurs;
    }

    /**
     * Opens the namespace that the user asks for.
     *
     * @param option the option that names it, for the line that says what is wrong
     * @param name as of {@code ip netns}, made when it is not there and then removed at the end;
     *     null when the user gave none
     * @param isHere without a name: the one of this process, and not a fresh one
     */
    static Namespace open(String option, @Nullable String name, boolean isHere) {
        if (name == null) {
            return new Namespace(isHere ? null : allowed(NetNamespace::create), null, false);
        }
        Path path = path(option, name);
        boolean isOurs = !Files.exists(path);
        if (isOurs) {
            Programs.run("ip", "netns", "add", name);
        }
        try {
            return new Namespace(allowed(() -> NetNamespace.open(path)), name, isOurs);
        } catch (RuntimeException e) {
            if (isOurs) {
                Programs.run("ip", "netns", "delete", name);
            }
            throw e;
        }
    }

    private static Path path(String option, String name) {
        if (!name.matches("[A-Za-z0-9_.-]{1,64}") || name.startsWith(".")) {
            throw Failure.usage(
                    option
                            + " is the name of a namespace, of letters, digits, '-' and '_'; given"
                            + " '"
                            + name
                            + "'");
        }
        return NAMED.resolve(name);
    }

    /** Turns a refusal of the kernel's into one of this command's. */
    private static <T> T allowed(Supplier<T> body) {
        try {
            return body.get();
        } catch (PortException e) {
            // Who is not root has no other reason that is worth a thought.
            boolean isRoot = "root".equals(System.getProperty("user.name"));
            int status = isRoot ? ExitStatus.FAILED : ExitStatus.NOT_ALLOWED;
            throw new Failure(status, String.valueOf(e.getMessage()), e);
        }
    }

    /** Runs {@code body} inside; what the kernel refuses there is a {@link Failure}. */
    <T> T call(Supplier<T> body) {
        return allowed(() -> namespace == null ? body.get() : namespace.call(body));
    }

    /** What to put in front of a command, in another terminal, to run it inside. */
    String prefix() {
        if (namespace == null) {
            return "";
        }
        String sudo = "root".equals(System.getProperty("user.name")) ? "" : "sudo ";
        return name != null
                ? sudo + "ip netns exec " + name + " "
                : sudo + "nsenter --net=" + namespace.path() + " ";
    }

    /** Starts a program inside, which ends with the namespace at the latest. */
    Process start(ProcessBuilder command) throws IOException {
        return namespace == null ? command.start() : namespace.start(command);
    }

    /** Ends the programs inside, and removes what was made. */
    @Override
    public void close() {
        if (namespace != null) {
            namespace.close();
        }
        if (isNameOurs && name != null) {
            Programs.run("ip", "netns", "delete", name);
        }
    }
}
