package io.ringway.tcp;

/**
 * Why a verb of {@link Tcp} was refused: negative numbers, so that the others can be what was asked
 * for.
 */
public final class TcpError {
    public static final int PORT_IN_USE = -1;
    public static final int NO_PORT = -2;
    public static final int NO_ROUTE = -3;
    public static final int NO_TCB = -4;
    public static final int NOT_LOCAL = -5;
    public static final int ALREADY_CONNECTED = -6;
    public static final int NOT_A_HOST = -7;

    private TcpError() {}

    /** What to tell the caller. */
    public static String message(int error) {
        return switch (error) {
            case PORT_IN_USE ->
                    "the port is in use by another listener; choose another, or close that one";
            case NO_PORT -> "every local port is in use towards that remote address";
            case NO_ROUTE ->
                    "no route to that address: give the stack a gateway, or an address of its"
                            + " network";
            case NO_TCB -> "the table of connections is full: raise maxConnections";
            case NOT_A_HOST ->
                    "that is the address of a group or of everybody, and TCP talks to one host";
            case NOT_LOCAL -> "the local address is none of this stack's";
            case ALREADY_CONNECTED ->
                    "there is a connection between these two addresses and ports already";
            default -> "error " + error;
        };
    }
}
