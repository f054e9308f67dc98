package io.ringway.jar;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.linux.NetNamespace;
import io.ringway.testkit.Privileged;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program in a JVM of its own that is told by flags alone, with the jar as it is built, serves a
 * peer over the kernel and is a client of another, at the other end of a TAP.
 */
@Privileged
@Timeout(120)
class DoorsOverTapTest {
    private static final String PROVIDER =
            "-Djava.nio.channels.spi.SelectorProvider=io.ringway.nio.RingwaySelectorProvider";
    private static final String ASYNCHRONOUS =
            "-Djava.nio.channels.spi.AsynchronousChannelProvider"
                    + "=io.ringway.nio.RingwayAsynchronousChannelProvider";
    private static final Path JAR = Path.of(System.getProperty("ringway.jar"));
    private static final String KERNEL = "198.18.0.1";
    private static final String OURS = "198.18.0.2";
    private static final String PORT = "7000";
    private static final String NEXT = "7001";
    private static final List<String> WHERE =
            List.of("-Dringway.port=tap0", "-Dringway.address=" + OURS + "/24");

    @TempDir private Path directory;
    private NetNamespace namespace;

    @BeforeEach
    void openNamespace() {
        namespace = NetNamespace.create();
        namespace.output("ip", "tuntap", "add", "dev", "tap0", "mode", "tap", "vnet_hdr");
        namespace.output("ip", "address", "add", KERNEL + "/24", "dev", "tap0");
        namespace.output("ip", "link", "set", "tap0", "up");
    }

    @AfterEach
    void closeNamespace() {
        namespace.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"CHANNELS", "SELECTOR"})
    void bySelectorProvider(Way way) throws Exception {
        serveAndAsk(byFlags(WHERE, PROVIDER), EchoProgram.class, way, KERNEL);
    }

    @Test
    void byAsynchronousChannelProvider() throws Exception {
        serveAndAsk(byFlags(WHERE, ASYNCHRONOUS), EchoProgram.class, Way.ASYNCHRONOUS, KERNEL);
    }

    @ParameterizedTest
    @EnumSource
    void byAgent(Way way) throws Exception {
        serveAndAsk(byAgent(""), EchoProgram.class, way, KERNEL);
    }

    @Test
    void byInstalling() throws Exception {
        List<String> flags = new ArrayList<>(WHERE);
        flags.addAll(List.of("-cp", classes() + ":" + JAR));
        serveAndAsk(flags, InstallingProgram.class, Way.SOCKETS, KERNEL);
    }

    @Test
    void whereThreadsHaveALoaderOfTheirOwn() throws Exception {
        serveAndAsk(byAgent(""), IsolatedProgram.class, Way.CHANNELS, KERNEL);
    }

    @Test
    void datagramsByAgent() throws Exception {
        kernelEchoes("UDP-LISTEN", "-uln");
        Process program = start(byAgent(""), DatagramProgram.class, PORT, KERNEL);
        try (BufferedReader said = program.inputReader()) {
            expect(said, "READY");
            assertThat(socketsOfJava("-uanp")).isEmpty();
            assertThat(shell("echo to it | socat -T 5 - UDP:" + OURS + ":" + PORT))
                    .isEqualTo("to it");
            expect(said, "ECHOED");
            expect(said, "GOT from a datagram socket " + NEXT);
        }
        assertThat(status(program)).isZero();
    }

    @Test
    void overIpVersion6() throws Exception {
        namespace.output("ip", "address", "add", "2001:2::1/48", "dev", "tap0", "nodad");
        List<String> where =
                List.of(WHERE.getFirst(), "-Dringway.address=" + OURS + "/24,2001:2::2/48");
        serveAndAsk(byFlags(where, PROVIDER), EchoProgram.class, Way.SELECTOR, "2001:2::1");
    }

    @Test
    void settingsMayBeInAFile() throws Exception {
        Path settings = directory.resolve("ringway.conf");
        Files.writeString(settings, "port = tap0\naddress = 198.18.0.9/24\n");
        List<String> where =
                List.of("-Dringway.config=" + settings, "-Dringway.address=" + OURS + "/24");
        serveAndAsk(byFlags(where, PROVIDER), EchoProgram.class, Way.CHANNELS, KERNEL);
    }

    @Test
    void whatIsNotOnRingwayGoesToTheKernel() throws Exception {
        serveAndAsk(byAgent(""), EchoProgram.class, Way.SOCKETS, "127.0.0.1");
    }

    @Test
    void unlessThatIsForbidden() throws Exception {
        kernelEchoes("TCP-LISTEN", "-tln");
        Process program =
                start(
                        byAgent(",strict=true"),
                        EchoProgram.class,
                        Way.SOCKETS.name(),
                        PORT,
                        "192.0.2.1");
        try (BufferedReader said = program.inputReader()) {
            expect(said, "READY");
            assertThat(shell("echo to it | socat -t 5 - TCP:" + OURS + ":" + PORT))
                    .isEqualTo("to it");
            expect(said, "ECHOED");
            assertThat(said.readLine())
                    .endsWith(
                            "192.0.2.1 is on no network of Ringway and behind no gateway of it, and"
                                    + " ringway.strict=true keeps the kernel out: write a"
                                    + " ringway.gateway, or ringway.strict=false");
            // What is left of it fits into the pipe, or else the program would wait.
            assertThat(said.lines()).isNotEmpty();
        }
        assertThat(status(program)).isNotZero();
    }

    /** A peer gets back what it sent, and then the program gets back what it sent to {@code to}. */
    private void serveAndAsk(List<String> flags, Class<?> main, Way way, String to)
            throws Exception {
        byte[] octets = EchoProgram.octets();
        String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        Path sent = directory.resolve("sent");
        Files.write(sent, octets);
        kernelEchoes(to.contains(":") ? "TCP6-LISTEN" : "TCP-LISTEN", "-tln");
        Process program = start(flags, main, way.name(), PORT, to);
        try (BufferedReader said = program.inputReader()) {
            expect(said, "READY");
            assertThat(socketsOfJava("-tanp")).isEmpty();
            String ours = to.contains(":") ? "TCP6:[2001:2::2]" : "TCP:" + OURS;
            assertThat(shell("socat -t 30 - " + ours + ":" + PORT + " < " + sent + " | sha256sum"))
                    .startsWith(sum);
            expect(said, "ECHOED");
            expect(said, "GOT " + sum);
        }
        assertThat(status(program)).isZero();
    }

    private static List<String> byFlags(List<String> where, String provider) {
        List<String> flags = new ArrayList<>(where);
        flags.add(provider);
        flags.addAll(List.of("-cp", classes() + ":" + JAR));
        return flags;
    }

    private static List<String> byAgent(String more) {
        // Nothing of Ringway is in the class path.
        return List.of(
                "-javaagent:" + JAR + "=port=tap0,address=" + OURS + "/24" + more,
                "-cp",
                classes());
    }

    /** The programs alone. */
    private static String classes() {
        return Path.of(
                        EchoProgram.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                .toString();
    }

    private Process start(List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-ea", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(flags);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return namespace.start(new ProcessBuilder(command).redirectErrorStream(true));
    }

    /** The kernel's end gives back what is sent to the port that the program asks. */
    private void kernelEchoes(String kind, String listening) {
        Process _ = namespace.start("socat", kind + ":" + NEXT + ",fork", "EXEC:cat");
        String _ = shell("until ss -H " + listening + " | grep -q :" + NEXT + "; do :; done");
    }

    private String shell(String command) {
        return namespace.output("sh", "-c", command);
    }

    private List<String> socketsOfJava(String kind) {
        return namespace
                .output("ss", "-H", kind)
                .lines()
                .filter(line -> line.contains("\"java\""))
                .toList();
    }

    private static void expect(BufferedReader said, String line) throws IOException {
        String first = said.readLine();
        if (!line.equals(first)) {
            List<String> more = new ArrayList<>();
            more.add(first);
            said.lines().forEach(more::add);
            assertThat(String.join("\n", more)).isEqualTo(line);
        }
    }

    private static int status(Process program) throws InterruptedException {
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).as("the program ends").isTrue();
        return program.exitValue();
    }
}
