package io.ringway;

/**
 * Logs what applications' handlers throw, at most one in a second: a peer that makes a handler
 * throw must not fill the disk. The lane only.
 */
final class FailureLog {
    private static final long INTERVAL_NS = 1_000_000_000;
    private static final System.Logger LOGGER = System.getLogger("io.ringway");

    private boolean hasLogged;
    private long loggedNs;
    private long kept;

    void report(Object handler, Throwable thrown, long nowNs) {
        if (hasLogged && nowNs - loggedNs < INTERVAL_NS) {
            kept++;
            return;
        }
        LOGGER.log(
                System.Logger.Level.ERROR,
                "a handler failed and lost what it was called for: "
                        + handler.getClass().getName()
                        + (kept == 0 ? "" : " (and " + kept + " more since the last report)"),
                thrown);
        hasLogged = true;
        loggedNs = nowNs;
        kept = 0;
    }
}
