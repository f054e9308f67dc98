import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a benchmark of the working tree and of an older commit in turn, and compares a column of
 * their tables row by row: the machine is as fast for the one as for the other. See {@code
 * tools/compare}.
 */
final class Compare {
    private static final Pattern ROW = Pattern.compile("\\[((?:\\s*\"[^\"]*\"\\s*,?)+)]");
    private static final Pattern CELL = Pattern.compile("\"([^\"]*)\"");
    private static final String USAGE =
            "usage: tools/compare COMMIT COLUMN [--turns=5] [--under=COMMAND] BENCHMARK [OPTION…]";

    private final Path root;
    private final String column;
    private final List<String> under;
    private final List<String> benchmark;
    private final Map<String, List<Double>> before = new LinkedHashMap<>();
    private final Map<String, List<Double>> now = new LinkedHashMap<>();

    private Compare(Path root, String column, List<String> under, List<String> benchmark) {
        this.root = root;
        this.column = column;
        this.under = under;
        this.benchmark = benchmark;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try {
            compare(new ArrayList<>(Arrays.asList(arguments)));
        } catch (IllegalArgumentException wrong) {
            System.err.println("compare: " + wrong.getMessage());
            System.exit(2);
        } catch (IllegalStateException failed) {
            System.err.println("compare: " + failed.getMessage());
            System.exit(1);
        }
    }

    private static void compare(List<String> left) throws IOException, InterruptedException {
        Path root = Path.of(left.removeFirst());
        // No benchmark has options of these names, so they may stand behind it as well.
        int turns = number(option(left, "--turns=", "5"));
        List<String> under =
                Arrays.stream(option(left, "--under=", "").split(" +", -1))
                        .filter(word -> !word.isEmpty())
                        .toList();
        if (left.size() < 3 || left.get(2).startsWith("-")) {
            throw new IllegalArgumentException(USAGE);
        }
        String commit = left.removeFirst();
        String column = left.removeFirst();
        new Compare(root, column, under, left).run(commit, turns);
    }

    /** Takes an option out; its value, or {@code other} when it is not there. */
    private static String option(List<String> arguments, String name, String other) {
        String value = other;
        for (String argument : List.copyOf(arguments)) {
            if (argument.startsWith(name)) {
                value = argument.substring(name.length());
                arguments.remove(argument);
            }
        }
        return value;
    }

    private static int number(String text) {
        if (!text.matches("[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException(
                    "--turns takes a number from 1 to 9999; given " + text);
        }
        return Integer.parseInt(text);
    }

    private void run(String commit, int turns) throws IOException, InterruptedException {
        Path old = root.resolve("target/compare").resolve(commit);
        if (!Files.exists(old)) {
            call(root, List.of("git", "worktree", "add", "--detach", old.toString(), commit));
        }
        for (Path tree : List.of(old, root)) {
            call(tree, List.of("./ringway", "bench", "--list"));
        }
        for (int turn = 1; turn <= turns; turn++) {
            // By turns also in who is first.
            boolean isOldFirst = turn % 2 == 1;
            measure(isOldFirst ? old : root, isOldFirst ? before : now);
            measure(isOldFirst ? root : old, isOldFirst ? now : before);
            System.out.printf("turn %d of %d: before %s, now %s%n", turn, turns, before, now);
        }
        System.out.printf("%n%-40s %10s %10s %8s%n", column, commit, "now", "ratio, and its range");
        for (String row : before.keySet()) {
            show(row);
        }
    }

    private void show(String row) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < before.get(row).size(); i++) {
            ratios.add(now.get(row).get(i) / before.get(row).get(i));
        }
        System.out.printf(
                Locale.ROOT,
                "%-40s %10.2f %10.2f %8.2f (%.2f to %.2f)%n",
                row,
                median(before.get(row)),
                median(now.get(row)),
                median(ratios),
                ratios.stream().mapToDouble(ratio -> ratio).min().orElseThrow(),
                ratios.stream().mapToDouble(ratio -> ratio).max().orElseThrow());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(half)
                : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private void measure(Path tree, Map<String, List<Double>> into)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(under);
        command.addAll(List.of(tree.resolve("ringway").toString(), "bench"));
        command.addAll(benchmark);
        call(tree, command);
        Path json = tree.resolve("target/bench").resolve(benchmark.getFirst() + ".json");
        List<List<String>> table = table(Files.readString(json, UTF_8));
        int at = table.getFirst().indexOf(column);
        if (at < 0) {
            throw new IllegalArgumentException(
                    json + " has no column \"" + column + "\" but " + table.getFirst());
        }
        for (List<String> row : table.subList(1, table.size())) {
            String key = String.join(", ", row.subList(0, Math.min(2, at)));
            double value = Double.parseDouble(row.get(at).replace(",", ""));
            into.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
        }
    }

    private static List<List<String>> table(String json) {
        int start = json.indexOf("\"table\"");
        int end = json.indexOf("\"notes\"", start);
        List<List<String>> rows = new ArrayList<>();
        Matcher row = ROW.matcher(json.substring(start, end));
        while (row.find()) {
            rows.add(CELL.matcher(row.group(1)).results().map(cell -> cell.group(1)).toList());
        }
        return rows;
    }

    /** Runs a command; what it says is read only if it fails. */
    private static void call(Path in, List<String> command)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile("compare", ".log");
        int status =
                new ProcessBuilder(command)
                        .directory(in.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();
        if (status != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " failed:\n" + Files.readString(log, UTF_8));
        }
        Files.delete(log);
    }
}
