package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

// Yielding lets the other thread run on a machine with one core.
@SuppressWarnings("ThreadPriorityCheck")
class CountersTest {
    @Test
    void eachCounterHasASlotOfItsOwn() {
        Counters counters = new Counters();
        for (Counter counter : Counter.values()) {
            counters.add(counter, counter.name().hashCode());
            counters.increment(counter);
        }
        for (Counter counter : Counter.values()) {
            assertThat(counters.get(counter)).isEqualTo(counter.name().hashCode() + 1L);
        }
    }

    @Test
    @Timeout(60)
    void anotherThreadSeesItGrowWithoutStoppingTheLane() throws Exception {
        Counters counters = new Counters();
        CompletableFuture<Void> lane =
                CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 1_000_000; i++) {
                        counters.add(Counter.OCTETS_SENT, 0x1_0000_0001L);
                    }
                });
        long last = 0;
        while (!lane.isDone()) {
            long now = counters.get(Counter.OCTETS_SENT);
            assertThat(now).isGreaterThanOrEqualTo(last);
            assertThat(now >>> 32).isEqualTo(now & 0xffff_ffffL);
            last = now;
            Thread.yield();
        }
        lane.get(30, TimeUnit.SECONDS);
        assertThat(counters.get(Counter.OCTETS_SENT)).isEqualTo(1_000_000 * 0x1_0000_0001L);
    }

    @Test
    void everyCounterSaysWhatItMeansAndLabelsAreUnique() {
        Set<String> labels = new HashSet<>();
        for (Counter counter : Counter.values()) {
            assertThat(counter.help()).isNotBlank();
            assertThat(labels.add(counter.label())).isTrue();
            assertThat(counter.label()).matches("[a-z0-9-]+");
        }
        assertThat(Counter.TCP_BAD_CHECKSUM.isDrop()).isTrue();
        assertThat(Counter.TCP_RECEIVED.isDrop()).isFalse();
    }
}
