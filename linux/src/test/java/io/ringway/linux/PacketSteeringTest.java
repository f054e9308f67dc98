package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.PortQueue;
import io.ringway.steering.FrameClassifier;
import io.ringway.steering.IndirectionTable;
import io.ringway.steering.Toeplitz;
import io.ringway.testkit.Privileged;
import io.ringway.testkit.port.WireFrame;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.Ipv6Header;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The kernel deals frames to AF_PACKET's queues as the lanes deal them among themselves. */
@Privileged
@Timeout(60)
class PacketSteeringTest {
    private static final int QUEUES = 3;
    private static final int FRAMES = 200;
    private static final int LENGTH = 100;

    private final FramePool pool = new FramePool(512, 4);
    private final FrameClassifier classifier =
            new FrameClassifier(
                    pool, Toeplitz.symmetric(), IndirectionTable.DEFAULT_BUCKETS, false);
    private final IndirectionTable table =
            new IndirectionTable(IndirectionTable.DEFAULT_BUCKETS, QUEUES);
    private final Random random = new Random(5);

    @Test
    void aFrameComesToTheQueueOfItsLane() {
        var config = PacketConfig.builder("near").queues(QUEUES).build();
        int[] spread = new int[QUEUES];
        try (var wire = KernelWire.veth(_ -> PacketPort.open(config))) {
            List<PortQueue> queues = new ArrayList<>();
            for (int i = 0; i < QUEUES; i++) {
                queues.add(wire.port().open(i, pool, new Counters()));
            }
            for (int i = 0; i < FRAMES; i++) {
                WireFrame sent = frame(i % 2 == 0, i % 3, wire.port().macAddress());
                int expected = laneOf(sent);
                wire.send(sent);
                assertThat(queueOf(sent, queues)).as("frame " + i).isEqualTo(expected);
                spread[expected]++;
            }
            queues.forEach(PortQueue::close);
        }
        assertThat(spread).doesNotContain(0);
        assertThat(pool.isFull()).isTrue();
        pool.close();
    }

    private int laneOf(WireFrame sent) {
        int frame = sent.put(pool);
        int bucket = classifier.classify(frame);
        pool.release(frame);
        return table.lane(bucket);
    }

    /** Random addresses and ports; {@code kind} is TCP, UDP, or a fragment or unknown protocol. */
    private WireFrame frame(boolean isIpv4, int kind, long to) {
        byte[] octets = new byte[LENGTH];
        random.nextBytes(octets);
        MemorySegment memory = MemorySegment.ofArray(octets);
        int type = isIpv4 ? EthernetHeader.TYPE_IPV4 : EthernetHeader.TYPE_IPV6;
        new EthernetHeader().wrap(memory, 0).set(to, 0x0200_0000_0001L, type);
        int protocol = kind == 0 ? IpProtocol.TCP : kind == 1 ? IpProtocol.UDP : 132;
        int at = EthernetHeader.LENGTH;
        if (isIpv4) {
            int source = 0xc612_0000 | random.nextInt(1 << 16);
            int destination = 0xc613_0000 | random.nextInt(1 << 16);
            new Ipv4Header()
                    .wrap(memory, at)
                    .set(0, LENGTH - at, 1, 0x4000, 64, protocol, source, destination);
        } else {
            Ipv6Header ipv6 = new Ipv6Header().wrap(memory, at);
            ipv6.set(0, 0, LENGTH - at - Ipv6Header.LENGTH, protocol, 64);
            ipv6.source(0x2001_0002_0000_0000L, random.nextLong());
            ipv6.destination(0x2001_0002_0000_0000L, random.nextLong());
        }
        return WireFrame.whole(octets);
    }

    private int queueOf(WireFrame sent, List<PortQueue> queues) {
        int tail = Octets.u32(MemorySegment.ofArray(sent.octets()), LENGTH - 4);
        long deadline = System.nanoTime() + 5_000_000_000L;
        FrameBatch batch = new FrameBatch(32);
        int found = -1;
        while (found < 0 && System.nanoTime() < deadline) {
            for (int i = 0; i < queues.size(); i++) {
                queues.get(i).receive(batch, 1);
                for (int j = 0; j < batch.count(); j++) {
                    int frame = batch.get(j);
                    long end = pool.data(frame) + pool.length(frame);
                    found = Octets.u32(pool.memory(), end - 4) == tail ? i : found;
                    pool.release(frame);
                }
                batch.clear();
            }
        }
        return found;
    }
}
