package io.ringway.cli;

import io.ringway.cli.show.Terminal;
import io.ringway.tcp.CloseReason;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code ringway connect}: standard input to a TCP connection, and the connection to standard
 * output.
 */
@Command(
        name = "connect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Open a TCP connection from our stack; send standard input, print what arrives on"
                + " standard output. At the end of the input our side of the connection is closed,"
                + " and the command ends when the peer's is.",
            "",
            "Without --tap or --netns the only other host is the kernel at the other end of the"
                    + " wire, 198.18.0.1 and 2001:2::1."
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:both sides closed in good order",
            "1:refused, reset or unreachable",
            "4:the peer does not answer"
        },
        footerHeading = "%nExamples:%n",
        footer = "  echo hello | ringway connect --netns lab 198.18.0.1 7")
final class ConnectCommand implements Callable<Integer> {
    @Mixin private StackOptions options;

    @Parameters(index = "0", paramLabel = "HOST", description = "IPv4 or IPv6 address of the peer.")
    private IpAddress host;

    @Parameters(index = "1", paramLabel = "PORT", description = "TCP port of the peer.")
    private int port;

    @Option(
            names = {"-w", "--timeout"},
            paramLabel = "TIME",
            order = 1,
            defaultValue = "10s",
            description = "How long the connection may take to open (default: ${DEFAULT-VALUE}).")
    private StackOptions.Interval timeout;

    @Override
    public Integer call() throws InterruptedException {
        ServerRun.checkPort(port);
        try (RunningStack running = RunningStack.open(options, Terminal.standard())) {
            running.start();
            StreamPump pump = new StreamPump(running.lane(), System.in, System.out);
            open(running, pump);
            CloseReason reason = pump.run();
            return switch (reason) {
                case CLOSED -> ExitStatus.OK;
                case TIMED_OUT, KEEPALIVE_TIMED_OUT ->
                        throw new Failure(
                                ExitStatus.TIMED_OUT, "the peer does not answer any more");
                case RESET_BY_PEER -> throw Failure.failed("the peer reset the connection");
                case REFUSED,
                        UNREACHABLE,
                        CLOSED_WITH_DATA,
                        ABORTED,
                        HANDLER_FAILED,
                        NO_RESOURCES,
                        STACK_CLOSED ->
                        throw Failure.failed("the connection ended: " + reason);
            };
        }
    }

    private void open(RunningStack running, StreamPump pump) throws InterruptedException {
        CompletableFuture<?> opening = running.stack().connect(new Endpoint(host, port), pump);
        try {
            opening.get(timeout.nanoseconds(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new Failure(
                    ExitStatus.TIMED_OUT, new Endpoint(host, port) + " does not answer", e);
        } catch (ExecutionException e) {
            int status =
                    pump.closeReason() == CloseReason.TIMED_OUT
                            ? ExitStatus.TIMED_OUT
                            : ExitStatus.FAILED;
            throw new Failure(
                    status, ErrorLines.message(e.getCause() == null ? e : e.getCause()), e);
        }
    }
}
