package io.ringway.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.Objects;

/**
 * The root of the command: it holds the subcommands, and shows what there is when it is called
 * alone.
 */
@Command(
        name = "ringway",
        mixinStandardHelpOptions = true,
        version = "ringway 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "A TCP/IP stack in user space, written in Java. It does not use the kernel's TCP: it"
                    + " reads and writes Ethernet frames itself.",
            "",
            "New here? Run 'ringway demo'. It changes nothing on this machine, and takes about half"
                    + " a minute."
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:it worked",
            "1:it did not: refused, reset, a file that is not there, a port in use",
            "2:the command line is wrong",
            "3:this machine or this user does not allow it: see 'ringway doctor'",
            "4:nobody answered in time",
            "70:a bug of ours",
            "130:interrupted with Ctrl-C"
        },
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  RINGWAY_DEBUG=1      show a stack trace with every error",
            "  RINGWAY_JAVA_OPTS    options for the JVM"
        },
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            EchoCommand.class,
            DiscardCommand.class,
            PingCommand.class,
            ConnectCommand.class,
            BridgeCommand.class,
            C10mCommand.class,
            SwarmCommand.class,
            SoakCommand.class,
            LanesCommand.class,
            ScriptCommand.class,
            DoctorCommand.class
        })
public final class Main implements Runnable {
    @Spec private CommandSpec spec;

    private Main() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Runs a command line and returns its exit status; nothing is thrown. */
    static int run(PrintWriter out, PrintWriter err, boolean isDebugging, String... arguments) {
        ErrorLines errors = new ErrorLines(isDebugging);
        CommandLine command =
                new CommandLine(new Main())
                        .setOut(out)
                        .setErr(err)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setAbbreviatedOptionsAllowed(false)
                        .setUsageHelpAutoWidth(true)
                        .setUsageHelpLongOptionsMaxWidth(26)
                        .setParameterExceptionHandler(errors)
                        .setExecutionExceptionHandler(errors);
        Converters.register(command);
        // What follows the name of a program is the program's.
        Objects.requireNonNull(command.getSubcommands().get("bridge")).setStopAtPositional(true);
        try {
            return command.execute(arguments);
        } catch (Error e) {
            // picocli hands over exceptions only; an assertion that failed is to be one line as
            // well.
            return errors.report(e, command);
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** Runs the command line and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(
                run(
                        new PrintWriter(System.out, true, System.out.charset()),
                        new PrintWriter(System.err, true, System.err.charset()),
                        "1".equals(System.getenv("RINGWAY_DEBUG")),
                        arguments));
    }
}
