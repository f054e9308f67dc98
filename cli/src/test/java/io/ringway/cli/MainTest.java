package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The command line from outside: what it prints and how it ends. */
final class MainTest {
    private final Shell shell = new Shell();

    @Test
    void aloneItShowsWhatThereIs() {
        assertThat(shell.run()).isEqualTo(ExitStatus.OK);
        assertThat(shell.out()).contains("ringway demo").contains("Exit status:");
    }

    @Test
    void anUnknownOptionIsOneLine() {
        assertThat(shell.run("--nonsense")).isEqualTo(ExitStatus.USAGE);
        assertThat(shell.errorLine()).contains("--nonsense").contains("ringway --help");
    }

    @Test
    void whatGoesWrongInsideIsOneLineAsWell() {
        assertThat(ErrorLines.message(new IllegalStateException("a\n  b"))).isEqualTo("a b");
        assertThat(ErrorLines.message(new NullPointerException("x")))
                .contains("bug of ours")
                .contains("x");
        assertThat(ErrorLines.status(new NullPointerException("x"))).isEqualTo(ExitStatus.BUG);
        assertThat(ErrorLines.message(new java.nio.file.NoSuchFileException("f")))
                .isEqualTo("f: there is no such file or directory");
    }
}
