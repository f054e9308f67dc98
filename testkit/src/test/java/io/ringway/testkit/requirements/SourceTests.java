package io.ringway.testkit.requirements;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of all tests, read from the sources, since no module has the test classes of all
 * others.
 */
final class SourceTests {
    private static final Pattern TEST =
            Pattern.compile(
                    "((?:\\s*@\\w+(?:\\([^;{]*?\\))?)+)\\s+(?:static )?void (\\w+)\\(",
                    Pattern.DOTALL);
    private static final Pattern RUNS = Pattern.compile("@(?:Test|Seeded|ParameterizedTest)\\b");

    /** By class name without its package. */
    private final Map<String, List<String>> methodsByClass = new TreeMap<>();

    SourceTests(Path root) throws IOException {
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.sorted().toList()) {
                Path folder = module.resolve("src/test/java");
                if (Files.isDirectory(folder)) {
                    readFolder(folder);
                }
            }
        }
    }

    private void readFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                methodsByClass
                        .computeIfAbsent(name, key -> new ArrayList<>())
                        .addAll(methods(Files.readString(file)));
            }
        }
    }

    private static List<String> methods(String source) {
        List<String> found = new ArrayList<>();
        Matcher matcher = TEST.matcher(source);
        while (matcher.find()) {
            String annotations = matcher.group(1);
            if (RUNS.matcher(annotations).find() && !annotations.contains("@Disabled")) {
                found.add(matcher.group(2));
            }
        }
        return found;
    }

    boolean hasClass(String name) {
        return methodsByClass.containsKey(name);
    }

    boolean has(String className, String method) {
        return methodsByClass.getOrDefault(className, List.of()).contains(method);
    }

    /** {@code Class#method} of the tests whose names begin so. */
    List<String> beginningWith(String prefix) {
        List<String> found = new ArrayList<>();
        methodsByClass.forEach((name, methods) -> {
            for (String method : methods) {
                if (method.startsWith(prefix)) {
                    found.add(name + "#" + method);
                }
            }
        });
        return found;
    }
}
