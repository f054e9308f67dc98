package io.ringway.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Random;

class LinkPortTest {
    private final FramePool poolA = new FramePool(64, 4);
    private final FramePool poolB = new FramePool(64, 4);
    private final Counters countersA = new Counters();
    private final Counters countersB = new Counters();
    private final FrameBatch batch = new FrameBatch(64);

    @AfterEach
    void everyFrameIsHome() {
        assertThat(poolA.isFull()).isTrue();
        assertThat(poolB.isFull()).isTrue();
        poolA.close();
        poolB.close();
    }

    private record Ends(PortQueue a, PortQueue b) {}

    private Ends open(LinkConfig config) {
        LinkPort.Pair pair = LinkPort.pair(config);
        return new Ends(pair.a().open(0, poolA, countersA), pair.b().open(0, poolB, countersB));
    }

    private void releaseAll(FramePool pool) {
        for (int i = 0; i < batch.count(); i++) {
            pool.release(batch.get(i));
        }
        batch.clear();
    }

    @Test
    void withoutLatencyAFrameIsThereAtOnce() {
        Ends ends = open(LinkConfig.PLAIN);
        int frame = Frames.plain(poolA, 60, 0x55);
        byte[] sent = Frames.octets(poolA, frame);
        batch.add(frame);

        assertThat(ends.a().transmit(batch, 5)).isEqualTo(1);
        assertThat(batch.count()).isZero();
        assertThat(poolA.isFull()).isTrue();
        assertThat(ends.b().receive(batch, 5)).isEqualTo(1);

        assertThat(Frames.octets(poolB, batch.get(0))).isEqualTo(sent);
        assertThat(poolB.start(batch.get(0))).isEqualTo(FramePool.RECEIVE_START);
        assertThat(poolB.stamp(batch.get(0))).isEqualTo(5);
        assertThat(countersA.get(Counter.FRAMES_SENT)).isEqualTo(1);
        assertThat(countersB.get(Counter.OCTETS_RECEIVED)).isEqualTo(60);
        releaseAll(poolB);
    }

    @Test
    void aDelayedFrameArrivesAfterTheLatencyAndTheDeadlineSaysWhen() {
        Ends ends = open(LinkConfig.builder().latencyNs(1_000).build());
        assertThat(ends.b().nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        batch.add(Frames.plain(poolA, 60, 1));
        ends.a().transmit(batch, 100);

        assertThat(ends.b().nextDeadlineNs()).isEqualTo(1_100);
        assertThat(ends.b().receive(batch, 1_099)).isZero();
        assertThat(ends.b().receive(batch, 1_100)).isEqualTo(1);
        assertThat(poolB.stamp(batch.get(0))).isEqualTo(1_100);
        assertThat(ends.b().nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        releaseAll(poolB);
    }

    @Test
    void theRateIsKeptToTheNanosecond() {
        // 3 bits a nanosecond do not divide 8,000: the rest must carry over.
        Ends ends = open(LinkConfig.builder().rateBitsPerSecond(3_000_000_000L).build());
        for (int i = 0; i < 30; i++) {
            batch.add(Frames.plain(poolA, 1_000, i));
        }
        ends.a().transmit(batch, 0);
        long arrival = 0;
        for (int i = 0; i < 30; i++) {
            arrival = ends.b().nextDeadlineNs();
            assertThat(arrival).isEqualTo((i + 1) * 8_000L / 3);
            assertThat(ends.b().receive(batch, arrival)).isEqualTo(1);
            releaseAll(poolB);
        }
        assertThat(arrival).isEqualTo(80_000);
    }

    @Test
    void aFullQueueKeepsTheRestWithTheSenderUntilThereIsRoom() {
        Ends ends =
                open(LinkConfig.builder().rateBitsPerSecond(8_000_000_000L).queueFrames(4).build());
        for (int i = 0; i < 6; i++) {
            batch.add(Frames.plain(poolA, 100, i));
        }
        assertThat(ends.a().transmit(batch, 0)).isEqualTo(4);
        assertThat(batch.count()).isEqualTo(2);
        assertThat(ends.a().nextDeadlineNs()).isEqualTo(100);
        assertThat(ends.a().transmit(batch, 99)).isZero();
        assertThat(ends.a().transmit(batch, 100)).isEqualTo(1);
        assertThat(ends.a().transmit(batch, 300)).isEqualTo(1);
        assertThat(ends.a().nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);

        assertThat(ends.b().receive(batch, 600)).isEqualTo(6);
        releaseAll(poolB);
    }

    @Test
    void withoutRateAndLatencyTheQueueIsWhatTheReceiverHasNotTaken() {
        Ends ends = open(LinkConfig.builder().queueFrames(2).build());
        for (int i = 0; i < 3; i++) {
            batch.add(Frames.plain(poolA, 100, i));
        }
        assertThat(ends.a().transmit(batch, 0)).isEqualTo(2);
        FrameBatch received = new FrameBatch(8);
        assertThat(ends.b().receive(received, 0)).isEqualTo(2);
        assertThat(ends.a().transmit(batch, 0)).isEqualTo(1);
        assertThat(ends.b().receive(received, 0)).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            poolB.release(received.get(i));
        }
    }

    @Test
    void framesLongerThanTheMtuAreDroppedButATagMayBeAdded() {
        Ends ends = open(LinkConfig.PLAIN);
        batch.add(Frames.plain(poolA, 1_514, 1));
        batch.add(Frames.plain(poolA, 1_515, 1));
        int tagged = Frames.plain(poolA, 1_518, 1);
        poolA.memory()
                .set(java.lang.foreign.ValueLayout.JAVA_BYTE, poolA.data(tagged) + 12, (byte) 0x81);
        poolA.memory()
                .set(java.lang.foreign.ValueLayout.JAVA_BYTE, poolA.data(tagged) + 13, (byte) 0);
        batch.add(tagged);

        assertThat(ends.a().transmit(batch, 0)).isEqualTo(3);

        assertThat(ends.b().receive(batch, 0)).isEqualTo(2);
        assertThat(countersA.get(Counter.PORT_TOO_LONG)).isEqualTo(1);
        releaseAll(poolB);
    }

    @Test
    void superFramesPassWholeBetweenOffloads() {
        Ends ends = open(LinkConfig.OFFLOADED);
        byte[] payload = new byte[60_000];
        new Random(1).nextBytes(payload);
        int frame = Frames.superFrame(poolA, true, true, payload, 1_460, TcpHeader.ACK);
        byte[] sent = Frames.octets(poolA, frame);
        batch.add(frame);
        ends.a().transmit(batch, 0);

        assertThat(ends.b().receive(batch, 0)).isEqualTo(1);

        int received = batch.get(0);
        assertThat(Frames.octets(poolB, received)).isEqualTo(sent);
        assertThat(poolB.checksum(received)).isEqualTo(FramePool.CHECKSUM_NEEDED);
        assertThat(poolB.checksumStart(received)).isEqualTo(34);
        assertThat(poolB.segmentation(received)).isEqualTo(FramePool.SEGMENTATION_TCPV4);
        assertThat(poolB.segmentSize(received)).isEqualTo(1_460);
        releaseAll(poolB);
    }

    @Test
    void whatAPlainReceiverCannotTakeIsDoneInSoftware() {
        Ends ends =
                open(
                        LinkConfig.builder()
                                .capabilities(PortCapabilities.FULL, PortCapabilities.NONE)
                                .build());
        batch.add(Frames.superFrame(poolA, false, true, new byte[4_000], 1_440, TcpHeader.ACK));
        batch.add(Frames.transport(poolA, true, false, new byte[100], 0));
        ends.a().transmit(batch, 0);

        assertThat(ends.b().receive(batch, 0)).isEqualTo(4);

        for (int i = 0; i < 4; i++) {
            assertThat(Frames.isIntact(poolB, batch.get(i))).isTrue();
            assertThat(poolB.checksum(batch.get(i))).isEqualTo(FramePool.CHECKSUM_NONE);
            assertThat(poolB.segmentation(batch.get(i))).isEqualTo(FramePool.SEGMENTATION_NONE);
        }
        releaseAll(poolB);
    }

    @Test
    void aSuperFrameWhoseSegmentsAreTooLongIsDropped() {
        Ends ends = open(LinkConfig.OFFLOADED);
        batch.add(Frames.superFrame(poolA, true, true, new byte[4_000], 1_461, TcpHeader.ACK));
        ends.a().transmit(batch, 0);
        assertThat(ends.b().receive(batch, 0)).isZero();
        assertThat(countersA.get(Counter.PORT_TOO_LONG)).isEqualTo(1);
    }

    @Test
    void anEmptyPoolAtTheReceiverLosesFramesWithAReason() {
        Ends ends = open(LinkConfig.PLAIN);
        FrameBatch many = new FrameBatch(64);
        int[] taken = new int[60];
        for (int i = 0; i < 60; i++) {
            taken[i] = poolB.allocate();
        }
        for (int i = 0; i < 10; i++) {
            many.add(Frames.plain(poolA, 60, i));
        }
        assertThat(ends.a().transmit(many, 0)).isEqualTo(10);
        assertThat(ends.b().receive(batch, 0)).isEqualTo(4);
        assertThat(countersB.get(Counter.PORT_NO_FRAME)).isEqualTo(6);
        releaseAll(poolB);
        for (int frame : taken) {
            poolB.release(frame);
        }
    }

    @Test
    void aClosedEndLosesWhatIsUnderWayAndWhatFollows() {
        Ends ends = open(LinkConfig.builder().latencyNs(10).build());
        batch.add(Frames.plain(poolA, 60, 1));
        ends.a().transmit(batch, 0);

        ends.b().close();

        assertThat(poolB.isFull()).isTrue();
        batch.add(Frames.plain(poolA, 60, 1));
        assertThat(ends.a().transmit(batch, 0)).isEqualTo(1);
        assertThat(countersA.get(Counter.PORT_TRANSMIT_ERROR)).isEqualTo(1);
    }

    @Test
    void openingTwiceOrWithoutLargeFramesIsRefused() {
        LinkPort.Pair pair = LinkPort.pair(LinkConfig.OFFLOADED);
        pair.a().open(0, poolA, countersA);
        assertThatThrownBy(() -> pair.a().open(0, poolA, countersA))
                .isInstanceOf(PortException.class)
                .hasMessageContaining("open already");
        assertThatThrownBy(() -> pair.b().open(1, poolB, countersB))
                .isInstanceOf(PortException.class)
                .hasMessageContaining("queue 1");
        try (FramePool small = new FramePool(4, 0)) {
            assertThatThrownBy(() -> pair.b().open(0, small, countersB))
                    .isInstanceOf(PortException.class)
                    .hasMessageContaining("large frames");
        }
    }

    @Test
    void impossibleLinksAreRefused() {
        assertThatThrownBy(() -> LinkConfig.builder().mtu(67).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("68 to 65535")
                .hasMessageContaining("67");
        assertThatThrownBy(() -> LinkConfig.builder().latencyNs(-1).build())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
