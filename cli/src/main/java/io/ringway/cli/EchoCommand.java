package io.ringway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code ringway echo}: sends back what it receives. */
@Command(
        name = "echo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Listen on a TCP port and send back everything that arrives (RFC 862).",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = "  ringway echo --stats 1s")
final class EchoCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private StackOptions options;

    @Option(
            names = {"-p", "--listen"},
            paramLabel = "PORT",
            order = 1,
            defaultValue = "7",
            description = "TCP port to listen on (default: ${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() {
        return ServerRun.untilInterrupted(
                options,
                port,
                new EchoHandler(),
                "Echoing",
                to -> "nc " + to.address() + " " + to.port(),
                spec.commandLine().getOut());
    }
}
