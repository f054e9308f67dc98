package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The command for ten million connections, with a few thousand. */
class C10mCommandTest {
    private final Shell shell = new Shell();

    @Test
    void opensHoldsAsksAndClosesAll() {
        String line = "c10m -n 5k --active 10 --every 20ms --duration 300ms --verify 2k";
        assertThat(shell.run(line.split(" "))).isEqualTo(ExitStatus.OK);
        assertThat(shell.out())
                .containsPattern("connections open at once +5,000")
                .containsPattern("answered at the end +2000 of 2000")
                .containsPattern("wrong octets, resets +0, 0")
                .containsPattern("left at the server after closing +0");
    }

    @Test
    void asksEveryOneWhenItIsToldTo() {
        String line = "c10m -n 3k --active 5 --every 20ms --duration 100ms --verify-all";
        assertThat(shell.run(line.split(" "))).isEqualTo(ExitStatus.OK);
        assertThat(shell.out()).containsPattern("answered at the end +3000 of 3000");
    }

    @Test
    void countsAreReadWithTheirMultiples() {
        assertThat(Count.parse("10m")).isEqualTo(new Count(10_000_000));
        assertThat(Count.parse("1.5M")).isEqualTo(new Count(1_500_000));
        assertThat(Count.parse("200_000")).isEqualTo(new Count(200_000));
        assertThat(Count.parse("64k")).isEqualTo(new Count(64_000));
    }
}
