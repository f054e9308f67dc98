package io.ringway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs the command in this JVM and keeps what it writes. */
final class Shell {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Runs a command line and returns its exit status. */
    int run(String... arguments) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), false, arguments);
    }

    String out() {
        return out.toString();
    }

    /** What went to standard error. */
    String err() {
        return err.toString();
    }

    /** The one line that went to standard error. */
    String errorLine() {
        assertThat(err.toString().lines()).as("lines on standard error").hasSize(1);
        return err.toString().strip();
    }
}
