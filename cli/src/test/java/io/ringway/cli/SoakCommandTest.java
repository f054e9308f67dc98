package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The soak, for a second. */
class SoakCommandTest {
    private final Shell shell = new Shell();

    @Test
    void endsWithNothingLeft() {
        String line = "soak --duration 1s -n 1k --active 50 --turnover 200";
        assertThat(shell.run(line.split(" "))).as(() -> shell.out()).isEqualTo(ExitStatus.OK);
        assertThat(shell.out())
                .containsPattern("answered at the end +1000 of 1000")
                .containsPattern("wrong octets, resets +0, 0")
                .containsPattern("left at the server +nothing");
    }

    @Test
    void saysWhatCannotBe() {
        assertThat(shell.run("soak", "--lanes", "0")).isEqualTo(ExitStatus.USAGE);
        assertThat(shell.errorLine()).contains("lanes must be 1 to 64; given 0");
    }
}
