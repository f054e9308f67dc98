package io.ringway.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code ringway lanes}: which lanes a running stack has, and how flows move between them. */
@Command(
        name = "lanes",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Show the lanes of a stack that runs with --lanes, or move flows between them while"
                    + " traffic runs.",
            "",
            "show (the default) has a line for each lane; rebalance moves buckets of flows from"
                    + " lanes that received much since the last time to those that received little;"
                    + " move BUCKET LANE moves one."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  ringway lanes", "  ringway lanes rebalance", "  ringway lanes move 17 1"})
final class LanesCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "WHAT",
            arity = "0..3",
            description = "show, rebalance, or move BUCKET LANE.")
    private List<String> what = List.of();

    @Option(
            names = "--pid",
            paramLabel = "PROCESS",
            order = 1,
            description = "The process to ask, when several run.")
    private @Nullable Long process;

    @Override
    public Integer call() {
        String line = line();
        long asked = process();
        try {
            String answer = ControlSocket.ask(asked, line);
            if (answer.startsWith("cannot")) {
                throw Failure.failed(answer.strip());
            }
            spec.commandLine().getOut().print(answer);
            spec.commandLine().getOut().flush();
            return ExitStatus.OK;
        } catch (IOException gone) {
            throw Failure.failed(
                    "process "
                            + asked
                            + " does not answer: it has ended, or runs no stack with --lanes");
        }
    }

    private String line() {
        if (what.isEmpty()) {
            return "show";
        }
        boolean isMove = what.getFirst().equals("move");
        boolean isRight =
                isMove
                        ? what.size() == 3
                                && what.get(1).matches("\\d{1,6}")
                                && what.get(2).matches("\\d{1,6}")
                        : what.size() == 1
                                && List.of("show", "rebalance").contains(what.getFirst());
        if (!isRight) {
            throw Failure.usage(
                    "\""
                            + String.join(" ", what)
                            + "\" is nothing to ask: write show, rebalance, or move BUCKET LANE"
                            + " with two numbers");
        }
        return String.join(" ", what);
    }

    private long process() {
        if (process != null) {
            return process;
        }
        List<Long> running = ControlSocket.processes();
        if (running.isEmpty()) {
            throw Failure.failed(
                    "no stack of yours runs with several lanes; start one with --lanes=2");
        }
        if (running.size() > 1) {
            throw Failure.usage("several run: name one with --pid, of " + running);
        }
        return running.getFirst();
    }
}
