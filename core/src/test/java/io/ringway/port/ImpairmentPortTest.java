package io.ringway.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class ImpairmentPortTest {
    private static final int HEADERS = 54;

    private final FramePool poolA = new FramePool(512, 2);
    private final FramePool poolB = new FramePool(512, 2);
    private final FrameBatch batch = new FrameBatch(256);

    @AfterEach
    void everyFrameIsHome() {
        assertThat(poolA.isFull()).isTrue();
        assertThat(poolB.isFull()).isTrue();
        poolA.close();
        poolB.close();
    }

    /** An impaired end and a good one. */
    private final class Link {
        final ImpairmentPort port;
        final PortQueue a;
        final PortQueue b;

        Link(String impairment) {
            this(impairment, LinkConfig.PLAIN);
        }

        Link(String impairment, LinkConfig config) {
            this(ImpairmentConfig.parse(impairment), ImpairmentConfig.NONE, config);
        }

        Link(ImpairmentConfig transmit, ImpairmentConfig receive, LinkConfig config) {
            LinkPort.Pair pair = LinkPort.pair(config);
            port = new ImpairmentPort(pair.a(), transmit, receive);
            a = port.open(0, poolA, new Counters());
            b = pair.b().open(0, poolB, new Counters());
        }

        void send(int number, long nowNs) {
            byte[] payload = new byte[100];
            int frame = Frames.transport(poolA, true, true, payload, 16);
            Octets.put32(poolA.memory(), poolA.data(frame) + HEADERS, number);
            batch.add(frame);
            assertThat(a.transmit(batch, nowNs)).isEqualTo(1);
        }

        /** The numbers of the frames that have arrived at the good end. */
        List<Integer> receive(long nowNs) {
            a.receive(batch, nowNs);
            assertThat(batch.count()).isZero();
            List<Integer> numbers = new ArrayList<>();
            while (b.receive(batch, nowNs) > 0) {
                for (int i = 0; i < batch.count(); i++) {
                    int frame = batch.get(i);
                    numbers.add(Octets.u32(poolB.memory(), poolB.data(frame) + HEADERS));
                    poolB.release(frame);
                }
                batch.clear();
                a.receive(batch, nowNs);
            }
            return numbers;
        }

        List<Integer> sendAndReceive(int count) {
            List<Integer> received = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                send(i, i);
                received.addAll(receive(i));
            }
            received.addAll(receive(1_000_000_000_000L));
            return received;
        }
    }

    @Test
    void withoutImpairmentsEverythingPassesAsItIs() {
        Link link = new Link("none", LinkConfig.OFFLOADED);
        batch.add(Frames.superFrame(poolA, true, true, new byte[60_000], 1_460, 16));
        link.a.transmit(batch, 0);
        assertThat(link.b.receive(batch, 0)).isEqualTo(1);
        assertThat(poolB.segmentSize(batch.get(0))).isEqualTo(1_460);
        poolB.release(batch.get(0));
    }

    @Test
    void aboutAsManyAreLostAsAsked() {
        Link link = new Link("loss=10%,seed=3");
        List<Integer> received = link.sendAndReceive(10_000);
        assertThat(received.size()).isBetween(8_850, 9_150);
        assertThat(received).isSorted().doesNotHaveDuplicates();
        assertThat(link.port.transmitted().lost()).isEqualTo(10_000 - received.size());
        assertThat(link.port.transmitted().frames()).isEqualTo(10_000);
    }

    @Test
    void aSeedRepeatsItsFateAndAnotherDoesNot() {
        String all = "loss=5%,duplicate=5%,reorder=10%,corrupt=3%,delay=1ms,jitter=1ms,seed=";
        List<Integer> first = new Link(all + 1).sendAndReceive(2_000);
        List<Integer> again = new Link(all + 1).sendAndReceive(2_000);
        List<Integer> other = new Link(all + 2).sendAndReceive(2_000);
        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void duplicatesFollowTheirOriginal() {
        Link link = new Link("duplicate=10%");
        List<Integer> received = link.sendAndReceive(2_000);
        assertThat(received.size() - 2_000).isBetween(150, 250);
        assertThat(received).isSorted();
        assertThat(link.port.transmitted().duplicated()).isEqualTo(received.size() - 2_000);
    }

    @Test
    void reorderedFramesComeBehindAFewFollowersAndNoneIsLost() {
        Link link = new Link("reorder=10%");
        List<Integer> received = link.sendAndReceive(5_000);
        assertThat(received)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 5_000).boxed().toList());
        assertThat(link.port.transmitted().reordered()).isBetween(400L, 600L);
        int late = 0;
        int highest = -1;
        for (int i = 0; i < received.size(); i++) {
            late += received.get(i) < highest ? 1 : 0;
            highest = Math.max(highest, received.get(i));
            assertThat(Math.abs(received.get(i) - i)).isLessThanOrEqualTo(12);
        }
        assertThat(late).isBetween(350, 600);
    }

    @Test
    void aHeldFrameThatNothingFollowsArrivesAMillisecondLate() {
        Link link = new Link("reorder=100%,delay=10ms");
        link.send(1, 0);
        assertThat(link.receive(10_000_000)).isEmpty();
        assertThat(link.a.nextDeadlineNs()).isEqualTo(11_000_000);
        assertThat(link.receive(11_000_000)).containsExactly(1);
    }

    @Test
    void delayAndJitterAreWithinTheirBoundsAndKeepTheOrder() {
        Link link = new Link("delay=20ms,jitter=5ms");
        long earliest = Long.MAX_VALUE;
        long latest = 0;
        for (int i = 0; i < 300; i++) {
            long sentNs = i * 100_000_000L;
            link.send(i, sentNs);
            long dueNs = link.a.nextDeadlineNs();
            assertThat(link.receive(dueNs - 1)).isEmpty();
            assertThat(link.receive(dueNs)).containsExactly(i);
            earliest = Math.min(earliest, dueNs - sentNs);
            latest = Math.max(latest, dueNs - sentNs);
        }
        assertThat(earliest).isBetween(15_000_000L, 15_200_000L);
        assertThat(latest).isBetween(24_800_000L, 25_000_000L);

        Link dense = new Link("delay=20ms,jitter=20ms");
        for (int i = 0; i < 200; i++) {
            dense.send(i, i);
        }
        assertThat(dense.receive(1_000_000_000)).isSorted().hasSize(200);
    }

    @Test
    void theRateIsKeptAndTheQueueDropsItsTail() {
        // Frames of 154 octets at 1.232 Mbit/s take a millisecond each.
        Link link = new Link("rate=1232kbit,queue=10");
        for (int i = 0; i < 15; i++) {
            link.send(i, 0);
        }
        assertThat(link.port.transmitted().overflowed()).isEqualTo(5);
        for (int i = 0; i < 10; i++) {
            assertThat(link.a.nextDeadlineNs()).isEqualTo((i + 1) * 1_000_000L);
            assertThat(link.receive((i + 1) * 1_000_000L)).containsExactly(i);
        }
    }

    @Test
    void oneFlippedBitIsAlwaysFoundByAChecksum() {
        Link link = new Link("corrupt=100%", LinkConfig.OFFLOADED);
        for (int i = 0; i < 2_000; i++) {
            link.send(i, 0);
            assertThat(link.b.receive(batch, 0)).isEqualTo(1);
            int frame = batch.get(0);
            assertThat(poolB.checksum(frame)).isEqualTo(FramePool.CHECKSUM_NONE);
            assertThat(Frames.isIntact(poolB, frame)).as("frame %d", i).isFalse();
            poolB.release(frame);
            batch.clear();
        }
        assertThat(link.port.transmitted().corrupted()).isEqualTo(2_000);
    }

    @Test
    void aCorruptedFrameThatNoChecksumCoversIsLost() {
        Link link = new Link("corrupt=100%");
        batch.add(Frames.plain(poolA, 60, 7));
        link.a.transmit(batch, 0);
        assertThat(link.b.receive(batch, 0)).isZero();
    }

    @Test
    void superFramesAreImpairedSegmentBySegment() {
        Link link = new Link("loss=20%,seed=5", LinkConfig.OFFLOADED);
        batch.add(Frames.superFrame(poolA, false, true, new byte[60_000], 1_000, 16));
        link.a.transmit(batch, 0);
        int received = link.b.receive(batch, 0);
        assertThat(received).isBetween(35, 59);
        assertThat(link.port.transmitted().lost()).isEqualTo(60 - received);
        for (int i = 0; i < received; i++) {
            assertThat(Frames.isIntact(poolB, batch.get(i))).isTrue();
            poolB.release(batch.get(i));
        }
    }

    @Test
    void theOtherDirectionIsImpairedToo() {
        Link link =
                new Link(
                        ImpairmentConfig.NONE,
                        ImpairmentConfig.parse("loss=50%,delay=1ms"),
                        LinkConfig.PLAIN);
        for (int i = 0; i < 200; i++) {
            batch.add(Frames.plain(poolB, 60, i));
        }
        link.b.transmit(batch, 0);
        assertThat(link.a.receive(batch, 0)).isZero();
        while (link.a.receive(batch, 0) == 0 && link.port.received().frames() < 200) {}
        assertThat(link.a.nextDeadlineNs()).isEqualTo(1_000_000);
        link.a.receive(batch, 1_000_000);
        assertThat(batch.count()).isBetween(70, 130);
        for (int i = 0; i < batch.count(); i++) {
            poolA.release(batch.get(i));
        }
    }

    @Test
    void framesUnderWayTakeNothingFromTheLanesPool() {
        Link link = new Link("delay=1s");
        for (int i = 0; i < 200; i++) {
            link.send(i, 0);
        }
        assertThat(poolA.isFull()).isTrue();
        assertThat(poolB.isFull()).isTrue();
        assertThat(link.receive(1_000_000_000)).hasSize(200);
    }

    @Test
    void whatTheDeviceRefusesIsOfferedAgain() {
        Link link =
                new Link(
                        "delay=1ms",
                        LinkConfig.builder().rateBitsPerSecond(1_232_000).queueFrames(2).build());
        for (int i = 0; i < 6; i++) {
            link.send(i, 0);
        }
        List<Integer> received = new ArrayList<>();
        for (long nowNs = 0; nowNs < 20_000_000 && received.size() < 6; nowNs += 100_000) {
            received.addAll(link.receive(nowNs));
        }
        assertThat(received).containsExactly(0, 1, 2, 3, 4, 5);
    }
}
