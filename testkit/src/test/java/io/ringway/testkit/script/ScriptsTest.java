package io.ringway.testkit.script;

import static org.junit.jupiter.api.Assertions.fail;

import io.ringway.testkit.script.ScriptResult.Outcome;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Runs our own scripts, in virtual time. */
final class ScriptsTest {
    // Virtual time is exact: only the granularity of timers, a millisecond, is left.
    private static final RunOptions EXACT = RunOptions.DEFAULT.withTolerance(2000, 0);

    // A script that does not say for which version of IP it is holds for both.
    private static final String[] ONE_VERSION = {""};
    private static final String[] BOTH_VERSIONS = {"ipv4", "ipv6"};

    @TestFactory
    Stream<DynamicTest> scripts() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(getClass().getResource("/scripts"));
        Path root = Path.of(folder.toURI());
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : ScriptRunner.find(root)) {
            String name = root.relativize(file).toString();
            String text = Files.readString(file, StandardCharsets.UTF_8);
            for (String version : text.contains("--ip_version") ? ONE_VERSION : BOTH_VERSIONS) {
                tests.add(
                        DynamicTest.dynamicTest(
                                (name + " " + version).strip(), () -> run(name, text, version)));
            }
        }
        return tests.stream();
    }

    private static void run(String name, String text, String version) {
        ScriptResult result = new ScriptRunner(EXACT.withIpVersion(version)).run(name, text);
        if (result.outcome() != Outcome.PASSED) {
            fail(
                    result.outcome()
                            + " "
                            + result.message()
                            + "\n"
                            + String.join("\n", result.trace()));
        }
    }
}
