package io.ringway.testkit.requirements;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** COMPLIANCE.md says what the tests say. */
class ComplianceTest {
    @Test
    void theFileIsWhatTheTestsSay() throws IOException {
        Path root = root();
        Compliance compliance = new Compliance(new SourceTests(root));
        String generated = compliance.generate();
        assertThat(compliance.mistakes()).isEmpty();

        Path copy = root.resolve("testkit/target/COMPLIANCE.md");
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, generated);
        Path file = root.resolve("COMPLIANCE.md");
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("COMPLIANCE.md: when the change is right, cp testkit/target/COMPLIANCE.md .")
                .isEqualTo(generated);
    }

    /** Surefire runs in the folder of the module, other runners in that of the project. */
    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("mvnw")) ? here : here.getParent();
    }
}
