package io.ringway.cli.http;

/** Is told of every request that was answered. */
@FunctionalInterface
public interface RequestLog {
    /** Tells nobody. */
    RequestLog NONE = (_, _, _, _, _) -> {};

    /**
     * A response was sent in full.
     *
     * @param method of the request; "-" when it could not be read
     * @param received octets of the request's content
     * @param sent octets of the response's body
     */
    void answered(String method, String target, int status, long received, long sent);
}
