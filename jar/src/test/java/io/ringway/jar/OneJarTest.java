package io.ringway.jar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The jar as a user has it: beside a program in a jar of its own, in a JVM of its own. */
class OneJarTest {
    private static final String PROVIDER =
            "-Djava.nio.channels.spi.SelectorProvider=io.ringway.nio.RingwaySelectorProvider";
    private static final String ASYNCHRONOUS =
            "-Djava.nio.channels.spi.AsynchronousChannelProvider"
                    + "=io.ringway.nio.RingwayAsynchronousChannelProvider";
    private static final String CHANNELS = "by channels, without a socket of the kernel";
    private static final String ASYNCHRONOUSLY = "asynchronously, without a socket of the kernel";
    private static final String SOCKETS = "by sockets, without a socket of the kernel";
    private static final Path JAR = Path.of(System.getProperty("ringway.jar"));

    @TempDir Path directory;
    private Path program;

    private record Run(int status, List<String> output) {}

    @BeforeEach
    void programInAJar() throws IOException {
        program = directory.resolve("program.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, SelfTalk.class.getName());
        String name = SelfTalk.class.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(Files.newOutputStream(program), manifest);
                InputStream code = SelfTalk.class.getClassLoader().getResourceAsStream(name)) {
            jar.putNextEntry(new JarEntry(name));
            code.transferTo(jar);
        }
    }

    @Test
    void theAgentIsTheOnlyFlag() throws Exception {
        assertThat(java("-javaagent:" + JAR, "-jar", program.toString()))
                .isEqualTo(new Run(0, List.of(CHANNELS, ASYNCHRONOUSLY, SOCKETS)));
    }

    @Test
    void theProvidersAreProperties() throws Exception {
        Run run =
                java(PROVIDER, ASYNCHRONOUS, "-cp", JAR + ":" + program, SelfTalk.class.getName());

        // Who has java.net's sockets as well wants the agent.
        assertThat(run)
                .isEqualTo(
                        new Run(0, List.of(CHANNELS, ASYNCHRONOUSLY, "by sockets, by the kernel")));
    }

    /** Such a program has only the JDK's modules that it asks for. */
    @Test
    void theAgentNeedsNoModuleOfTheJdk() throws Exception {
        String modules = "java.base,java.instrument";
        Run run = java("-javaagent:" + JAR, "--limit-modules", modules, "-jar", program.toString());

        assertThat(run).isEqualTo(new Run(0, List.of(CHANNELS, ASYNCHRONOUSLY, SOCKETS)));
    }

    @Test
    void aPortCanStayInTheKernel() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Run run =
                java(
                        "-javaagent:" + JAR + "=kernel-ports=1," + port,
                        "-jar",
                        program.toString(),
                        Integer.toString(port));

        assertThat(run.output())
                .containsExactly(CHANNELS, ASYNCHRONOUSLY, "by sockets, by the kernel");
    }

    @Test
    void withoutAFlagNothingIsRingways() throws Exception {
        Run run = java("-cp", JAR + ":" + program, SelfTalk.class.getName());

        assertThat(run.output().getFirst()).isEqualTo("by channels, by the kernel");
    }

    @Test
    void aMistakeIsOneSentence() throws Exception {
        Run run =
                java(
                        "-javaagent:" + JAR + "=port=tap0,adress=198.18.0.2/24",
                        "-jar",
                        program.toString());

        assertThat(run.status()).isNotZero();
        assertThat(String.join("\n", run.output()))
                .contains("ringway.adress is no setting of Ringway: write ringway.address instead");
    }

    @Test
    void itHasWhatItsPartsHave() throws IOException {
        try (var jar = new JarFile(JAR.toFile())) {
            List<String> names = jar.stream().map(JarEntry::getName).toList();

            assertThat(names)
                    .contains(
                            "META-INF/LICENSE",
                            "META-INF/services/io.ringway.PortProvider",
                            "io/ringway/Stack.class",
                            "io/ringway/linux/TapPort.class",
                            "io/ringway/nio/RingwayAgent.class",
                            "io/ringway/netty/RingwayIoHandler.class")
                    .doesNotHaveDuplicates();
            assertThat(names)
                    .allMatch(name ->
                            name.startsWith("META-INF/")
                                    || name.startsWith("io/ringway/")
                                    || name.equals("io/"));
            assertThat(jar.getManifest().getMainAttributes())
                    .containsAllEntriesOf(
                            Map.of(
                                    new Attributes.Name("Automatic-Module-Name"),
                                    "io.ringway",
                                    new Attributes.Name("Premain-Class"),
                                    "io.ringway.nio.RingwayAgent"));
        }
    }

    private static Run java(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            List<String> output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
