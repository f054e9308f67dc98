package io.ringway.jar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What somebody sees who has written a wrong setting: one sentence that says what to write instead,
 * and a status that is not 0.
 */
@Timeout(120)
class MistakesTest {
    private static final String PROVIDER =
            "-Djava.nio.channels.spi.SelectorProvider=io.ringway.nio.RingwaySelectorProvider";
    private static final Path JAR = Path.of(System.getProperty("ringway.jar"));

    @TempDir private Path directory;

    private record Run(int status, List<String> lines) {}

    /** The settings, with spaces in between, and the sentence. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    prot=tap0 address=198.18.0.2/24|ringway.prot is no setting of Ringway: write ringway.port instead
                    port=tap0|ringway.port is tap0 and ringway.address is missing: write which address Ringway has there, with its network, such as ringway.address=198.18.0.2/24
                    address=198.18.0.2/24|ringway.address is 198.18.0.2/24 and ringway.port is missing: write what Ringway is attached to, such as ringway.port=tap0 or ringway.port=auto:eth0, or leave both out for a stack with nothing but its loopback
                    port=tap0 address=198.18.0.2|ringway.address is "198.18.0.2", and the length of the network is missing: write for instance ringway.address=198.18.0.2/24
                    port=tap0 address=198.18.0.256/24|ringway.address is "198.18.0.256/24", and "198.18.0.256" is not an IP address: "256" is not a number from 0 to 255: write for instance ringway.address=198.18.0.2/24
                    port=tap0 address=198.18.0.2/24 gateway=10.0.0.1|ringway.gateway is 10.0.0.1, which is on no network of ringway.address ([198.18.0.2/24]): write the address of a router there
                    port=tap0 address=198.18.0.2/24 lanes=two|ringway.lanes is "two", and a number from 1 to 64 is expected: write for instance ringway.lanes=2
                    port=tap0 address=198.18.0.2/24 profile=fast|ringway.profile is "fast", and unknown profile "fast": choose default, latency, c10m, capture or wan: write for instance ringway.profile=latency
                    port=tap0 address=198.18.0.2/24 strict=maybe|ringway.strict is "maybe", and true or false is expected: write for instance ringway.strict=true
                    port=8080 address=198.18.0.2/24|ringway.port: a port is "tap0", "packet:eth0", "xdp:eth0" or "auto:eth0", with options such as "xdp:eth0,mode=native,queues=2,ports=80+8000-8100"; given "8080", which looks like a TCP port
                    port=auto:missing0 address=198.18.0.2/24|cannot read the index of the interface missing0 (ENODEV, no such device); "ip link" shows those of this network namespace
                    config=/nowhere/ringway.conf|ringway.config is /nowhere/ringway.conf, which is not there: write the path of a file with lines such as "port=auto:eth0" and "address=198.18.0.2/24"
                    """)
    void aMistakeIsOneSentence(String settings, String sentence) throws Exception {
        List<String> flags = new ArrayList<>(List.of(PROVIDER, "-cp", JAR + ":" + classes()));
        for (String setting : settings.split(" ")) {
            flags.add("-Dringway." + setting);
        }
        Run run = java(flags);

        assertThat(run.status()).isNotZero();
        // What Java prints of an exception that nobody caught; "Caused by" would say it again.
        assertThat(run.lines().getFirst())
                .startsWith("Exception in thread \"main\"")
                .endsWith("Exception: " + sentence);
        assertThat(run.lines().subList(1, run.lines().size()))
                .hasSizeLessThan(20)
                .allMatch(line -> line.startsWith("\tat "));
    }

    @Test
    void aFileSaysWhichLineIsWrong() throws Exception {
        Path settings = directory.resolve("ringway.conf");
        Files.writeString(settings, "port=tap0\ncolour=red\n");

        Run run =
                java(
                        List.of(
                                PROVIDER,
                                "-Dringway.config=" + settings,
                                "-cp",
                                JAR + ":" + classes()));

        assertThat(run.status()).isNotZero();
        assertThat(run.lines().getFirst())
                .contains(
                        settings
                                + " sets colour, which is no setting of Ringway: write one of"
                                + " port,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    port=tap0,adress=198.18.0.2/24|ringway.adress is no setting of Ringway: write ringway.address instead
                    tap0|-javaagent:ringway.jar takes NAME=VALUE,… as in port=tap0,address=198.18.0.2/24; given tap0
                    port=tap0|ringway.port is tap0 and ringway.address is missing: write which address Ringway has there, with its network, such as ringway.address=198.18.0.2/24
                    port=tap0,address=198.18.0.2/24,lanes=many|ringway.lanes is "many", and a number from 1 to 64 is expected: write for instance ringway.lanes=2
                    """)
    void theAgentSaysNothingElse(String settings, String sentence) throws Exception {
        Run run = java(List.of("-javaagent:" + JAR + "=" + settings, "-cp", classes()));

        assertThat(run).isEqualTo(new Run(1, List.of("ringway: " + sentence)));
    }

    private static String classes() {
        return Path.of(SelfTalk.class.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    private static Run java(List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dstdout.encoding=UTF-8",
                        "-Dstderr.encoding=UTF-8",
                        "--enable-native-access=ALL-UNNAMED"));
        command.addAll(flags);
        command.add(SelfTalk.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            List<String> lines =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the program ends").isTrue();
            return new Run(process.exitValue(), lines);
        } finally {
            process.destroyForcibly();
        }
    }
}
