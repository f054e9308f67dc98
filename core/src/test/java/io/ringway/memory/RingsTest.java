package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

// Yielding lets the other thread run on a machine with one core.
@SuppressWarnings("ThreadPriorityCheck")
@Timeout(60)
class RingsTest {
    private static final int COUNT = 100_000;

    /** What a producer puts in: a field that is not final shows whether it was published safely. */
    private static final class Message {
        private int producer;
        private int number;

        Message(int producer, int number) {
            this.producer = producer;
            this.number = number;
        }
    }

    @Test
    void aFullSpscRingRefusesAndAnEmptyOneHasNothing() {
        SpscRing<String> ring = new SpscRing<>(3);
        assertThat(ring.capacity()).isEqualTo(4);
        assertThat(ring.poll()).isNull();
        for (int lap = 0; lap < 5; lap++) {
            for (String element : List.of("a", "b", "c", "d")) {
                assertThat(ring.offer(element)).isTrue();
            }
            assertThat(ring.offer("e")).isFalse();
            assertThat(ring.size()).isEqualTo(4);
            assertThat(List.of(ring.poll(), ring.poll(), ring.poll(), ring.poll()))
                    .containsExactly("a", "b", "c", "d");
            assertThat(ring.poll()).isNull();
            assertThat(ring.isEmpty()).isTrue();
        }
    }

    @Test
    void aFullMpscRingRefusesAndAnEmptyOneHasNothing() {
        MpscRing<String> ring = new MpscRing<>(1);
        assertThat(ring.capacity()).isEqualTo(2);
        for (int lap = 0; lap < 5; lap++) {
            assertThat(ring.poll()).isNull();
            assertThat(ring.offer("a")).isTrue();
            assertThat(ring.offer("b")).isTrue();
            assertThat(ring.offer("c")).isFalse();
            assertThat(ring.poll()).isEqualTo("a");
            assertThat(ring.offer("c")).isTrue();
            assertThat(ring.size()).isEqualTo(2);
            assertThat(ring.poll()).isEqualTo("b");
            assertThat(ring.poll()).isEqualTo("c");
        }
    }

    @Test
    void whatIsOfferedToALongRingIsSeenOncePublished() {
        SpscLongRing ring = new SpscLongRing(2);
        assertThat(ring.offer(1)).isTrue();
        assertThat(ring.hasNext()).isFalse();
        ring.publish();
        assertThat(ring.offer(2)).isTrue();
        assertThat(ring.offer(3)).isFalse();
        assertThat(ring.hasNext()).isTrue();
        assertThat(ring.remove()).isEqualTo(1);
        assertThat(ring.hasNext()).isFalse();
        assertThat(ring.offer(3)).isFalse();
        ring.release();
        assertThat(ring.offer(3)).isTrue();
        ring.publish();
        assertThat(ring.size()).isEqualTo(2);
        assertThat(ring.hasNext()).isTrue();
        assertThat(ring.remove()).isEqualTo(2);
        assertThat(ring.remove()).isEqualTo(3);
        assertThatThrownBy(ring::remove).isInstanceOf(AssertionError.class);
    }

    @Test
    void anSpscRingCarriesEverythingInOrderBetweenThreads() throws Exception {
        SpscRing<Message> ring = new SpscRing<>(512);
        CompletableFuture<Void> producer =
                CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < COUNT; i++) {
                        Message message = new Message(0, i);
                        while (!ring.offer(message)) {
                            Thread.onSpinWait();
                        }
                    }
                });
        for (int expected = 0; expected < COUNT; ) {
            Message message = ring.poll();
            if (message != null) {
                assertThat(message.number).isEqualTo(expected);
                expected++;
            } else {
                Thread.yield();
            }
        }
        producer.get(30, TimeUnit.SECONDS);
        assertThat(ring.poll()).isNull();
    }

    @Test
    void aLongRingCarriesEverythingInOrderBetweenThreads() throws Exception {
        SpscLongRing ring = new SpscLongRing(512);
        CompletableFuture<Void> producer =
                CompletableFuture.runAsync(() -> {
                    for (long i = 0; i < COUNT; i++) {
                        while (!ring.offer(~i)) {
                            ring.publish();
                            Thread.onSpinWait();
                        }
                        if (i % 7 == 0) {
                            ring.publish();
                        }
                    }
                    ring.publish();
                });
        for (long expected = 0; expected < COUNT; ) {
            while (ring.hasNext()) {
                assertThat(ring.remove()).isEqualTo(~expected);
                expected++;
            }
            ring.release();
            Thread.yield();
        }
        producer.get(30, TimeUnit.SECONDS);
    }

    @Test
    void anMpscRingCarriesEverythingAndKeepsEachProducersOrder() throws Exception {
        int producers = 4;
        MpscRing<Message> ring = new MpscRing<>(256);
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            running.add(
                    CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < COUNT / producers; i++) {
                                    Message message = new Message(producer, i);
                                    while (!ring.offer(message)) {
                                        Thread.yield();
                                    }
                                }
                            },
                            command -> Thread.ofPlatform().start(command)));
        }
        int[] expected = new int[producers];
        for (int received = 0; received < COUNT / producers * producers; ) {
            Message message = ring.poll();
            if (message != null) {
                assertThat(message.number).isEqualTo(expected[message.producer]++);
                received++;
            } else {
                Thread.yield();
            }
        }
        for (CompletableFuture<Void> producer : running) {
            producer.get(30, TimeUnit.SECONDS);
        }
        assertThat(ring.poll()).isNull();
        assertThat(ring.isEmpty()).isTrue();
    }

    @Test
    void impossibleCapacitiesAreRefused() {
        assertThatThrownBy(() -> new SpscRing<String>(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("given 0");
        assertThatThrownBy(() -> new MpscRing<String>(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SpscLongRing(1 << 30))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
