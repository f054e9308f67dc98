package io.ringway.testkit.script;

import static org.junit.jupiter.api.Assertions.fail;

import io.ringway.testkit.script.ScriptResult.Outcome;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** Runs our own scripts, in virtual time. */
final class ScriptsTest {
    // Virtual time is exact: only the granularity of timers, a millisecond, is left.
    private static final RunOptions EXACT = RunOptions.DEFAULT.withTolerance(2000, 0);

    @TestFactory
    Stream<DynamicTest> scripts() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(getClass().getResource("/scripts"));
        Path root = Path.of(folder.toURI());
        return ScriptRunner.find(root).stream()
                .map(file ->
                        DynamicTest.dynamicTest(root.relativize(file).toString(), () -> run(file)));
    }

    private static void run(Path file) throws IOException {
        ScriptResult result = new ScriptRunner(EXACT).run(file);
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
