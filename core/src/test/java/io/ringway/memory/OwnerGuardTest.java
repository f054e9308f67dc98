package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The debug mode can fail: whoever touches a lane's things from another thread is told. */
class OwnerGuardTest {
    @Test
    void withoutAnOwnerEverybodyPasses() throws InterruptedException {
        OwnerGuard guard = new OwnerGuard();
        assertThat(guard.passes()).isTrue();
        assertThat(elsewhere(guard::passes)).isNull();
        assertThat(guard.isOwner()).isFalse();
        assertThat(guard).hasToString("nobody");
    }

    @Test
    void onlyTheOwnerPasses() throws InterruptedException {
        OwnerGuard guard = new OwnerGuard();
        guard.give(Thread.currentThread());
        assertThat(guard.isOwner()).isTrue();
        assertThat(guard.passes()).isTrue();
        assertThat(elsewhere(guard::passes))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("stranger", Thread.currentThread().getName());
    }

    @Test
    void framesRecordsAndCountersAreGuarded() throws InterruptedException {
        try (var pool = new FramePool(4, 0)) {
            pool.guard().give(Thread.currentThread());
            int frame = pool.allocate();
            assertThat(elsewhere(() -> pool.length(frame))).isInstanceOf(AssertionError.class);
            assertThat(elsewhere(() -> pool.push(frame, 1))).isInstanceOf(AssertionError.class);
            assertThat(elsewhere(pool::allocate)).isInstanceOf(AssertionError.class);
            assertThat(elsewhere(() -> pool.release(frame))).isInstanceOf(AssertionError.class);

            Counters counters = new Counters(pool.guard());
            counters.increment(Counter.CYCLES);
            assertThat(elsewhere(() -> counters.increment(Counter.CYCLES)))
                    .isInstanceOf(AssertionError.class);
            assertThat(elsewhere(() -> counters.get(Counter.CYCLES))).isNull();
        }
    }

    @Test
    void slabsAreGuarded() throws InterruptedException {
        OwnerGuard guard = new OwnerGuard();
        guard.give(Thread.currentThread());
        try (var slab = new Slab(64, 1, 4, guard)) {
            int record = slab.allocate();
            assertThat(elsewhere(() -> slab.address(record))).isInstanceOf(AssertionError.class);
            assertThat(elsewhere(() -> slab.memory(record))).isInstanceOf(AssertionError.class);
            assertThat(elsewhere(slab::allocate)).isInstanceOf(AssertionError.class);
            assertThat(elsewhere(() -> slab.free(record))).isInstanceOf(AssertionError.class);
            slab.free(record);
        }
    }

    /** What {@code action} throws on another thread, or null. */
    private static Throwable elsewhere(Executable action) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread stranger =
                Thread.ofPlatform()
                        .name("stranger")
                        .start(() -> thrown[0] = catchThrowable(action::execute));
        stranger.join();
        return thrown[0];
    }
}
