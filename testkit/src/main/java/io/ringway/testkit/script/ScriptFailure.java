package io.ringway.testkit.script;

/** Something happened otherwise than the script says. */
final class ScriptFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScriptFailure(String message) {
        super(message, null, false, false);
    }
}
