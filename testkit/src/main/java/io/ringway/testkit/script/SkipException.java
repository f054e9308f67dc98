package io.ringway.testkit.script;

/** A script asks for what this runner, or the stack, does not have: it is skipped, not failed. */
final class SkipException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int line;

    SkipException(int line, String reason) {
        super(reason, null, false, false);
        this.line = line;
    }

    /** A reason that the caller gives a line. */
    SkipException(String reason) {
        this(0, reason);
    }

    /** The line of the script, or 0 when it is not known. */
    int line() {
        return line;
    }
}
