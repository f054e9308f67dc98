package io.ringway.cli;

import io.ringway.StackException;
import io.ringway.port.PortException;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;

/**
 * Turns everything that goes wrong into one line on standard error and an exit status; nobody sees
 * a stack trace who did not ask for it with {@code RINGWAY_DEBUG=1}.
 */
final class ErrorLines implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final boolean isDebugging;

    ErrorLines(boolean isDebugging) {
        this.isDebugging = isDebugging;
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        StringBuilder line = new StringBuilder(oneLine(String.valueOf(e.getMessage())));
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                line.append("; did you mean ").append(String.join(" or ", suggestions)).append('?');
            }
        }
        command.getErr()
                .println(
                        "ringway: "
                                + line
                                + " (see '"
                                + command.getCommandSpec().qualifiedName()
                                + " --help')");
        trace(e, command);
        return ExitStatus.USAGE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        return report(e, command);
    }

    /** Writes the line for {@code problem} and returns the exit status that belongs to it. */
    int report(Throwable problem, CommandLine command) {
        command.getErr().println("ringway: " + message(problem));
        trace(problem, command);
        return status(problem);
    }

    private void trace(Throwable problem, CommandLine command) {
        if (isDebugging) {
            problem.printStackTrace(command.getErr());
        }
    }

    static int status(Throwable problem) {
        return switch (problem) {
            case Failure failure -> failure.status();
            case AccessDeniedException _ -> ExitStatus.NOT_ALLOWED;
            case StackException _, PortException _, IOException _, UncheckedIOException _ ->
                    ExitStatus.FAILED;
            case IllegalArgumentException _ -> ExitStatus.USAGE;
            case IllegalStateException _ -> ExitStatus.FAILED;
            default -> ExitStatus.BUG;
        };
    }

    static String message(Throwable problem) {
        return switch (problem) {
            case UncheckedIOException unchecked when unchecked.getCause() != null ->
                    message(unchecked.getCause());
            case NoSuchFileException e -> e.getFile() + ": there is no such file or directory";
            case NotDirectoryException e -> e.getFile() + ": not a directory";
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case FileSystemException e when e.getReason() != null ->
                    e.getFile() + ": " + oneLine(e.getReason());
            case Failure _,
                    StackException _,
                    PortException _,
                    IOException _,
                    UncheckedIOException _,
                    IllegalArgumentException _,
                    IllegalStateException _ ->
                    oneLine(
                            problem.getMessage() == null
                                    ? problem.toString()
                                    : problem.getMessage());
            default ->
                    "this is a bug of ours, please report it: "
                            + oneLine(problem.toString())
                            + " (RINGWAY_DEBUG=1 shows where)";
        };
    }

    private static String oneLine(String text) {
        return text.strip().replaceFirst("^Error: ", "").replaceAll("\\s*\\R\\s*", " ");
    }
}
