package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class FullMailboxTest {
    private static final int TASKS = 10_000;

    private static StackConfig config(String address) {
        LaneConfig usual = LaneConfig.DEFAULT;
        LaneConfig little =
                new LaneConfig(
                        usual.receiveBurst(),
                        usual.transmitBurst(),
                        usual.messagesPerCycle(),
                        usual.readyPerCycle(),
                        usual.datagramsPerTurn(),
                        2,
                        usual.maxSleepNs());
        return StackConfig.builder().address(address).smallFrames(64).lane(little).build();
    }

    /** What it sends to another lane must not wait for a cycle that never comes. */
    @Test
    void aThreadThatOnceDroveALaneWaitsForRoomAsAnyOther() throws Exception {
        LinkConfig wire = LinkConfig.builder().isThreaded(true).build();
        CountDownLatch done = new CountDownLatch(TASKS);
        try (LinkPort.Pair link = LinkPort.pair(wire);
                Stack driven = Stack.open(config("198.18.0.1/24"), link.a());
                Stack started = Stack.open(config("198.18.0.2/24"), link.b())) {
            driven.lane(0).doWork(System.nanoTime());
            started.start();
            for (int i = 0; i < TASKS; i++) {
                started.lane(0).execute(done::countDown);
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).as("%s tasks are lost", done).isTrue();
        }
    }
}
