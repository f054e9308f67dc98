package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FrameListTest {
    private final FramePool frames = new FramePool(8, 0);
    private final FrameList list = new FrameList(frames);

    @Test
    void framesComeOutInTheirOrder() {
        int a = frames.allocate();
        int b = frames.allocate();
        int c = frames.allocate();
        list.add(a);
        list.add(b);
        assertThat(list.removeFirst()).isEqualTo(a);
        list.add(c);
        assertThat(list.count()).isEqualTo(2);
        assertThat(list.first()).isEqualTo(b);
        assertThat(list.removeFirst()).isEqualTo(b);
        assertThat(list.removeFirst()).isEqualTo(c);
        assertThat(list.isEmpty()).isTrue();
    }

    @Test
    void aListThatWasEmptiedBeginsAnew() {
        int a = frames.allocate();
        int b = frames.allocate();
        list.add(a);
        list.removeFirst();
        list.add(b);
        list.add(a);
        assertThat(list.removeFirst()).isEqualTo(b);
        assertThat(list.removeFirst()).isEqualTo(a);
    }

    @Test
    void whatIsTakenOutLeadsNowhere() {
        int a = frames.allocate();
        list.add(a);
        list.add(frames.allocate());
        list.removeFirst();
        assertThat(frames.next(a)).isEqualTo(FramePool.NONE);
    }

    @Test
    void nothingIsTakenOutOfAnEmptyList() {
        assertThatThrownBy(list::removeFirst)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("empty");
    }
}
