package io.ringway.programs;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.linux.NetNamespace;

import org.junit.jupiter.api.Assumptions;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/**
 * A namespace with a TAP, a program in a JVM of its own that has Ringway at the one end of it, and
 * programs over the kernel at the other. The program is told by flags alone.
 */
final class ProgramHost implements AutoCloseable {
    /** What a program prints when it serves. */
    static final String READY = "READY";

    private static final long PATIENCE_S = 90;
    private static final int LINES_SHOWN = 60;
    private static final String PROVIDER =
            "-Djava.nio.channels.spi.SelectorProvider=io.ringway.nio.RingwaySelectorProvider";

    private static final String ASYNCHRONOUS =
            "-Djava.nio.channels.spi.AsynchronousChannelProvider"
                    + "=io.ringway.nio.RingwayAsynchronousChannelProvider";
    private static final String ADDRESSES = Run.HOST + "/24," + Run.HOST_IPV6 + "/48";

    private final NetNamespace namespace;
    private final Path directory;
    private final List<String> output = new ArrayList<>();
    private int lanes = 1;
    private Process program;
    private Thread reader;
    private final CountDownLatch ready = new CountDownLatch(1);

    ProgramHost(Path directory) {
        needs("ip", "ss", "curl", "socat");
        this.directory = directory;
        this.namespace = NetNamespace.create();
        tap("vnet_hdr");
    }

    /** Skips a test for which a command is missing; CI has all of them, so there it fails. */
    static void needs(String... commands) {
        for (String command : commands) {
            boolean isThere =
                    Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
            if (Boolean.parseBoolean(System.getenv("RINGWAY_REQUIRE_PRIVILEGED"))) {
                assertThat(isThere).as(command + " is installed").isTrue();
            }
            Assumptions.assumeTrue(isThere, command + " is not installed");
        }
    }

    private void tap(String options) {
        namespace.output("ip", "tuntap", "add", "dev", "tap0", "mode", "tap", options);
        namespace.output("ip", "address", "add", Run.KERNEL + "/24", "dev", "tap0");
        namespace.output("ip", "address", "add", Run.KERNEL_IPV6 + "/48", "dev", "tap0", "nodad");
        namespace.output("ip", "link", "set", "tap0", "up");
    }

    /** Gives the program so many lanes, and the TAP a queue for each. */
    void lanes(int count) {
        lanes = count;
        namespace.output("ip", "link", "delete", "tap0");
        tap("multi_queue");
    }

    /** Starts a program by the flags for channels, and waits until it serves. */
    void start(Class<?> main, String... arguments) throws Exception {
        start(
                List.of(
                        PROVIDER,
                        ASYNCHRONOUS,
                        "-Dringway.port=tap0",
                        "-Dringway.address=" + ADDRESSES,
                        "-Dringway.lanes=" + lanes),
                main,
                arguments);
    }

    /** The same by the agent, which is for sockets as well. */
    void startWithAgent(Class<?> main, String... arguments) throws Exception {
        start(
                List.of("-javaagent:" + agent() + "=port=tap0,address=" + ADDRESSES),
                main,
                arguments);
    }

    /** A jar that names the agent; its classes are in the class path. */
    private Path agent() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(new Attributes.Name("Premain-Class"), "io.ringway.nio.RingwayAgent");
        Path jar = directory.resolve("agent.jar");
        try (OutputStream to = Files.newOutputStream(jar)) {
            new JarOutputStream(to, manifest).close();
        }
        return jar;
    }

    private void start(List<String> flags, Class<?> main, String... arguments) throws Exception {
        program =
                namespace.start(
                        new ProcessBuilder(java(flags, main, arguments)).redirectErrorStream(true));
        reader = Thread.ofPlatform().daemon().start(this::read);
        boolean isReady = ready.await(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(isReady && isServing()).as(() -> main + " serves; it said " + said()).isTrue();
        // What the program listens at is nowhere in the kernel.
        String listening =
                namespace
                        .output("ss", "-H", "-ltnp")
                        .lines()
                        .filter(line -> line.contains("\"java\""))
                        .reduce("", String::concat);
        assertThat(listening).as("the program's sockets that listen in the kernel").isEmpty();
        String kernels =
                namespace
                        .output("ss", "-H", "-tnp")
                        .lines()
                        .filter(line -> line.contains("\"java\""))
                        .reduce("", String::concat);
        assertThat(kernels).as("the program's connections in the kernel").isEmpty();
    }

    private boolean isServing() {
        synchronized (output) {
            return output.contains(READY);
        }
    }

    private List<String> java(List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-Dio.netty.transport.noNative=true");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Xmx512m");
        command.add("-cp");
        command.add(classPath());
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Without the test kit, which has a resolver of names that these are not to have. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(element -> !element.contains("testkit"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private void read() {
        try (var lines = program.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.add(line);
                }
                if (line.equals(READY)) {
                    ready.countDown();
                }
            }
        } catch (IOException closed) {
            // The program is gone.
        }
        // Who waits sees that it never served.
        ready.countDown();
    }

    private String said() {
        synchronized (output) {
            int last = output.size();
            return String.join("\n", output.subList(Math.max(0, last - LINES_SHOWN), last));
        }
    }

    /** The same program, or another one, over the kernel: what it prints. */
    String runOnKernel(Class<?> main, String... arguments) throws Exception {
        return run(java(List.of(), main, arguments));
    }

    /** Runs a command of the machine at the kernel's end, and gives what it printed. */
    String run(String... command) throws Exception {
        return run(List.of(command));
    }

    private String run(List<String> command) throws Exception {
        Path printed = Files.createTempFile(directory, "printed", ".txt");
        Process process =
                namespace.start(
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(printed.toFile()));
        boolean isOver = process.waitFor(PATIENCE_S, TimeUnit.SECONDS);
        String text = Files.readString(printed, StandardCharsets.ISO_8859_1);
        assertThat(isOver && process.exitValue() == 0)
                .as(() -> command.getFirst() + " printed " + text + "\nand the program " + said())
                .isTrue();
        return text;
    }

    /** A server program of the machine's at the kernel's end; it ends with the namespace. */
    void serve(String... command) throws IOException {
        Process _ =
                namespace.start(
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD));
    }

    /** A key and a certificate for {@link Run#HOST}. */
    String keys() throws Exception {
        String file = directory.resolve("keys.p12").toString();
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        run(
                keytool,
                "-genkeypair",
                "-keystore",
                file,
                "-storepass",
                Run.PASSWORD,
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=ringway",
                "-ext",
                "san=ip:" + Run.HOST);
        return file;
    }

    /** Lets the program end by itself, and checks that it found nothing wrong. */
    void end() throws Exception {
        program.getOutputStream().close();
        boolean isOver = program.waitFor(PATIENCE_S, TimeUnit.SECONDS);
        reader.join();
        assertThat(isOver).as("the program ends").isTrue();
        assertThat(program.exitValue()).as(this::said).isZero();
    }

    @Override
    public void close() {
        namespace.close();
    }
}
