package io.ringway;

import org.jspecify.annotations.Nullable;

/**
 * The stack could not do what the application asked for; the message says what was asked, why not,
 * and what helps.
 */
public final class StackException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StackException(String message) {
        super(message);
    }

    public StackException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
