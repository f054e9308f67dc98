package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FrameBatchTest {
    private final FrameBatch batch = new FrameBatch(4);

    @Test
    void removingTheFirstMovesTheRestToTheFront() {
        for (int frame = 10; frame < 14; frame++) {
            batch.add(frame);
        }
        assertThat(batch.room()).isZero();

        batch.removeFirst(3);

        assertThat(batch.count()).isEqualTo(1);
        assertThat(batch.get(0)).isEqualTo(13);
        assertThat(batch.room()).isEqualTo(3);
        batch.removeFirst(1);
        assertThat(batch.count()).isZero();
    }

    @Test
    void whatIsNotThereTripsAnAssertion() {
        batch.add(1);
        assertThatThrownBy(() -> batch.get(1)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> batch.removeFirst(2)).isInstanceOf(AssertionError.class);
    }
}
