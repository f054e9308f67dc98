package io.ringway.cli;

import io.ringway.cli.Pinger.Answer;
import io.ringway.cli.show.Terminal;
import io.ringway.wire.IpAddress;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code ringway ping}: our stack pings another host. */
@Command(
        name = "ping",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Send ICMP echo requests from our stack, and time the replies.",
            "",
            "Without --tap or --netns the only other host is the kernel at the other end of the"
                    + " wire, 198.18.0.1 and 2001:2::1."
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:at least one reply came",
            "1:there were errors only",
            "4:nobody answered"
        },
        footerHeading = "%nExamples:%n",
        footer = {"  ringway ping 198.18.0.1", "  ringway ping -c 1000 -i 1ms -s 1400 2001:2::1"})
final class PingCommand implements Callable<Integer> {
    private static final int MAX_SIZE = 65_487;

    @Spec private CommandSpec spec;

    @Mixin private StackOptions options;

    @Parameters(
            index = "0",
            paramLabel = "ADDRESS",
            description = "IPv4 or IPv6 address of the host.")
    private IpAddress destination;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            order = 1,
            defaultValue = "5",
            description = "How many requests (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "TIME",
            order = 2,
            defaultValue = "1s",
            description = "Time between two requests (default: ${DEFAULT-VALUE}).")
    private StackOptions.Interval interval;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "OCTETS",
            order = 3,
            defaultValue = "56",
            description = "Octets of data in a request (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = {"-W", "--timeout"},
            paramLabel = "TIME",
            order = 4,
            defaultValue = "2s",
            description = "How long to wait for the last reply (default: ${DEFAULT-VALUE}).")
    private StackOptions.Interval timeout;

    @Override
    public Integer call() throws InterruptedException {
        if (count < 1) {
            throw Failure.usage("--count is at least 1; given " + count);
        }
        if (size < 0 || size > MAX_SIZE) {
            throw Failure.usage("--size is from 0 to " + MAX_SIZE + " octets; given " + size);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (RunningStack running = RunningStack.open(options, Terminal.standard())) {
            running.start();
            out.println("PING " + destination + " with " + size + " octets of data");
            Pinger pinger =
                    new Pinger(running.lane(), destination, (int) ProcessHandle.current().pid());
            Thread onInterrupt =
                    new Thread(() -> print(out, pinger.summary()), "ringway-ping-summary");
            Runtime.getRuntime().addShutdownHook(onInterrupt);
            PingSummary summary =
                    pinger.run(
                            count,
                            size,
                            interval.nanoseconds(),
                            timeout.nanoseconds(),
                            answer -> print(out, answer));
            Runtime.getRuntime().removeShutdownHook(onInterrupt);
            print(out, summary);
            if (summary.received() > 0) {
                return ExitStatus.OK;
            }
            return summary.isAllAnswered() ? ExitStatus.FAILED : ExitStatus.TIMED_OUT;
        }
    }

    private void print(PrintWriter out, Answer answer) {
        switch (answer) {
            case Answer.Echo(int sequence, int length, int hopLimit, long roundTripNs) ->
                    out.printf(
                            Locale.ROOT,
                            "%d octets from %s: seq=%d ttl=%d time=%.3f ms%n",
                            length,
                            destination,
                            sequence,
                            hopLimit,
                            roundTripNs / 1e6);
            case Answer.Problem(int sequence, String what) ->
                    out.println("From " + destination + ": seq=" + sequence + " " + what);
        }
        out.flush();
    }

    private static void print(PrintWriter out, PingSummary summary) {
        out.println();
        out.println(summary.packets());
        if (summary.received() > 0) {
            out.println(summary.roundTrips());
        }
        out.flush();
    }
}
