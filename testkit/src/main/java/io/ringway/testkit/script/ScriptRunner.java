package io.ringway.testkit.script;

import io.ringway.testkit.script.ScriptResult.Outcome;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs scripts in the packetdrill language against our stack.
 *
 * <p>Each script has a stack of its own and a virtual clock, so that a script about an hour of
 * time-outs takes milliseconds, and all scripts give the same result every time. What the runner or
 * the stack does not have makes a script one that is skipped, never one that passed.
 */
public final class ScriptRunner {
    private final RunOptions options;

    public ScriptRunner(RunOptions options) {
        this.options = options;
    }

    /**
     * The scripts that a path names: itself, or all {@code .pkt} files below it, by name.
     *
     * @throws IOException when it cannot be read
     */
    public static List<Path> find(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(file -> file.toString().endsWith(".pkt")).sorted().toList();
        }
    }

    /**
     * Runs a file.
     *
     * @throws IOException when it cannot be read
     */
    public ScriptResult run(Path file) throws IOException {
        return run(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
    }

    /** Runs a script that is given as text. */
    public ScriptResult run(String name, String text) {
        List<String> notes = new ArrayList<>();
        List<String> trace = new ArrayList<>();
        Script script;
        ScriptConfig config;
        try {
            boolean isFreeBsd =
                    options.profile().equals("auto")
                            ? Profiles.isFreeBsd(text)
                            : options.profile().equals("freebsd");
            script =
                    Parser.parse(
                            name,
                            Conditionals.apply(text, isFreeBsd, options.defines()),
                            options.defines());
            config = new ScriptConfig(script, options);
        } catch (SkipException e) {
            return new ScriptResult(name, Outcome.SKIPPED, at(name, e), notes, trace);
        }
        if (config.isDryRun()) {
            return new ScriptResult(name, Outcome.SKIPPED, name + ": dry run", notes, trace);
        }
        try (ScriptRun run = new ScriptRun(script, config, trace)) {
            run.play();
            return new ScriptResult(name, Outcome.PASSED, "", config.notes(), trace);
        } catch (SkipException e) {
            return new ScriptResult(name, Outcome.SKIPPED, at(name, e), config.notes(), trace);
        } catch (ScriptFailure e) {
            if (!config.lacks().isEmpty()) {
                String reason = name + ": not supported: " + String.join(", ", config.lacks());
                trace.add(String.valueOf(e.getMessage()));
                return new ScriptResult(name, Outcome.SKIPPED, reason, config.notes(), trace);
            }
            return new ScriptResult(
                    name, Outcome.FAILED, String.valueOf(e.getMessage()), config.notes(), trace);
        }
    }

    private static String at(String name, SkipException skipped) {
        String line = skipped.line() == 0 ? "" : ":" + skipped.line();
        return name + line + ": " + skipped.getMessage();
    }
}
