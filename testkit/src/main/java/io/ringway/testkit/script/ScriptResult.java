package io.ringway.testkit.script;

import java.util.List;

/**
 * How a script ended.
 *
 * @param name the script's
 * @param message why it failed or was skipped, with its line; empty when it passed
 * @param notes what of it was left out, such as commands for the shell
 * @param trace a line for each event and for each packet of the stack
 */
public record ScriptResult(
        String name, Outcome outcome, String message, List<String> notes, List<String> trace) {
    /** What became of a script. */
    public enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    public boolean isPassed() {
        return outcome == Outcome.PASSED;
    }
}
