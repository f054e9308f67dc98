package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.port.PortCapabilities;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;

class StackConfigTest {
    @ParameterizedTest
    @EnumSource(Profile.class)
    void everyProfileIsValid(Profile profile) {
        StackConfig config = StackConfig.builder(profile).address("198.18.0.1/24").build();
        assertThat(config.smallFrameCount()).isPositive();
        assertThat(Profile.parse(profile.label())).isEqualTo(profile);
    }

    @Test
    void anAddressIsNeeded() {
        assertThatThrownBy(() -> StackConfig.builder().build())
                .hasMessageContaining("a stack needs an address");
    }

    @Test
    void aBadAddressSaysWhatIsExpected() {
        assertThatThrownBy(() -> StackConfig.of("198.18.0.300/24"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StackConfig.of("198.18.0.255/24"))
                .hasMessageContaining("broadcast");
    }

    @Test
    void limitsAreChecked() {
        assertThatThrownBy(() ->
                        StackConfig.builder().address("198.18.0.1/24").smallFrames(-1).build())
                .hasMessageContaining("smallFrames must be from 1 to");
        assertThatThrownBy(() -> LaneConfig.DEFAULT.withBursts(0, 1))
                .hasMessageContaining("receiveBurst must be from 1 to 4096; given 0");
    }

    @Test
    void framesAreChosenByThePort() {
        StackConfig config = StackConfig.of("198.18.0.1/24");
        assertThat(config.largeFrameCount(PortCapabilities.FULL))
                .isGreaterThan(config.largeFrameCount(PortCapabilities.NONE));
    }

    @Test
    void unknownNamesAreRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Profile.parse("fast")).hasMessageContaining("latency, c10m");
        assertThatThrownBy(() -> IdleStrategy.parse("doze"))
                .hasMessageContaining("spin, spin-then-poll or poll");
        assertThat(IdleStrategy.parse("poll")).isEqualTo(IdleStrategy.POLL);
        assertThat(IdleStrategy.spinThenPoll(Duration.ofNanos(20_000)))
                .hasToString("spin-then-poll(20 µs)");
    }
}
