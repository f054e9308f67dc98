package io.ringway.tcp;

/**
 * How a listener takes connections.
 *
 * @param backlog half-open connections, and connections established but not yet shown to the
 *     application, that may wait at the same time (each kind by itself)
 * @param receiveBufferBytes octets that each connection may hold unread; 0 is the stack's setting
 */
public record ListenOptions(int backlog, int receiveBufferBytes) {
    /** A backlog of 1,024. */
    public static final ListenOptions DEFAULT = new ListenOptions(1024, 0);

    public ListenOptions {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog is " + backlog + "; expected at least 1");
        }
        if (receiveBufferBytes != 0
                && (receiveBufferBytes < 2048 || receiveBufferBytes > 1 << 30)) {
            throw new IllegalArgumentException(
                    "receiveBufferBytes is "
                            + receiveBufferBytes
                            + "; expected 0 (the stack's setting) or 2,048 to 1,073,741,824");
        }
    }
}
