package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Stack;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/**
 * A path of 100 ms and 1 Gbit/s, 12.5 MB long, is filled by the usual settings: the receive window
 * grows with it (RFC 7323 §1.1), and so does what may be written.
 */
class LongFatPathTest {
    private static final String PATH = "delay=50ms,rate=1gbit,queue=5000";
    private static final long OCTETS_A_SECOND = 125_000_000;

    /** Writes whenever it may. */
    private static final class Source implements TcpHandler {
        private final byte[] chunk = new byte[64 * 1024];

        @Override
        public void onOpen(TcpConnection opened) {
            onWritable(opened);
        }

        @Override
        public void onReadable(TcpConnection readable) {}

        @Override
        public void onWritable(TcpConnection writable) {
            int taken = chunk.length;
            while (taken == chunk.length) {
                taken = writable.write(chunk);
            }
        }
    }

    /** Reads whatever comes. */
    private static final class Sink implements TcpHandler {
        private long octets;

        @Override
        public void onReadable(TcpConnection readable) {
            while (readable.viewLength() > 0) {
                octets += readable.viewLength();
                readable.consume(readable.viewLength());
            }
        }
    }

    private static Pair longFatPair() {
        return Pair.with()
                .impairment(PATH)
                .config(config -> config.smallFrames(0).largeFrames(0))
                .build();
    }

    private static void play(Pair pair, TcpHandler server, TcpHandler client, Sink sink) {
        Stack a = pair.a();
        a.listen(80, server);
        pair.b().lane(0).connect(pair.endpointA(80), client);
        // Slow start takes 100 ms for each doubling from 10 segments to 8,600.
        pair.run(Duration.ofSeconds(3));
        long before = sink.octets;
        pair.run(Duration.ofSeconds(2));
        long perSecond = (sink.octets - before) / 2;
        // Headers take 66 of 1,514 octets.
        assertThat(perSecond).isGreaterThan(OCTETS_A_SECOND * 90 / 100);
    }

    @Test
    void anUploadFillsThePath() {
        Sink sink = new Sink();
        try (Pair pair = longFatPair()) {
            play(pair, sink, new Source(), sink);
        }
    }

    @Test
    void aDownloadFillsThePath() {
        Sink sink = new Sink();
        try (Pair pair = longFatPair()) {
            play(pair, new Source(), sink, sink);
        }
    }
}
