package io.ringway.testkit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.nio.file.Files;
import java.nio.file.Path;

/** Decides for {@link Privileged} whether a test runs, is skipped or fails. */
@SuppressWarnings("exports") // Whoever writes tests with it has JUnit.
public final class PrivilegedCondition implements ExecutionCondition {
    private static final Path TUN = Path.of("/dev/net/tun");

    private final boolean isRequired;
    private final @Nullable String missing;

    /** For JUnit, which makes one for each test class. */
    public PrivilegedCondition() {
        this(
                Boolean.getBoolean("ringway.require.privileged")
                        || Boolean.parseBoolean(System.getenv("RINGWAY_REQUIRE_PRIVILEGED")),
                missing());
    }

    PrivilegedCondition(boolean isRequired, @Nullable String missing) {
        this.isRequired = isRequired;
        this.missing = missing;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (missing == null) {
            return ConditionEvaluationResult.enabled("root, and " + TUN + " is there");
        }
        if (isRequired) {
            throw new ExtensionConfigurationException(
                    "A privileged test has to run here, but " + missing + ".");
        }
        return ConditionEvaluationResult.disabled(missing);
    }

    /** Says what is not there, or null if nothing is missing. */
    private static @Nullable String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "the user is " + System.getProperty("user.name") + " and not root";
        }
        return Files.isWritable(TUN) ? null : TUN + " cannot be opened for writing";
    }
}
