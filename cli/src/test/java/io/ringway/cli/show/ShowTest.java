package io.ringway.cli.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Numbers with units, bars, tables and sparklines. */
final class ShowTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
    private final Terminal file = new Terminal(out, false, false);
    private final Terminal terminal = new Terminal(out, true, true);

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1500,1500",
        "64k,65536",
        "256MiB,268435456",
        "1.5G,1610612736",
        "2 TiB,2199023255552"
    })
    void sizes(String text, long octets) {
        assertThat(Units.parseSize(text)).isEqualTo(octets);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "k", "1x", "1 i", "99999999999999T"})
    void whatIsNoSize(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Units.parseSize(text))
                .withMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource({"5ns,5", "500us,500000", "20ms,20000000", "1.5s,1500000000", "2m,120000000000"})
    void durations(String text, long nanoseconds) {
        assertThat(Units.parseDurationNs(text)).isEqualTo(nanoseconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "s", "-1s", "1 parsec"})
    void whatIsNoDuration(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Units.parseDurationNs(text));
    }

    @Test
    void numbersAreShort() {
        assertThat(Units.octets(268435456)).isEqualTo("256 MiB");
        assertThat(Units.octets(1536)).isEqualTo("1.5 KiB");
        assertThat(Units.octets(1023)).isEqualTo("1023 B");
        assertThat(Units.rate(9.418e9)).isEqualTo("9.42 Gbit/s");
        assertThat(Units.rate(999_700)).isEqualTo("1.00 Mbit/s");
        assertThat(Units.duration(85_000)).isEqualTo("85 µs");
        assertThat(Units.duration(40_312_000)).isEqualTo("40.3 ms");
        assertThat(Units.duration(125_000_000_000L)).isEqualTo("2 min 5 s");
        assertThat(Units.count(81_300)).isEqualTo("81.3 k");
    }

    @Test
    void aBarInAFileIsALineAQuarter() {
        Progress progress = new Progress(file, "Downloading", 400, 0);
        for (int i = 1; i <= 399; i++) {
            progress.update(i, i);
        }
        progress.finish(400, 1_000_000_000, "SHA-256 correct");
        assertThat(shown.toString(StandardCharsets.UTF_8).lines())
                .hasSize(4)
                .last()
                .asString()
                .isEqualTo(
                        "  Downloading                    ============================ 100 %  400 B"
                                + " of 400 B  3.20 kbit/s  1.0 s  SHA-256 correct");
    }

    @Test
    void aBarOnATerminalIsDrawnOverTenTimesASecond() {
        Progress progress = new Progress(terminal, "Downloading", 1000, 0);
        for (int i = 0; i < 1000; i++) {
            progress.update(i, i * 1_000_000L);
        }
        assertThat(shown.toString(StandardCharsets.UTF_8)).doesNotContain("\n").contains("╸");
        assertThat(shown.toString(StandardCharsets.UTF_8).split("\r")).hasSizeBetween(10, 12);
    }

    @Test
    void aSparklineIsAsHighAsItsValues() {
        Sparkline sparkline = new Sparkline();
        for (int i = 0; i <= 7; i++) {
            sparkline.add(i);
        }
        assertThat(sparkline.draw(terminal, 80)).isEqualTo("▁▂▃▄▅▆▇█");
        assertThat(sparkline.draw(file, 80)).isEqualTo("_.,-=+*#");
        assertThat(sparkline.draw(terminal, 4)).hasSize(4);
        assertThat(new Sparkline().draw(terminal, 4)).isEmpty();
    }

    @Test
    void aTableIsAligned() {
        assertThat(new Table("what", "rate").row("download", "9").row("up", "12345").lines(file))
                .containsExactly(
                        "  what       rate",
                        "  ---------------",
                        "  download      9",
                        "  up        12345");
    }
}
