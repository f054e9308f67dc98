package io.ringway.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command: it holds the subcommands, and does nothing by itself. */
@Command(
        name = "ringway",
        mixinStandardHelpOptions = true,
        version = "ringway 0.1.0-SNAPSHOT",
        description = "A user-space TCP/IP stack for the JVM.")
public final class Main implements Runnable {
    @Spec private CommandSpec spec;

    private Main() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing subcommand.");
    }

    /** Runs the command line and exits with its status. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
