package io.ringway.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class BridgeTest {
    private static final int HEADERS = 54;

    private final FramePool poolA = new FramePool(2048, 2);
    private final FramePool poolB = new FramePool(2048, 2);
    private final FrameBatch batch = new FrameBatch(256);
    private LinkPort.Pair linkA = LinkPort.pair(LinkConfig.PLAIN);
    private LinkPort.Pair linkB = LinkPort.pair(LinkConfig.PLAIN);
    private PortQueue hostA = linkA.a().open(0, poolA, new Counters());
    private PortQueue hostB = linkB.b().open(0, poolB, new Counters());

    @AfterEach
    void everyFrameIsHome() {
        hostA.close();
        hostB.close();
        assertThat(poolA.isFull()).isTrue();
        assertThat(poolB.isFull()).isTrue();
        poolA.close();
        poolB.close();
    }

    private void hostB(LinkConfig config) {
        hostB.close();
        linkB = LinkPort.pair(config);
        hostB = linkB.b().open(0, poolB, new Counters());
    }

    private Bridge bridge(String up, String down) {
        return new Bridge(
                new ImpairmentPort(
                        linkA.b(), ImpairmentConfig.parse(down), ImpairmentConfig.parse(up)),
                linkB.a());
    }

    private static void send(PortQueue from, FramePool pool, int number, int length, long nowNs) {
        int frame = Frames.transport(pool, true, true, new byte[length - HEADERS], 16);
        Octets.put32(pool.memory(), pool.data(frame) + HEADERS, number);
        FrameBatch one = new FrameBatch(1);
        one.add(frame);
        assertThat(from.transmit(one, nowNs)).isEqualTo(1);
    }

    private List<Integer> received(PortQueue at, FramePool pool, long nowNs) {
        List<Integer> numbers = new ArrayList<>();
        while (at.receive(batch, nowNs) > 0) {
            for (int i = 0; i < batch.count(); i++) {
                int frame = batch.get(i);
                numbers.add(Octets.u32(pool.memory(), pool.data(frame) + HEADERS));
                pool.release(frame);
            }
            batch.clear();
        }
        return numbers;
    }

    @Test
    void framesPassBothWaysAndAreCounted() {
        try (Bridge bridge = bridge("none", "none")) {
            send(hostA, poolA, 1, 100, 0);
            send(hostB, poolB, 2, 200, 0);
            assertThat(bridge.doWork(0)).isPositive();
            assertThat(received(hostB, poolB, 0)).containsExactly(1);
            assertThat(received(hostA, poolA, 0)).containsExactly(2);
            assertThat(bridge.doWork(0)).isZero();
            assertThat(bridge.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
            assertThat(bridge.countersA().get(Counter.OCTETS_RECEIVED)).isEqualTo(100);
            assertThat(bridge.countersA().get(Counter.OCTETS_SENT)).isEqualTo(200);
            assertThat(bridge.countersB().get(Counter.FRAMES_SENT)).isEqualTo(1);
        }
    }

    @Test
    void eachDirectionHasItsOwnFate() {
        try (Bridge bridge = bridge("delay=3ms", "delay=7ms")) {
            send(hostA, poolA, 1, 100, 0);
            send(hostB, poolB, 2, 100, 0);
            bridge.doWork(0);
            assertThat(bridge.nextDeadlineNs()).isEqualTo(3_000_000);
            bridge.doWork(3_000_000);
            assertThat(received(hostB, poolB, 3_000_000)).containsExactly(1);
            assertThat(bridge.nextDeadlineNs()).isEqualTo(7_000_000);
            bridge.doWork(7_000_000);
            assertThat(received(hostA, poolA, 7_000_000)).containsExactly(2);
        }
    }

    @Test
    void theRateIsExactAndOnlyWhatWaitsForItTakesRoomInTheQueue() {
        // 1,250 octets at 100 Mbit/s take 0.1 ms each; so the last bit of a frame arrives 20.1 ms
        // late.
        try (Bridge bridge = bridge("rate=100mbit,delay=20ms,queue=5", "none")) {
            long nowNs = 0;
            int arrived = 0;
            for (int i = 0; i < 1_000; i++, nowNs += 100_000) {
                send(hostA, poolA, i, 1_250, nowNs);
                bridge.doWork(nowNs);
                arrived += received(hostB, poolB, nowNs).size();
            }
            assertThat(arrived).isEqualTo(1_000 - 201);
            for (int i = 0; i < 201; i++, nowNs += 100_000) {
                bridge.doWork(nowNs);
                arrived += received(hostB, poolB, nowNs).size();
            }
            assertThat(arrived).isEqualTo(1_000);
        }
    }

    @Test
    void aFullQueueDropsWhatDoesNotFit() {
        try (Bridge bridge = bridge("rate=100mbit,delay=20ms,queue=5", "none")) {
            for (int i = 0; i < 9; i++) {
                send(hostA, poolA, i, 1_250, 0);
            }
            bridge.doWork(0);
            bridge.doWork(1_000_000_000);
            assertThat(received(hostB, poolB, 1_000_000_000)).containsExactly(0, 1, 2, 3, 4);
        }
    }

    @Test
    void whatTheFarEndRefusesIsOfferedAgainAndWhatComesMeanwhileWaits() {
        hostB(LinkConfig.builder().queueFrames(2).build());
        try (Bridge bridge = bridge("none", "none")) {
            for (int i = 0; i < 5; i++) {
                send(hostA, poolA, i, 100, 0);
            }
            bridge.doWork(0);
            assertThat(bridge.nextDeadlineNs()).isLessThan(1_000_000);
            List<Integer> all = new ArrayList<>();
            for (int turn = 0; turn < 4; turn++) {
                all.addAll(received(hostB, poolB, turn));
                bridge.doWork(turn);
            }
            assertThat(all).containsExactly(0, 1, 2, 3, 4);
        }
    }

    @Test
    void whatIsUnderWayWhenItClosesIsGivenBack() {
        hostB(LinkConfig.builder().queueFrames(1).build());
        Bridge bridge = bridge("none", "none");
        send(hostA, poolA, 1, 100, 0);
        send(hostA, poolA, 2, 100, 0);
        bridge.doWork(0);
        bridge.close();
        assertThat(received(hostB, poolB, 0)).hasSizeLessThan(2);
    }
}
