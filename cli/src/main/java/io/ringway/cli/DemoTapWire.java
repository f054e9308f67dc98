package io.ringway.cli;

import io.ringway.cli.http.ByteRange;
import io.ringway.cli.http.FileSite;
import io.ringway.cli.http.RequestLog;
import io.ringway.cli.http.Uploads;
import io.ringway.cli.show.Terminal;
import io.ringway.memory.Counter;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The demo's wire with the kernel at its other end, in a network namespace: real curl, real ping.
 */
final class DemoTapWire implements DemoWire {
    private static final int PORT = 80;
    private static final long PING_INTERVAL_NS = 100_000_000;
    private static final long PING_TIMEOUT_NS = 2_000_000_000;
    private static final int PING_LENGTH = 56;
    private static final Pattern RECEIVED = Pattern.compile("(\\d+) (?:packets )?received");
    private static final Pattern MEAN = Pattern.compile("= [\\d.]+/([\\d.]+)/");
    private static final IpAddress KERNEL = IpAddress.parse("198.18.0.1");

    private final StackOptions options;
    private final RunningStack running;
    private final Curl curl;

    private DemoTapWire(StackOptions options, RunningStack running) {
        this.options = options;
        this.running = running;
        this.curl = new Curl(running.network());
    }

    static DemoTapWire open(DemoFile file, StackOptions options, Terminal terminal)
            throws IOException {
        FileSite site = new FileSite(file.directory(), Uploads.refused(), InstantSource.system());
        RunningStack running = RunningStack.open(options, terminal);
        running.stack().listen(PORT, new HttpHandler(site, RequestLog.NONE));
        running.start();
        return new DemoTapWire(options, running);
    }

    @Override
    public String client() {
        return "curl";
    }

    @Override
    public String download(boolean isIpv4, ByteRange part, IntConsumer onOctets)
            throws IOException, InterruptedException {
        IpAddress address = Objects.requireNonNull(options.address(isIpv4));
        String range = part.first() + "-" + (part.first() + part.length() - 1);
        return curl.download(
                "http://" + new Endpoint(address, PORT) + "/file",
                List.of("--range", range),
                onOctets);
    }

    @Override
    public Pings pingUs(int count) throws InterruptedException {
        String who = "kernel pings Ringway";
        if (!Programs.isInstalled("ping")) {
            return new Pings(who + " (no ping here)", 0, 0, 0);
        }
        String text;
        try {
            Process process =
                    running.network()
                            .start(
                                    List.of(
                                            "ping",
                                            "-c",
                                            Integer.toString(count),
                                            "-i",
                                            "0.2",
                                            "-W",
                                            "2",
                                            String.valueOf(options.address(true))));
            text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
        } catch (IOException e) {
            throw new Failure(ExitStatus.FAILED, "ping cannot be run: " + ErrorLines.message(e), e);
        }
        Matcher received = RECEIVED.matcher(text);
        Matcher mean = MEAN.matcher(text);
        return new Pings(
                who,
                count,
                received.find() ? Integer.parseInt(received.group(1)) : 0,
                mean.find() ? Math.round(Double.parseDouble(mean.group(1)) * 1e6) : 0);
    }

    @Override
    public Pings pingThem(int count) throws InterruptedException {
        PingSummary summary =
                new Pinger(running.lane(), KERNEL, 1)
                        .run(count, PING_LENGTH, PING_INTERVAL_NS, PING_TIMEOUT_NS, _ -> {});
        return new Pings(
                "Ringway pings kernel", summary.sent(), summary.received(), summary.meanNs());
    }

    @Override
    public long retransmitted() {
        return running.stack().counter(Counter.TCP_RETRANSMITTED);
    }

    @Override
    public void close() {
        running.close();
    }
}
