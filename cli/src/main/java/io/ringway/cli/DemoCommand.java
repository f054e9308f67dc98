package io.ringway.cli;

import io.ringway.cli.show.Progress;
import io.ringway.cli.show.Terminal;
import io.ringway.port.ImpairmentConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code ringway demo}: everything in half a minute, on whatever wire this machine allows. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "See it work: our stack serves a file to curl, over IPv4 and IPv6, checks that it"
                    + " arrived, pings and is pinged, and does it again over a bad wire.",
            "",
            "It changes nothing on this machine. As root it makes a network namespace with a TAP in"
                + " it; without root it does so in a user namespace (unshare -rn); where neither is"
                + " allowed it joins two of our stacks in memory."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  ringway demo", "  ringway demo --size 1GiB --impair loss=5%%,delay=5ms"})
final class DemoCommand implements Callable<Integer> {
    private static final String CHILD = "RINGWAY_DEMO_CHILD";
    private static final Path TUN = Path.of("/dev/net/tun");

    @Option(
            names = "--size",
            paramLabel = "OCTETS",
            defaultValue = "256MiB",
            description = "Size of the file (default: ${DEFAULT-VALUE}).")
    private Size size;

    @Option(
            names = "--impaired-size",
            paramLabel = "OCTETS",
            defaultValue = "16MiB",
            description =
                    "How much of it to download over the bad wire (default: ${DEFAULT-VALUE}).")
    private Size impairedSize;

    @Option(
            names = "--impair",
            paramLabel = "WHAT",
            defaultValue = "loss=1%,delay=20ms,seed=7",
            description = "What is bad about that wire (default: ${DEFAULT-VALUE}).")
    private ImpairmentConfig impairment;

    @Option(
            names = "--memory",
            description = "Join two stacks in memory, whatever this machine allows.")
    private boolean isInMemory;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (size.octets() < 1 << 20) {
            throw Failure.usage("--size is at least 1MiB");
        }
        Terminal terminal = Terminal.of(System.out);
        boolean isChild = System.getenv(CHILD) != null;
        if (!isChild) {
            terminal.line(
                    "Ringway: a TCP/IP stack in Java serves a file. This machine's network is not"
                            + " touched.");
            terminal.line("");
        }
        String obstacle = isInMemory ? "as you asked" : obstacle();
        if (obstacle != null && isChild) {
            return ExitStatus.NOT_ALLOWED;
        }
        if (obstacle != null && !isInMemory && canUnshare()) {
            int status = runUnshared();
            if (status != ExitStatus.NOT_ALLOWED) {
                return status;
            }
        }
        run(terminal, obstacle);
        return ExitStatus.OK;
    }

    /** Why there can be no TAP in a namespace, or null when there can. */
    private static @Nullable String obstacle() {
        if (!Programs.isInstalled("curl")) {
            return "curl is not installed";
        }
        try {
            Network.open(new StackOptions()).close();
            return null;
        } catch (Failure e) {
            return !isRoot() && !isTunOurs()
                    ? "this user is not root, and only root may open " + TUN
                    : ErrorLines.message(e);
        }
    }

    private static boolean canUnshare() {
        return !isRoot()
                && isTunOurs()
                && Programs.isInstalled("unshare")
                && Programs.isInstalled("curl");
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static boolean isTunOurs() {
        return Files.isReadable(TUN) && Files.isWritable(TUN);
    }

    /** Runs this very command again as the root of a user namespace. */
    private static int runUnshared() throws IOException, InterruptedException {
        ProcessHandle.Info self = ProcessHandle.current().info();
        if (self.command().isEmpty() || self.arguments().isEmpty()) {
            return ExitStatus.NOT_ALLOWED;
        }
        List<String> command = new ArrayList<>(List.of("unshare", "-rn", self.command().get()));
        command.addAll(List.of(self.arguments().get()));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put(CHILD, "1");
        // Where user namespaces are forbidden unshare says so; we say it in our own words.
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        int status = builder.start().waitFor();
        return status == ExitStatus.FAILED && !canEnterUserNamespace()
                ? ExitStatus.NOT_ALLOWED
                : status;
    }

    private static boolean canEnterUserNamespace() {
        try {
            Programs.run("unshare", "-rn", "true");
            return true;
        } catch (Failure e) {
            return false;
        }
    }

    private void run(Terminal terminal, @Nullable String obstacle)
            throws IOException, InterruptedException {
        say(terminal, obstacle);
        long startNs = System.nanoTime();
        Progress progress = new Progress(terminal, "making a file", size.octets(), startNs);
        try (DemoFile file = DemoFile.make(size.octets(), progress)) {
            progress.finish(size.octets(), System.nanoTime(), "");
            Demo demo = new Demo(terminal, file, impairment, impairedSize.octets());
            demo.run(condition ->
                    obstacle == null
                            ? DemoTapWire.open(file, StackOptions.impaired(condition), terminal)
                            : DemoMemoryWire.open(file, condition));
        }
        terminal.line("");
        terminal.line("All of it is cleaned up. What to type next:");
        if (obstacle == null) {
            terminal.line(
                    "  ./ringway serve               serve this directory, and see how to reach"
                            + " it");
            terminal.line("  ./ringway ping 198.18.0.1     our stack pings the kernel");
        }
        terminal.line("  ./ringway doctor              what this machine allows");
        terminal.line("  ./ringway --help              everything else");
    }

    private static void say(Terminal terminal, @Nullable String obstacle) {
        if (obstacle != null) {
            terminal.line("  No TAP here: " + obstacle + ".");
            terminal.line("  So two stacks of ours are joined in memory instead.");
            return;
        }
        String where =
                System.getenv(CHILD) != null
                        ? "Without root: in a user namespace (unshare -rn), "
                        : "As root: in a network namespace of its own, ";
        terminal.line("  " + where + "a TAP joins two ends:");
        terminal.line("    the kernel, with curl and ping    198.18.0.1 and 2001:2::1");
        terminal.line("    Ringway, in this JVM              198.18.0.2 and 2001:2::2");
        terminal.line("");
    }
}
