package io.ringway.cli;

import io.ringway.TcpHandler;
import io.ringway.cli.http.FileSite;
import io.ringway.cli.http.RequestLog;
import io.ringway.cli.http.Uploads;
import io.ringway.cli.show.Terminal;

import picocli.CommandLine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;

/**
 * A running stack on a TAP in a namespace of its own, and programs at the other end of the wire.
 */
final class TestNetwork implements AutoCloseable {
    private final RunningStack running;

    /** Opens it with these options of the command line. */
    TestNetwork(String... options) {
        StackOptions parsed = new StackOptions();
        CommandLine command = new CommandLine(parsed);
        Converters.register(command);
        command.parseArgs(options);
        running = RunningStack.open(parsed, Terminal.standard());
        try {
            running.start();
        } catch (RuntimeException refused) {
            running.close();
            throw refused;
        }
    }

    RunningStack running() {
        return running;
    }

    void listen(int port, TcpHandler handler) {
        running.stack().listen(port, handler);
    }

    /** Serves a directory on port 80, and takes uploads. */
    void serve(Path directory) throws IOException {
        FileSite site = new FileSite(directory, Uploads.discarded(), InstantSource.system());
        listen(80, new HttpHandler(site, RequestLog.NONE));
    }

    /** What a program printed on standard output, and how it ended. */
    record Result(int status, String output, String errors) {}

    /** Runs a program at the other end of the wire to its end. */
    Result run(List<String> command) throws IOException, InterruptedException {
        Process process = running.network().start(command);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output, errors);
    }

    /**
     * Runs a program that prints a lot, and returns the SHA-256 of that, or what it complained of.
     */
    String hash(List<String> command) throws IOException, InterruptedException {
        Process process = running.network().start(command);
        MessageDigest digest = DemoFile.sha256();
        InputStream stream = process.getInputStream();
        byte[] piece = new byte[1 << 18];
        for (int length = stream.read(piece); length >= 0; length = stream.read(piece)) {
            digest.update(piece, 0, length);
        }
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? HexFormat.of().formatHex(digest.digest()) : errors;
    }

    @Override
    public void close() {
        running.close();
    }
}
