package io.ringway.cli;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs that tests of this module need: where one is missing the test is skipped, and fails in
 * CI.
 */
final class Tool {
    private Tool() {}

    static void require(String program) {
        boolean isRequired =
                Boolean.getBoolean("ringway.require.privileged")
                        || Boolean.parseBoolean(System.getenv("RINGWAY_REQUIRE_PRIVILEGED"));
        if (isRequired) {
            Assertions.assertTrue(Programs.isInstalled(program), program + " is not installed");
        }
        Assumptions.assumeTrue(Programs.isInstalled(program), program + " is not installed");
    }
}
