package io.ringway.testkit.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

/** The Python of snippets about TCP_INFO. */
final class SnippetTest {
    private static SnippetNames names() {
        SnippetNames names = new SnippetNames();
        names.fields(Map.of("tcpi_snd_cwnd", 10L, "tcpi_rtt", 100_500L, "tcpi_ca_state", 3L));
        return names;
    }

    private static SnippetNames run(String text) {
        SnippetNames names = names();
        SnippetParser.parse(text).run(names);
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcpi_snd_cwnd == 10",
                "tcpi_snd_cwnd == 10, 'cwnd=%d' % tcpi_snd_cwnd",
                "100000 <= tcpi_rtt < 101 * 1000",
                "tcpi_snd_cwnd in (9, 10) and not tcpi_rtt == 1",
                "tcpi_snd_cwnd not in [1, 2,]",
                "tcpi_ca_state == TCP_CA_Recovery or False",
                "abs(tcpi_snd_cwnd - 12) <= 2",
                "7 // 2 == 3 and 7 / 2 == 3.5 and -7 // 2 == -4 and -7 % 3 == 2 and 2 ** 5 == 32",
                "(1 << 4 | 2) & ~2 == 16",
                "max(1, 5, 3) == 5 and min([4, 2]) == 2 and len((1, 2, 3)) == 3",
                "(1 if tcpi_rtt > 5 else 2) == 1",
                "1e-3 * 1000 == 1.0 and 0x10 == 16 and int(2.9) == 2",
                "'a' 'b' == \"ab\" and [1, 2][-1] == 2 and all([1, True])",
            })
    void whatHoldsPasses(String condition) {
        assertThatCode(() -> run("assert " + condition)).doesNotThrowAnyException();
    }

    @Test
    void whatDoesNotHoldFailsWithTheValues() {
        assertThatThrownBy(() -> run(" assert tcpi_snd_cwnd == 11, 'cwnd is %u' % tcpi_snd_cwnd "))
                .isInstanceOf(ScriptFailure.class)
                .hasMessageContaining("cwnd is 10")
                .hasMessageContaining("got: tcpi_snd_cwnd = 10");
    }

    @Test
    void namesLiveOnAndBlocksNest() {
        SnippetNames names =
                run(
                        """

                        a = 1; a += 2
                        # a comment
                        for i in range(3):
                            if i == 1:
                                a = a * 10
                            elif i == 0: pass
                            else:
                                a -= (1 +
                                      2)
                        print(a)
                        print "%d" % a
                        """);
        assertThat(names.get("a")).isEqualTo(27L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "assert tcpi_unheard_of == 1",
                "import os; os.system('x')",
                "assert 1 ==",
                "def f(x): return x",
                "assert open('f')",
                "x = 'abc",
            })
    void whatIsNotKnownIsSkipped(String text) {
        assertThatThrownBy(() -> run(text)).isInstanceOf(SkipException.class);
    }
}
