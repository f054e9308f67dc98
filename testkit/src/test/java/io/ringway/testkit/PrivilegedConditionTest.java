package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

class PrivilegedConditionTest {
    @Test
    void runsWhereNothingIsMissing() {
        var result = new PrivilegedCondition(true, null).evaluateExecutionCondition(null);
        assertThat(result.isDisabled()).isFalse();
    }

    @Test
    void skipsWithTheReason() {
        var result = new PrivilegedCondition(false, "no tun").evaluateExecutionCondition(null);
        assertThat(result.isDisabled()).isTrue();
        assertThat(result.getReason()).contains("no tun");
    }

    @Test
    void failsInsteadOfSkippingWhereItIsRequired() {
        assertThatThrownBy(() ->
                        new PrivilegedCondition(true, "no tun").evaluateExecutionCondition(null))
                .isInstanceOf(ExtensionConfigurationException.class)
                .hasMessageContaining("no tun");
    }
}
