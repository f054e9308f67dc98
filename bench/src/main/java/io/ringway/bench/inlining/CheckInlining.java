package io.ringway.bench.inlining;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.bench.Benchmark;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Options;
import io.ringway.bench.Report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs the echo with {@code -XX:+PrintInlining} and fails when a hot method of ours is not inlined
 * where it is called.
 *
 * <p>It begins at {@code Lane::doWork}, and follows every call that C2 has left a call. What counts
 * is a callee of ours in the code that runs in the end, for one of these reasons: C2's budget for
 * nodes or depth was spent, the method is too big although its call is hot, it has been compiled by
 * itself and is big, or the call has several targets. What does not count: calls that were never or
 * seldom reached ("call site not reached", "too big", "low call site frequency", "never executed"),
 * the benchmark's own methods, and the boundaries listed in {@code boundaries.txt}, each with its
 * reason, where a call is meant to be.
 */
public final class CheckInlining implements Benchmark {
    private static final String START = "io.ringway.Lane::doWork";
    private static final String OURS = "io.ringway.";
    private static final String BENCH = "io.ringway.bench.";
    private static final List<String> FAILURES =
            List.of(
                    "NodeCountInliningCutoff",
                    "hot method too big",
                    "already compiled into a big method",
                    "already compiled into a medium method",
                    "DesiredMethodLimit",
                    "too deep",
                    "virtual call",
                    "no static binding");

    @Override
    public String name() {
        return "check-inlining";
    }

    @Override
    public String summary() {
        return "fails when a hot method of the echo's path is not inlined (-XX:+PrintInlining);"
                + " --connections=1000 --all";
    }

    @Override
    public void run(Options options, Report report) {
        int connections = options.number("connections", 1000);
        boolean isAll = options.has("all");
        boolean isQuick = options.isQuick();
        options.refuseOthers();
        Map<String, String> boundaries = boundaries();
        InliningLog log = new InliningLog(echo(connections, isQuick ? 1_000_000 : 3_000_000));
        Set<Call> failures = new LinkedHashSet<>();
        Set<String> pieces = pieces(log, failures);
        Set<String> crossed = new LinkedHashSet<>();
        report.row("called from", "not inlined", "bytes", "why");
        int count = 0;
        for (Call call : failures) {
            String reason = boundaries.get(call.callee());
            if (reason != null) {
                crossed.add(call.callee());
            } else {
                count++;
            }
            if (reason == null || isAll) {
                report.row(
                        shorter(call.caller()),
                        shorter(call.callee()),
                        String.valueOf(call.bytes()),
                        reason == null ? call.verdict() : "meant: " + reason);
            }
        }
        report.note(
                "The path is compiled in "
                        + pieces.size()
                        + " pieces: "
                        + String.join(", ", pieces.stream().map(CheckInlining::shorter).toList()));
        report.note(
                crossed.size() + " calls at boundaries that are meant to be; see them with --all.");
        report.figure(
                count
                        + " calls not inlined (hot methods of the echo's path, with "
                        + connections
                        + " connections)");
        if (count > 0) {
            report.fail(
                    "hot methods are not inlined: make them, or what calls them, smaller; or add a"
                            + " boundary, with its reason, to boundaries.txt");
        }
    }

    /** Finds the methods whose code runs in the end, and the calls in them that count. */
    private static Set<String> pieces(InliningLog log, Set<Call> failures) {
        Set<String> seen = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(START));
        if (log.calls(START).isEmpty()) {
            throw new BenchmarkException("C2 has not compiled " + START + ": run it for longer");
        }
        while (!open.isEmpty()) {
            String method = open.removeFirst();
            List<Call> calls = log.calls(method).orElse(List.of());
            if (!seen.add(method)) {
                continue;
            }
            for (Call call : calls) {
                if (isFailure(call)) {
                    failures.add(call);
                    open.addLast(call.callee());
                }
            }
        }
        return seen;
    }

    private static boolean isFailure(Call call) {
        return call.callee().startsWith(OURS)
                && !call.callee().startsWith(BENCH)
                && !call.caller().startsWith(BENCH)
                && FAILURES.stream().anyMatch(call.verdict()::contains);
    }

    private static String shorter(String method) {
        return method.substring(method.lastIndexOf('.', method.indexOf("::")) + 1);
    }

    private static List<String> echo(int connections, int roundTrips) {
        String root = System.getProperty("ringway.root", ".");
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+UseSerialGC",
                        "-Xbatch",
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:+PrintCompilation",
                        "-XX:+PrintInlining",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dringway.root=" + Path.of(root, "target", "bench", "inlining"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.ringway.bench.Main",
                        "echo-link",
                        "--connections=" + connections,
                        "--rounds=1",
                        "--trips=100000",
                        "--warm-up=" + roundTrips);
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            List<String> lines =
                    new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
            if (process.waitFor() != 0) {
                throw new BenchmarkException("the echo failed: " + lines.getLast());
            }
            return lines;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", interrupted);
        }
    }

    private static Map<String, String> boundaries() {
        Map<String, String> boundaries = new HashMap<>();
        try (InputStream in = CheckInlining.class.getResourceAsStream("boundaries.txt")) {
            if (in == null) {
                throw new IllegalStateException("boundaries.txt is not in the jar");
            }
            for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
                int space = line.indexOf(' ');
                if (!line.startsWith("#") && space > 0) {
                    boundaries.put(line.substring(0, space), line.substring(space).strip());
                }
            }
            return boundaries;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
