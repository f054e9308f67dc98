package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.LaneSleeper;
import io.ringway.LaneSleeperProvider;
import io.ringway.memory.FrameBatch;
import io.ringway.port.PortQueue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ServiceLoader;

/**
 * Sleeps without an end, which only a wake-up ends: a lost one would hang, and the time-out says
 * so.
 */
@Timeout(10)
class PollSleeperTest {
    private static final long FOR_EVER = Long.MAX_VALUE;

    @Test
    void aWakeUpBeforeTheSleepEndsIt() {
        try (var sleeper = new PollSleeper()) {
            sleeper.wake();
            sleeper.wake();
            sleeper.sleep(FOR_EVER);
        }
    }

    @Test
    void aWakeUpIsUsedUpBySleeping() {
        try (var sleeper = new PollSleeper()) {
            sleeper.wake();
            sleeper.sleep(FOR_EVER);
            long start = System.nanoTime();
            sleeper.sleep(2_000_000);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2_000_000);
        }
    }

    @Test
    void anotherThreadEndsTheSleep() throws InterruptedException {
        try (var sleeper = new PollSleeper()) {
            for (int i = 0; i < 1_000; i++) {
                var waker = Thread.ofVirtual().start(sleeper::wake);
                sleeper.sleep(FOR_EVER);
                waker.join();
            }
        }
    }

    @Test
    void aReadableDescriptorEndsTheSleep() {
        int event = Libc.eventfd(1, 0);
        try (var sleeper = new PollSleeper(event)) {
            sleeper.sleep(FOR_EVER);
            sleeper.sleep(FOR_EVER);
        } finally {
            Libc.close(event);
        }
    }

    @Test
    void noTimeOrLessIsNoSleep() {
        try (var sleeper = new PollSleeper()) {
            sleeper.sleep(0);
            sleeper.sleep(-1);
        }
    }

    @Test
    void afterTheCloseAWakeUpTouchesNobodysFile() {
        var sleeper = new PollSleeper();
        sleeper.close();
        int next = Libc.eventfd(0, 0x800);
        try (var arena = Arena.ofConfined()) {
            sleeper.wake();
            sleeper.close();
            var value = arena.allocate(ValueLayout.JAVA_LONG);
            assertThat(Libc.read(Libc.newState(arena), next, value.address(), 8))
                    .isEqualTo(-Errno.EAGAIN);
        } finally {
            Libc.close(next);
        }
    }

    @Test
    void lanesFindItAsAService() {
        var provider = ServiceLoader.load(LaneSleeperProvider.class).findFirst().orElseThrow();
        assertThat(provider.open(queue(-1))).isEmpty();
        int event = Libc.eventfd(1, 0);
        try (LaneSleeper sleeper = provider.open(queue(event)).orElseThrow()) {
            sleeper.sleep(FOR_EVER);
        } finally {
            Libc.close(event);
        }
    }

    private static PortQueue queue(int descriptor) {
        return new PortQueue() {
            @Override
            public int receive(FrameBatch into, long nowNs) {
                return 0;
            }

            @Override
            public int transmit(FrameBatch from, long nowNs) {
                return 0;
            }

            @Override
            public long nextDeadlineNs() {
                return Long.MAX_VALUE;
            }

            @Override
            public int pollDescriptor() {
                return descriptor;
            }

            @Override
            public void close() {}
        };
    }
}
