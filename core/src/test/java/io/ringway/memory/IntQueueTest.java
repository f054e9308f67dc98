package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.Random;

class IntQueueTest {
    @Test
    void itBehavesAsAnArrayDequeOverManyLaps() {
        Random random = new Random(11);
        IntQueue queue = new IntQueue(1);
        ArrayDeque<Integer> model = new ArrayDeque<>();
        for (int step = 0; step < 100_000; step++) {
            boolean grow = (step / 1000) % 2 == 0;
            if (random.nextInt(10) < (grow ? 6 : 3)) {
                int value = random.nextInt();
                queue.add(value);
                model.add(value);
            } else if (!model.isEmpty()) {
                assertThat(queue.first()).isEqualTo(model.getFirst());
                assertThat(queue.get(queue.size() - 1)).isEqualTo(model.getLast());
                assertThat(queue.remove()).isEqualTo(model.remove());
            }
            assertThat(queue.size()).isEqualTo(model.size());
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
        }
        queue.clear();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void removingFromAnEmptyOneTripsAnAssertion() {
        IntQueue queue = new IntQueue(3);
        assertThatThrownBy(queue::remove).isInstanceOf(AssertionError.class);
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatThrownBy(() -> new IntQueue(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("given 0");
    }
}
