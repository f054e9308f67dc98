package io.ringway.testkit.mutation;

import io.ringway.testkit.mutation.Mutant.Outcome;
import io.ringway.testkit.mutation.Mutant.Verdict;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Breaks the rules of {@link Mutations} one at a time, and runs the tests of TCP until one fails
 * for it: {@code tools/mutate}. A mutation that no test catches is a test that is missing.
 */
final class MutationCheck {
    private static final List<String> TESTS = List.of("io.ringway.tcp", "io.ringway.testkit");
    private static final long LIMIT_SECONDS = 600;

    private final PrintStream out;
    private final Path root;
    private final Mutant mutant;
    private final List<String> rows = new ArrayList<>();
    private int survived;

    private MutationCheck(PrintStream out, Path root) {
        this.out = out;
        this.root = root;
        this.mutant = new Mutant(root, root.resolve("testkit/target/mutant"), LIMIT_SECONDS);
    }

    /**
     * Its arguments are the project's root, and the names of mutations, or parts of them; {@code
     * --trust} leaves out the run without a mutation.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> names = new ArrayList<>(Arrays.asList(arguments).subList(1, arguments.length));
        boolean isTrusting = names.remove("--trust");
        if (names.contains("--check")) {
            System.exit(check(Path.of(arguments[0])) ? 0 : 1);
        }
        if (names.contains("--list")) {
            Mutations.ALL.forEach(
                    mutation -> System.out.printf("%-36s %s%n", mutation.name(), mutation.rule()));
            return;
        }
        List<Mutation> chosen =
                Mutations.ALL.stream()
                        .filter(mutation ->
                                names.isEmpty()
                                        || names.stream().anyMatch(mutation.name()::contains))
                        .toList();
        if (chosen.isEmpty()) {
            System.err.println("no mutation is called " + names + "; --list names them");
            System.exit(2);
        }
        MutationCheck check = new MutationCheck(System.out, Path.of(arguments[0]));
        System.exit((isTrusting || check.passes()) && check.run(chosen) ? 0 : 1);
    }

    /** Whether the tests pass without a mutation. */
    private boolean passes() throws IOException, InterruptedException {
        mutant.clear();
        Verdict without = mutant.test(TESTS);
        if (without.outcome() != Outcome.SURVIVED) {
            out.println("The tests fail without any mutation: " + without.by());
            return false;
        }
        out.printf("%s tests pass without a mutation, in %d s%n", without.by(), without.seconds());
        return true;
    }

    /** Whether all still apply to the sources. */
    private static boolean check(Path root) throws IOException {
        boolean doAll = true;
        for (Mutation mutation : Mutations.ALL) {
            try {
                mutation.apply(
                        Files.readString(root.resolve(mutation.path()), StandardCharsets.UTF_8));
            } catch (IllegalStateException changed) {
                System.out.println(changed.getMessage());
                doAll = false;
            }
        }
        return doAll;
    }

    private boolean run(List<Mutation> mutations) throws IOException, InterruptedException {
        for (Mutation mutation : mutations) {
            note(mutation, verdictOn(mutation));
        }
        mutant.clear();
        out.printf("%d mutations, %d caught%n", mutations.size(), mutations.size() - survived);
        Path table = root.resolve("testkit/target/mutations.md");
        Files.writeString(table, String.join("\n", table()) + "\n", StandardCharsets.UTF_8);
        return survived == 0;
    }

    private Verdict verdictOn(Mutation mutation) throws IOException, InterruptedException {
        try {
            mutant.compile(mutation);
        } catch (IllegalStateException changed) {
            return new Verdict(Outcome.OUTDATED, changed.getMessage(), 0);
        }
        return mutant.test(TESTS);
    }

    private List<String> table() {
        return Stream.concat(
                        Stream.of(
                                "| mutation | the rule | in | caught by |",
                                "| --- | --- | --- | --- |"),
                        rows.stream())
                .toList();
    }

    private void note(Mutation mutation, Verdict verdict) {
        String by =
                switch (verdict.outcome()) {
                    case CAUGHT -> verdict.by();
                    case HUNG -> "never ends: " + verdict.by();
                    case SURVIVED -> "NOT CAUGHT";
                    case OUTDATED -> "OUTDATED: " + verdict.by();
                };
        if (verdict.outcome() == Outcome.SURVIVED || verdict.outcome() == Outcome.OUTDATED) {
            survived++;
        }
        out.printf("%-36s %s (%d s)%n", mutation.name(), by, verdict.seconds());
        out.flush();
        boolean isCaught = verdict.outcome() == Outcome.CAUGHT;
        String test = isCaught ? "`" + by.split(":", 2)[0] + "`" : by;
        rows.add(
                "| `%s` | %s | `%s` | %s |"
                        .formatted(mutation.name(), mutation.rule(), mutation.file(), test));
    }
}
