package io.ringway.port;

import org.jspecify.annotations.Nullable;

/**
 * A port could not be opened or configured; the message says what was given, what went wrong and
 * what to do.
 */
public final class PortException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PortException(String message) {
        super(message);
    }

    public PortException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
