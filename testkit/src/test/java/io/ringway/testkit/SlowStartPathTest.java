package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.LinkConfig;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

/**
 * The first slow start over a bottleneck with a queue of one round trip: it fills the path and
 * loses little, whether segments or super-frames leave.
 */
class SlowStartPathTest {
    private static final int FRAME = 1514;

    private static Pair pair(LinkConfig link, long bitsPerSecond, int rttMs) {
        int queue = Math.max(20, (int) (bitsPerSecond / 8_000 * rttMs / FRAME));
        ImpairmentConfig path =
                ImpairmentConfig.builder()
                        .delayNs(rttMs * 500_000L)
                        .rateBitsPerSecond(bitsPerSecond)
                        .queueFrames(queue)
                        .build();
        return Pair.with()
                .link(link)
                .impairment(path)
                .config(config ->
                        config.smallFrames(8192)
                                .largeFrames(512)
                                .tcp(tcp ->
                                        tcp.sendBufferBytes(4 << 20).receiveBufferBytes(4 << 20)))
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "cubic, 100, 10",
        "cubic, 100, 20",
        "cubic, 100, 50",
        "cubic, 100, 100",
        "cubic, 10, 50",
        "newreno, 100, 5",
        "newreno, 100, 20",
        "newreno, 100, 100",
        "newreno, 10, 100"
    })
    void fillsThePathAndLosesLittle(String algorithm, long mbit, int rttMs) {
        for (LinkConfig link : new LinkConfig[] {LinkConfig.PLAIN, LinkConfig.OFFLOADED}) {
            try (Pair pair = pair(link, mbit * 1_000_000, rttMs)) {
                Bulk bulk = new Bulk(Long.MAX_VALUE, algorithm);
                pair.b().listen(7, bulk.taking);
                pair.a().lane(0).connect(pair.endpointB(7), bulk.sending);
                pair.run(Duration.ofMillis(20L * rttMs));
                long before = bulk.arrived();
                pair.run(Duration.ofMillis(20L * rttMs));
                double used = (bulk.arrived() - before) * 8.0 / (20e3 * rttMs) / mbit;
                assertThat(used).isGreaterThan(0.9);
                long resent = pair.a().lane(0).counters().get(Counter.TCP_RETRANSMITTED);
                assertThat(resent).isLessThanOrEqualTo(10);
            }
        }
    }
}
