package io.ringway.cli;

import org.jspecify.annotations.Nullable;

/** The command cannot go on; its message is the one line that the user reads. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * Ends the command.
     *
     * @param status one of {@link ExitStatus}
     * @param message what was given, what is wrong and what to do, in one line
     */
    Failure(int status, String message) {
        this(status, message, null);
    }

    Failure(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** It did not work. */
    static Failure failed(String message) {
        return new Failure(ExitStatus.FAILED, message);
    }

    /** The command line asks for something that cannot be. */
    static Failure usage(String message) {
        return new Failure(ExitStatus.USAGE, message);
    }

    /** This machine or this user does not allow it. */
    static Failure notAllowed(String message) {
        return new Failure(ExitStatus.NOT_ALLOWED, message);
    }

    int status() {
        return status;
    }
}
