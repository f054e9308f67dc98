package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.port.PortException;

import org.junit.jupiter.api.Test;

import java.util.BitSet;
import java.util.concurrent.ForkJoinPool;

class AffinityTest {
    @Test
    void aPinnedThreadHasOneProcessorAndTheOthersKeepTheirs() throws InterruptedException {
        BitSet before = Affinity.allowed();
        int last = before.length() - 1;
        BitSet[] seen = new BitSet[2];
        var thread =
                new Thread(() -> {
                    Affinity.pin(last);
                    seen[0] = Affinity.allowed();
                    Affinity.allow(before);
                    seen[1] = Affinity.allowed();
                });
        thread.start();
        thread.join();
        assertThat(seen[0].cardinality()).isEqualTo(1);
        assertThat(seen[0].get(last)).isTrue();
        assertThat(seen[1]).isEqualTo(before);
        assertThat(Affinity.allowed()).isEqualTo(before);
        assertThat(ForkJoinPool.getCommonPoolParallelism())
                .isEqualTo(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
    }

    @Test
    void aProcessorThatIsNotThereIsRefused() {
        for (int cpu : new int[] {-1, 8_191, 8_192, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> Affinity.pin(cpu))
                    .isInstanceOf(PortException.class)
                    .hasMessageContainingAll("processor " + cpu, Affinity.allowed().toString());
        }
    }

    @Test
    void aVirtualThreadCannotBePinned() throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        Affinity.pin(0);
                    } catch (IllegalStateException refused) {
                        thrown[0] = refused;
                    }
                })
                .join();
        assertThat(thrown[0]).hasMessageContaining("platform thread");
    }
}
