package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the sources of all modules keep to, and the compiler cannot check. */
class SourcesTest {
    private static final int MAX_LINES = 500;

    // Surefire runs in the folder of the module.
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @Test
    void noFileIsTooLongToReadInOneSitting() throws IOException {
        assertThat(sources())
                .filteredOn(source -> lines(source).size() > MAX_LINES)
                .as("files of more than %d lines: split them by what changes together", MAX_LINES)
                .isEmpty();
    }

    @Test
    void onlyLinuxCallsNativeCode() throws IOException {
        assertThat(sources())
                .filteredOn(source -> !source.startsWith(ROOT.resolve("linux")))
                .filteredOn(source -> lines(source).stream().anyMatch(SourcesTest::isNative))
                .as("files outside of the module linux that refer to Linker or native methods")
                .isEmpty();
    }

    private static boolean isNative(String line) {
        return line.contains("java.lang.foreign.Linker")
                || line.contains("java.lang.foreign.*")
                || line.contains("System.loadLibrary(")
                || line.contains("System.load(");
    }

    private static List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.toList()) {
                Path folder = module.resolve("src/main/java");
                if (Files.isDirectory(folder)) {
                    found.addAll(javaFiles(folder));
                }
            }
        }
        assertThat(found).as("sources below %s", ROOT).isNotEmpty();
        return found;
    }

    private static List<Path> javaFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static List<String> lines(Path source) {
        try {
            return Files.readAllLines(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
