package io.ringway.cli;

import io.ringway.cli.http.ByteRange;
import io.ringway.cli.show.Progress;
import io.ringway.cli.show.Sparkline;
import io.ringway.cli.show.Terminal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What came of downloading a file in one part or several at a time, every part checked against its
 * hash.
 *
 * @param label what it was
 * @param octets of all parts
 * @param elapsedNs from the start of the first client to the end of the last
 * @param retransmitted segments that our stack sent again for it
 * @param rates octets by interval
 */
record Transfer(String label, long octets, long elapsedNs, long retransmitted, Sparkline rates) {
    private static final long SAMPLE_MS = 50;

    /**
     * Downloads, and draws a bar meanwhile.
     *
     * @throws Failure when a client fails, or what it got is not what the file holds
     */
    static Transfer run(
            DemoWire wire,
            DemoFile file,
            String label,
            boolean isIpv4,
            List<ByteRange> parts,
            Terminal terminal)
            throws IOException, InterruptedException {
        List<String> expected = new ArrayList<>();
        for (ByteRange part : parts) {
            expected.add(file.sha256(part));
        }
        long octets = parts.stream().mapToLong(ByteRange::length).sum();
        long retransmitted = wire.retransmitted();
        AtomicLong done = new AtomicLong();
        Sparkline rates = new Sparkline();
        long startNs = System.nanoTime();
        Progress progress = new Progress(terminal, label, octets, startNs);
        try (ExecutorService clients =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            List<Future<String>> hashes = new ArrayList<>();
            for (ByteRange part : parts) {
                hashes.add(clients.submit(() -> wire.download(isIpv4, part, done::addAndGet)));
            }
            try {
                for (int i = 0; i < parts.size(); i++) {
                    String hash = await(hashes.get(i), done, rates, progress);
                    if (!hash.equals(expected.get(i))) {
                        throw Failure.failed(
                                label
                                        + ": what arrived is not what was sent, its SHA-256 is "
                                        + hash);
                    }
                }
            } finally {
                clients.shutdownNow();
            }
        }
        long elapsedNs = System.nanoTime() - startNs;
        progress.finish(
                done.get(), startNs + elapsedNs, terminal.either("✔ ", "ok: ") + "SHA-256 correct");
        return new Transfer(label, octets, elapsedNs, wire.retransmitted() - retransmitted, rates);
    }

    /** Waits for one client; samples and draws what all of them have got. */
    private static String await(
            Future<String> hash, AtomicLong done, Sparkline rates, Progress progress)
            throws IOException, InterruptedException {
        long sampled = done.get();
        while (true) {
            try {
                return hash.get(SAMPLE_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                long now = done.get();
                rates.add((now - sampled) * 8000.0 / SAMPLE_MS);
                sampled = now;
                progress.update(now, System.nanoTime());
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case IOException cause -> throw cause;
                    case RuntimeException cause -> throw cause;
                    case null, default -> throw new IllegalStateException(e);
                }
            }
        }
    }
}
