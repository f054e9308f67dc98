package io.ringway.testkit.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The scripts in the folder {@code states} are those that {@link StateMatrix} writes. */
final class StateMatrixTest {
    @Test
    void theFolderHoldsWhatIsGenerated() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(getClass().getResource("/scripts/states"));
        Map<String, String> present = new TreeMap<>();
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            files.forEach(file -> present.put(file.getFileName().toString(), read(file)));
        }

        assertThat(present)
                .as("write them anew: StateMatrix.main with the folder as its argument")
                .isEqualTo(StateMatrix.scripts());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
