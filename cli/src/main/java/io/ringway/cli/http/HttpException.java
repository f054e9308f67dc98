package io.ringway.cli.http;

/** A request that is answered with an error status; the message tells the client why. */
final class HttpException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    HttpException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
