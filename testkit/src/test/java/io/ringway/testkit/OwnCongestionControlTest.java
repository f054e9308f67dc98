package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.tcp.AckSample;
import io.ringway.tcp.CongestionControl;
import io.ringway.tcp.CongestionState;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The congestion control that docs/congestion-control.md writes in a few lines, at work. */
class OwnCongestionControlTest {
    // doc: begin
    /** Grows by a segment a round trip, and gives up a quarter of its window for a loss. */
    static final class Gentle implements CongestionControl {
        @Override
        public String name() {
            return "gentle";
        }

        @Override
        public void onAck(CongestionState state, AckSample sample, long nowNs) {
            if (!sample.isLimited || sample.isInRecovery) {
                return; // The window is not what holds the sender back.
            }
            long growth = sample.ackedOctets;
            if (!state.isInSlowStart()) {
                growth = Math.max(1, growth * state.mss / state.cwnd);
            }
            state.cwnd = (int) Math.min(1 << 30, state.cwnd + growth);
        }

        @Override
        public void onLoss(CongestionState state, int inFlightOctets, long nowNs) {
            state.ssthresh = Math.max(2 * state.mss, inFlightOctets - inFlightOctets / 4);
            state.cwnd = state.ssthresh;
        }

        @Override
        public void onRecovered(CongestionState state, long nowNs) {
            state.cwnd = Math.min(state.cwnd, state.ssthresh);
        }

        @Override
        public void onTimeout(CongestionState state, int inFlightOctets, long nowNs) {
            onLoss(state, inFlightOctets, nowNs);
            state.cwnd = state.mss;
        }
    }

    // doc: end

    @Test
    void carriesAFlowOverALossyPath() {
        try (Pair pair =
                Pair.with()
                        .impairment("loss=1%,delay=10ms")
                        .seed(3)
                        .config(config -> config.add(new Gentle()))
                        .build()) {
            Bulk bulk = new Bulk(4 << 20, "gentle");
            pair.b().listen(7, bulk.taking);
            pair.a().lane(0).connect(pair.endpointB(7), bulk.sending);
            assertThat(pair.runUntil(bulk::isDone, Duration.ofMinutes(5))).isTrue();
            assertThat(bulk.arrived()).isEqualTo(4 << 20);
            assertThat(pair.a().lane(0).counters().get(Counter.TCP_RETRANSMITTED)).isPositive();
            pair.assertClean();
        }
    }

    @Test
    void theDocumentHasThisVeryCode() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.exists(here.resolve("mvnw")) ? here : here.getParent();
        String source =
                Files.readString(
                        root.resolve(
                                "testkit/src/test/java/io/ringway/testkit/OwnCongestionControlTest.java"));
        int begin = source.indexOf("    // doc: begin\n") + "    // doc: begin\n".length();
        String code =
                source.substring(begin, source.indexOf("    // doc: end"))
                        .stripTrailing()
                        .stripIndent();
        assertThat(Files.readString(root.resolve("docs/congestion-control.md")))
                .contains(code.strip());
    }
}
