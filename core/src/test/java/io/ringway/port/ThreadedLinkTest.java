package io.ringway.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

@Timeout(60)
// Yielding lets the other thread run on a machine with one core.
@SuppressWarnings("ThreadPriorityCheck")
class ThreadedLinkTest {
    private static final LinkConfig CONFIG =
            LinkConfig.builder()
                    .isThreaded(true)
                    .transitOctets(256 << 10)
                    .capabilities(PortCapabilities.FULL)
                    .build();

    @Test
    void everyFrameCrossesWholeAndInOrder() throws Exception {
        int count = 20_000;
        LinkPort.Pair pair = LinkPort.pair(CONFIG);
        FramePool poolB = new FramePool(64, 4);
        PortQueue b = pair.b().open(0, poolB, new Counters());
        CompletableFuture<Boolean> sender =
                CompletableFuture.supplyAsync(() -> send(pair.a(), count));

        FrameBatch batch = new FrameBatch(32);
        Random random = new Random(4);
        for (int received = 0; received < count; ) {
            if (b.receive(batch, 0) == 0) {
                Thread.yield();
            }
            for (int i = 0; i < batch.count(); i++) {
                int frame = batch.get(i);
                int length = lengthOf(random);
                assertThat(poolB.length(frame)).isEqualTo(length);
                long at = poolB.data(frame);
                assertThat(Octets.u32(poolB.memory(), at)).isEqualTo(received);
                assertThat(Octets.u32(poolB.memory(), at + length - 4)).isEqualTo(~received);
                poolB.release(frame);
                received++;
            }
            batch.clear();
        }
        assertThat(sender.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(poolB.isFull()).isTrue();
        assertThat(b.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        poolB.close();
    }

    private static int lengthOf(Random random) {
        return 60 + random.nextInt(1_400);
    }

    private static boolean send(LinkPort port, int count) {
        FramePool pool = new FramePool(64, 1);
        PortQueue a = port.open(0, pool, new Counters());
        FrameBatch batch = new FrameBatch(16);
        Random random = new Random(4);
        for (int sent = 0; sent < count || batch.count() > 0; ) {
            while (batch.room() > 0 && sent < count) {
                int frame = Frames.plain(pool, lengthOf(random), 0);
                long at = pool.data(frame);
                Octets.put32(pool.memory(), at, sent);
                Octets.put32(pool.memory(), at + pool.length(frame) - 4, ~sent);
                batch.add(frame);
                sent++;
            }
            if (a.transmit(batch, 0) == 0) {
                Thread.yield();
            }
        }
        boolean isFull = pool.isFull();
        pool.close();
        return isFull;
    }

    @Test
    void aReceiverWithoutFramesStopsTheSenderInsteadOfLosing() {
        LinkPort.Pair pair = LinkPort.pair(CONFIG);
        FramePool poolA = new FramePool(8, 4);
        FramePool poolB = new FramePool(1, 2);
        PortQueue a = pair.a().open(0, poolA, new Counters());
        PortQueue b = pair.b().open(0, poolB, new Counters());
        FrameBatch batch = new FrameBatch(8);
        FrameBatch received = new FrameBatch(8);
        int sent = 0;
        for (int i = 0; i < 6; i++) {
            batch.add(Frames.superFrame(poolA, true, true, new byte[60_000], 1_460, 16));
            sent += a.transmit(batch, 0);
            if (batch.count() > 0) {
                break;
            }
        }
        assertThat(sent).isEqualTo(4);
        assertThat(b.receive(received, 0)).isEqualTo(2);
        assertThat(b.receive(received, 0)).isZero();
        assertThat(a.transmit(batch, 0)).isEqualTo(1);
        for (int total = 2; total < 5; total++) {
            poolB.release(received.get(0));
            received.removeFirst(1);
            assertThat(b.receive(received, 0)).isEqualTo(1);
        }
        assertThat(poolB.segmentSize(received.get(0))).isEqualTo(1_460);
        poolB.release(received.get(0));
        poolB.release(received.get(1));
        assertThat(poolA.isFull()).isTrue();
        assertThat(poolB.isFull()).isTrue();
        poolA.close();
        poolB.close();
    }

    @Test
    void latencyHoldsBetweenThreadsToo() {
        LinkPort.Pair pair =
                LinkPort.pair(LinkConfig.builder().isThreaded(true).latencyNs(500).build());
        FramePool pool = new FramePool(8, 0);
        PortQueue a = pair.a().open(0, pool, new Counters());
        FramePool poolB = new FramePool(8, 0);
        PortQueue b = pair.b().open(0, poolB, new Counters());
        FrameBatch batch = new FrameBatch(8);
        batch.add(Frames.plain(pool, 60, 0));
        a.transmit(batch, 100);
        assertThat(b.nextDeadlineNs()).isEqualTo(600);
        assertThat(b.receive(batch, 599)).isZero();
        assertThat(b.receive(batch, 600)).isEqualTo(1);
        assertThat(poolB.stamp(batch.get(0))).isEqualTo(600);
        poolB.release(batch.get(0));
        b.close();
        pool.close();
        poolB.close();
    }
}
