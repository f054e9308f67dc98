package io.ringway.bench.http;

import io.ringway.bench.Benchmark;
import io.ringway.bench.BenchmarkException;
import io.ringway.bench.Options;
import io.ringway.bench.Report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Autobahn test suite against Netty's WebSocket, on Ringway and on the kernel. */
public final class Autobahn implements Benchmark {
    private static final NettyWay[] WAYS = {NettyWay.DOOR, NettyWay.PROVIDER, NettyWay.NIO};
    private static final int MOST_MINUTES = 60;
    private static final Pattern CASE =
            Pattern.compile("\"([\\d.]+)\": \\{[^}]*\"behavior\": \"([A-Z -]+)\"");

    @Override
    public String name() {
        return "autobahn";
    }

    @Override
    public String summary() {
        return "not a benchmark: Autobahn's WebSocket cases against Netty's on Ringway (both ways,"
                + " over TAP) and on the kernel, in one run; root; --cases=* (as 1.* for some)";
    }

    @Override
    public void run(Options options, Report report) {
        String cases = options.text("cases", options.isQuick() ? "1.*" : "*");
        options.refuseOthers();
        SuiteTable table = new SuiteTable();
        try (HttpCourse course = new HttpCourse(WebSocketServer.class, WAYS)) {
            Path directory = Files.createTempDirectory("ringway-autobahn");
            try {
                for (NettyWay way : WAYS) {
                    report.progress(way.label());
                    table.add(way, run(course, way, cases, directory.resolve(way.name())));
                }
            } finally {
                String _ = course.output("rm", "-r", directory.toString());
            }
        } catch (IOException failed) {
            throw new BenchmarkException("cannot run Autobahn: " + failed, failed);
        }
        table.write(report);
    }

    private static SortedMap<String, String> run(
            HttpCourse course, NettyWay way, String cases, Path directory) throws IOException {
        Files.createDirectory(directory);
        Path specification = directory.resolve("fuzzingclient.json");
        Files.writeString(
                specification,
                """
                {"outdir": "%s",
                 "servers": [{"agent": "%s", "url": "ws://%s:%d"}],
                 "cases": ["%s"], "exclude-cases": [], "exclude-agent-cases": {}}
                """
                        .formatted(directory, way.name(), way.address(), NettyWay.PORT, cases));
        Path start = directory.resolve("start.py");
        Files.writeString(
                start,
                """
                import sys
                sys.path.insert(0, sys.argv[1])
                sys.argv = ["wstest", "-m", "fuzzingclient", "-s", sys.argv[2]]
                from autobahntestsuite import wstest
                wstest.run()
                """);
        // The suite is Python, and its Maven plugin brings a Python for the JVM.
        ProcessBuilder command =
                new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        jar("jython-standalone"),
                        "org.python.util.jython",
                        start.toString(),
                        jar("autobahntestsuite-maven-plugin"),
                        specification.toString());
        Path log = directory.resolve("log");
        Process suite =
                course.start(command.redirectErrorStream(true).redirectOutput(log.toFile()));
        try {
            if (!suite.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
                suite.destroyForcibly();
                throw new BenchmarkException("Autobahn hangs: " + way.label());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            suite.destroyForcibly();
            throw new BenchmarkException("interrupted", interrupted);
        }
        Path index = directory.resolve("index.json");
        if (!Files.exists(index)) {
            throw new BenchmarkException("Autobahn failed:\n" + Files.readString(log));
        }
        return read(Files.readString(index));
    }

    /** Each case's "behavior"; the one at its close is left out, as Autobahn's own table does. */
    private static SortedMap<String, String> read(String index) {
        SortedMap<String, String> verdicts = new TreeMap<>();
        Matcher matcher = CASE.matcher(index);
        while (matcher.find()) {
            String behavior = matcher.group(2).toLowerCase(Locale.ROOT);
            // Neither right nor wrong is what the suite itself takes for passed.
            boolean isPassed =
                    behavior.equals("ok")
                            || behavior.equals("non-strict")
                            || behavior.equals("informational");
            verdicts.put(matcher.group(1), isPassed ? SuiteTable.PASSED : behavior);
        }
        if (verdicts.isEmpty()) {
            throw new BenchmarkException("Autobahn ran no case; its index: " + index);
        }
        return verdicts;
    }

    private static String jar(String name) {
        for (String path : System.getProperty("java.class.path").split(":", -1)) {
            if (Path.of(path).getFileName().toString().startsWith(name)) {
                return path;
            }
        }
        throw new BenchmarkException(name + " is not on the class path");
    }
}
