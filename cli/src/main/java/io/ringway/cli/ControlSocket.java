package io.ringway.cli;

import io.ringway.Lane;
import io.ringway.LaneBuckets;
import io.ringway.Stack;
import io.ringway.memory.Counter;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * Lets another process of the same user ask a running stack about its lanes, by a Unix socket whose
 * name is the process's number. One line is asked, and the answer is what comes until the end.
 */
final class ControlSocket implements AutoCloseable {
    private static final String SUFFIX = ".sock";
    private static final int MOST_ASKED = 200;

    private final Stack stack;
    private final Path file;
    private final ServerSocketChannel channel;

    private ControlSocket(Stack stack, Path file, ServerSocketChannel channel) {
        this.stack = stack;
        this.file = file;
        this.channel = channel;
    }

    /** The folder of this user's sockets. */
    static Path folder() {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        return runtime == null || runtime.isEmpty()
                ? Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "ringway-" + System.getProperty("user.name"))
                : Path.of(runtime, "ringway");
    }

    /** The processes that can be asked. */
    static List<Long> processes() {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.matches("\\d{1,18}\\" + SUFFIX))
                    .map(name -> Long.valueOf(name.substring(0, name.length() - SUFFIX.length())))
                    .filter(process -> ProcessHandle.of(process).isPresent())
                    .sorted()
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    /** Asks a process, and gives its answer. */
    static String ask(long process, String line) throws IOException {
        var address = UnixDomainSocketAddress.of(folder().resolve(process + SUFFIX));
        try (SocketChannel channel = SocketChannel.open(address)) {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.shutdownOutput();
            return new String(
                    Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Answers for {@code stack} until closed; null where no socket can be made, which is no fault.
     */
    static @Nullable ControlSocket open(Stack stack) {
        try {
            Path folder = folder();
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Path file = folder.resolve(ProcessHandle.current().pid() + SUFFIX);
            Files.deleteIfExists(file);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(file));
            ControlSocket control = new ControlSocket(stack, file, channel);
            Thread.ofPlatform().name("ringway-control").daemon().start(control::serve);
            return control;
        } catch (IOException | UnsupportedOperationException notHere) {
            return null;
        }
    }

    private void serve() {
        while (channel.isOpen()) {
            try (SocketChannel asking = channel.accept()) {
                var reader =
                        new BufferedReader(
                                new InputStreamReader(
                                        Channels.newInputStream(asking), StandardCharsets.UTF_8),
                                MOST_ASKED);
                String line = reader.readLine();
                String answer = line == null ? "" : answer(stack, line);
                asking.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
            } catch (IOException closedOrGone) {
                // Whoever asked has gone, or we are closed; the loop finds out.
            }
        }
    }

    /** What a stack answers; what cannot be done begins with "cannot". */
    static String answer(Stack stack, String line) {
        String[] words = line.strip().split("\\s+");
        LaneBuckets buckets = stack.buckets();
        try {
            return switch (words[0]) {
                case "show" -> table(stack);
                case "rebalance" ->
                        buckets.rebalance().join() + " buckets have moved\n" + table(stack);
                case "move" -> {
                    int count =
                            buckets.move(Integer.parseInt(words[1]), Integer.parseInt(words[2]))
                                    .join();
                    yield "bucket "
                            + words[1]
                            + " has moved to lane "
                            + words[2]
                            + ", with "
                            + count
                            + " connections\n";
                }
                default -> "cannot do \"" + line + "\": ask for show, rebalance or move\n";
            };
        } catch (CompletionException e) {
            return "cannot: "
                    + String.valueOf(e.getCause() == null ? e : e.getCause().getMessage())
                    + "\n";
        } catch (RuntimeException e) {
            return "cannot: " + e.getMessage() + "\n";
        }
    }

    private static String table(Stack stack) {
        var table = new StringBuilder("lane  buckets  connections  frames received  handed over\n");
        for (int i = 0; i < stack.laneCount(); i++) {
            Lane lane = stack.lane(i);
            table.append(
                    "%4d  %7d  %11d  %15d  %11d%n"
                            .formatted(
                                    i,
                                    stack.buckets().count(i),
                                    lane.submit(lane::connectionCount).join(),
                                    lane.counters().get(Counter.FRAMES_RECEIVED),
                                    lane.counters().get(Counter.LANE_HANDED_OVER)));
        }
        return table.toString();
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
