package io.ringway.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImpairmentConfigTest {
    @Test
    void everyPartIsRead() {
        ImpairmentConfig config =
                ImpairmentConfig.parse(
                        "loss=1%,delay=20ms,jitter=5ms,reorder=5%,duplicate=1.5%,corrupt=0.1%,"
                                + "rate=100mbit,queue=1000,seed=7");
        assertThat(config)
                .isEqualTo(
                        ImpairmentConfig.builder()
                                .loss(0.01)
                                .delayNs(20_000_000)
                                .jitterNs(5_000_000)
                                .reorder(0.05)
                                .duplicate(0.015)
                                .corrupt(0.001)
                                .rateBitsPerSecond(100_000_000)
                                .queueFrames(1000)
                                .seed(7)
                                .build());
    }

    @Test
    void nothingIsNone() {
        assertThat(ImpairmentConfig.parse("").isNone()).isTrue();
        assertThat(ImpairmentConfig.parse("none").isNone()).isTrue();
        assertThat(ImpairmentConfig.parse(" Loss=0% , seed=3 ").isNone()).isTrue();
        assertThat(ImpairmentConfig.parse("delay=1us").isNone()).isFalse();
    }

    @Test
    void fractionsAreExact() {
        assertThat(ImpairmentConfig.parse("delay=1.5ms").delayNs()).isEqualTo(1_500_000);
        assertThat(ImpairmentConfig.parse("rate=2.5gbit").rateBitsPerSecond())
                .isEqualTo(2_500_000_000L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "los=1% | expected loss, duplicate",
                "loss | expected name=value",
                "loss=1 | expected per cent such as 1%",
                "loss=101% | expected from 0% to 100%",
                "loss=-1% | expected from 0% to 100%",
                "loss=x% | expected from 0% to 100%",
                "loss=1%,loss=2% | expected loss only once",
                "delay=20 | expected a time such as 20ms",
                "delay=20mm | expected a time such as 20ms",
                "delay=-1ms | expected a time such as 20ms",
                "delay=ms | expected a time such as 20ms",
                "rate=100m | expected bits a second such as 100mbit",
                "queue=many | expected a whole number",
                "seed= | expected a whole number",
                "loss=1%, | expected name=value",
            })
    void aMistakeIsShownWithWhatIsExpectedAndAnExample(String given, String expected) {
        assertThatThrownBy(() -> ImpairmentConfig.parse(given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("given '")
                .hasMessageContaining(expected)
                .hasMessageContaining("for example loss=1%");
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> ImpairmentConfig.parse("queue=0"))
                .hasMessageContaining("queue must be 1 to 1048576 frames; given 0");
        assertThatThrownBy(() -> ImpairmentConfig.parse("queue=99999999999"))
                .hasMessageContaining("queue must be 1 to");
        assertThatThrownBy(() -> ImpairmentConfig.parse("delay=1ms,jitter=2ms"))
                .hasMessageContaining("jitter must be from 0 to the delay");
        assertThatThrownBy(() -> ImpairmentConfig.parse("delay=2h"))
                .hasMessageContaining("expected a time");
        assertThatThrownBy(() -> ImpairmentConfig.parse("delay=7200s"))
                .hasMessageContaining("3600s");
    }
}
