package io.ringway.testkit.script;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** Evaluates the snippets about TCP_INFO, whose names live as long as the script. */
final class CodeEvents {
    private final ScriptConfig config;
    private final SocketCalls calls;
    private final SnippetNames names = new SnippetNames();

    CodeEvents(ScriptConfig config, SocketCalls calls) {
        this.config = config;
        this.calls = calls;
    }

    void run(String text) {
        SnippetParser.Statement statements = SnippetParser.parse(text);
        @Nullable TcpFile file = calls.underTest();
        if (file == null) {
            names.noFields("there is no connection whose TCP_INFO the snippet could be about");
        } else {
            Map<String, Long> fields = new HashMap<>(file.info(config));
            if (calls.isSynDataTaken()) {
                fields.merge("tcpi_options", SnippetNames.constant("TCPI_OPT_SYN_DATA"), Long::sum);
            }
            names.fields(fields);
        }
        statements.run(names);
    }
}
