package io.ringway.testkit.script;

/** Evaluates the snippets about TCP_INFO. */
final class CodeEvents {
    CodeEvents(Machine machine, SocketCalls calls) {
        assert machine != null && calls != null;
    }

    void run(String text) {
        if (!text.isBlank()) {
            throw new SkipException("snippets of code are not supported: " + text.strip());
        }
    }
}
