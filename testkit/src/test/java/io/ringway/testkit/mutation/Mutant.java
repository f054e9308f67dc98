package io.ringway.testkit.mutation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The stack with one class of it changed: the changed class lies in a folder that comes first in
 * the class path, so neither the sources nor what was built are touched.
 */
final class Mutant {
    /** What came of the tests. */
    enum Outcome {
        /** A test failed, as it should. */
        CAUGHT,
        /** A test did not end; whoever runs them notices that too. */
        HUNG,
        /** All passed. */
        SURVIVED,
        /** The source has changed, and the mutation no longer fits it. */
        OUTDATED
    }

    /**
     * What came of them.
     *
     * @param by the test that failed or hung, with its message
     */
    record Verdict(Outcome outcome, String by, long seconds) {}

    private final Path root;
    private final Path folder;
    private final long limitSeconds;

    Mutant(Path root, Path folder, long limitSeconds) {
        this.root = root;
        this.folder = folder;
        this.limitSeconds = limitSeconds;
    }

    /** Compiles the mutated class. */
    void compile(Mutation mutation) throws IOException {
        clear();
        String source =
                mutation.apply(
                        Files.readString(root.resolve(mutation.path()), StandardCharsets.UTF_8));
        Path file = folder.resolve("source").resolve(mutation.file() + ".java");
        Files.createDirectories(file.getParent());
        Files.createDirectories(folder.resolve("classes"));
        Files.writeString(file, source, StandardCharsets.UTF_8);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(problems, null, StandardCharsets.UTF_8)) {
            List<String> options =
                    List.of(
                            "-nowarn",
                            "-proc:none",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-d",
                            folder.resolve("classes").toString());
            if (!compiler.getTask(
                            null, files, problems, options, null, files.getJavaFileObjects(file))
                    .call()) {
                throw new IllegalStateException(
                        mutation.name() + " does not compile: " + problems.getDiagnostics());
            }
        }
    }

    /** Without a mutation: the tests have to pass. */
    void clear() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                paths.sorted(Comparator.reverseOrder()).forEach(Mutant::delete);
            }
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Runs tests until one fails. */
    Verdict test(List<String> tests) throws IOException, InterruptedException {
        Path log = Files.createTempFile("mutant", ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-ea",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseCompactObjectHeaders",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        folder.resolve("classes") + ":" + System.getProperty("java.class.path"),
                        FirstFailure.class.getName()));
        command.addAll(tests);
        long startNs = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .directory(root.resolve("testkit").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        boolean hasEnded = process.waitFor(limitSeconds, TimeUnit.SECONDS);
        if (!hasEnded) {
            process.destroyForcibly().waitFor();
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        Files.delete(log);
        if (!hasEnded) {
            return new Verdict(Outcome.HUNG, last(lines, "RUNNING "), seconds);
        }
        return switch (process.exitValue()) {
            case 0 -> new Verdict(Outcome.SURVIVED, last(lines, "PASSED "), seconds);
            case 1 -> new Verdict(Outcome.CAUGHT, last(lines, "FAILED "), seconds);
            default ->
                    throw new IllegalStateException(
                            "the tests did not run: " + String.join("\n", lines));
        };
    }

    private static String last(List<String> lines, String word) {
        return lines.reversed().stream()
                .filter(line -> line.startsWith(word))
                .findFirst()
                .map(line -> line.substring(word.length()))
                .orElse("?");
    }
}
