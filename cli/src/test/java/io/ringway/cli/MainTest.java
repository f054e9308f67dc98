package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.NoSuchFileException;

/** The command line from outside: what it prints and how it ends. */
final class MainTest {
    private final Shell shell = new Shell();

    @Test
    void aloneItShowsWhatThereIs() {
        assertThat(shell.run()).isEqualTo(ExitStatus.OK);
        assertThat(shell.out()).contains("ringway demo").contains("Exit status:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo", "serve", "echo", "discard", "ping", "connect", "doctor", "bridge", "script",
                "c10m"
            })
    void everyCommandHasHelp(String command) {
        assertThat(shell.run(command, "--help")).isEqualTo(ExitStatus.OK);
        assertThat(shell.out()).contains("Usage: ringway " + command);
        assertThat(shell.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --nonsense                            | --nonsense
                    frob                                  | frob
                    serve -p 0                            | from 1 to 65535
                    serve -p 70000                        | from 1 to 65535
                    serve -p http                         | http
                    serve --mtu 67                        | from 68 to 65521
                    serve --address 198.18.0.256/24       | 198.18.0.256
                    serve --address 198.18.0.0/24         | 198.18.0.0/24
                    serve --mtu 1000 --address 2001:2::2/64 | 1280
                    serve --gateway 10.0.0.1              | 198.18.0.2/24
                    serve --impair loss=200%              | from 0% to 100%
                    serve --impair lose=1%                | lose
                    serve --profile fast                  | fast
                    serve --idle lazy                     | lazy
                    serve --stats 5                       | 5
                    serve --cc vegas                      | vegas
                    serve --lanes 0                       | 1 to 64
                    serve --lanes two                     | two
                    serve --lanes 2 --cores 0             | each of the 2 lanes
                    serve --cores 0,x                     | x
                    serve --netns ../x                    | --netns
                    serve --writable --discard-uploads    | mutually exclusive
                    ping                                  | ADDRESS
                    ping nohost                           | nohost
                    ping 198.18.0.1 -c 0                  | --count
                    ping 198.18.0.1 -s 70000              | --size
                    connect 198.18.0.1 0                  | from 1 to 65535
                    script                                | FILE
                    script --profile vms x.pkt            | freebsd
                    script --ip-version 4 x.pkt           | --ip-version
                    script --mtu 60 x.pkt                 | 68 to 65521
                    demo --size 3                         | --size
                    demo --size many                      | many
                    c10m -n 10x                           | 10m
                    c10m -n 0                             | from 1
                    c10m --active 101                     | from 0 to 100
                    c10m --size 8                         | from 16 to 1400
                    """)
    void aBadCommandLineIsOneLineAndStatusTwo(String line, String mentioned) {
        assertThat(shell.run(line.split(" "))).isEqualTo(ExitStatus.USAGE);
        assertThat(shell.errorLine()).startsWith("ringway: ").contains(mentioned);
    }

    @Test
    void aFileThatIsNotThereIsOneLineAndStatusOne() {
        assertThat(shell.run("serve", "/no/such/place")).isEqualTo(ExitStatus.FAILED);
        assertThat(shell.errorLine())
                .isEqualTo("ringway: /no/such/place: there is no such file or directory");
    }

    @Test
    void whatGoesWrongInsideIsOneLineAsWell() {
        assertThat(ErrorLines.message(new IllegalStateException("a\n  b"))).isEqualTo("a b");
        assertThat(ErrorLines.message(new NullPointerException("x")))
                .contains("bug of ours")
                .contains("x");
        assertThat(ErrorLines.status(new NullPointerException("x"))).isEqualTo(ExitStatus.BUG);
        assertThat(ErrorLines.message(new NoSuchFileException("f")))
                .isEqualTo("f: there is no such file or directory");
    }

    @Test
    void theDemoRunsInMemoryWhereNothingElseIsAllowed() {
        assertThat(
                        shell.run(
                                "demo",
                                "--memory",
                                "--size",
                                "8MiB",
                                "--impaired-size",
                                "1MiB",
                                "--impair",
                                "loss=1%,delay=2ms,seed=7"))
                .isEqualTo(ExitStatus.OK);
    }
}
