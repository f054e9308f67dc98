package io.ringway.bench.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.bench.BenchmarkException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Compiles {@code peer.c}, which is the client, and the server on the kernel's TCP. */
public final class PeerProgram {
    private PeerProgram() {}

    /**
     * The program, compiled now if it is older than its source.
     *
     * @throws BenchmarkException when there is no C compiler, or it fails
     */
    public static Path compile() {
        Path root = Path.of(System.getProperty("ringway.root", "."));
        Path source = root.resolve("bench/src/main/c/peer.c");
        Path program = root.resolve("target/bench/peer").toAbsolutePath();
        try {
            if (Files.exists(program) && !isNewer(source, program)) {
                return program;
            }
            Files.createDirectories(program.getParent());
            List<String> command =
                    List.of("gcc", "-O2", "-Wall", "-o", program.toString(), source.toString());
            Process gcc = start(command);
            String output = new String(gcc.getInputStream().readAllBytes(), UTF_8);
            if (gcc.waitFor() != 0) {
                throw new BenchmarkException("gcc cannot compile " + source + ":\n" + output);
            }
            return program;
        } catch (IOException failed) {
            throw new BenchmarkException("cannot compile " + source + ": " + failed, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted while gcc ran", interrupted);
        }
    }

    private static boolean isNewer(Path source, Path program) throws IOException {
        return Files.getLastModifiedTime(source).compareTo(Files.getLastModifiedTime(program)) > 0;
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException notThere) {
            throw new BenchmarkException(
                    "this benchmark compiles its client, a C program, and there is no gcc: install"
                            + " it with \"apt-get install gcc libc6-dev\"",
                    notThere);
        }
    }
}
