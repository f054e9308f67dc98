package io.ringway.testkit;

/** A random test failed; the message begins with how to run it again with the same seed. */
public final class SeedFailedError extends AssertionError {
    private static final long serialVersionUID = 1;

    SeedFailedError(long seed, String test, Throwable cause) {
        super(
                "failed with seed "
                        + seed
                        + "; again: ./mvnw verify -Dringway.seed="
                        + seed
                        + " -Dtest="
                        + test
                        + " -Dsurefire.failIfNoSpecifiedTests=false\n"
                        + cause,
                cause);
    }
}
