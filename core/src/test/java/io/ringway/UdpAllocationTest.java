package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.FramePool;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.UdpHeader;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;

/** A datagram costs no allocation on its way up through a lane and to the reader. */
class UdpAllocationTest {
    private static final int PORT = 53;
    private static final int BURST = 32;
    private static final int BURSTS = 4000;

    private final PacketInfo info = new PacketInfo();
    private final UdpHeader header = new UdpHeader();

    @Test
    void receivingAllocatesNothing() throws Exception {
        LinkPort.Pair link = LinkPort.pair(LinkConfig.PLAIN);
        StackConfig config = StackConfig.builder().address("198.18.0.1/24").lanes(2).build();
        try (Stack stack = Stack.open(config, link.a())) {
            UdpChannel channel = stack.openUdpChannel(new Endpoint(IpAddress.ANY_IPV6, PORT));
            UdpBatch batch = new UdpBatch(BURST, 100);
            long bare =
                    leastAllocated(() -> {
                        for (int i = 0; i < BURSTS; i++) {
                            poison(stack.lane(i & 1).frames());
                        }
                        return true;
                    });
            long whole =
                    leastAllocated(() -> {
                        for (int i = 0; i < BURSTS; i++) {
                            receive(stack.lane(i & 1), channel, batch);
                        }
                        return true;
                    });
            assertThat(whole - bare).isLessThan(BURSTS);
        }
    }

    /** The least of several rounds: the compiler itself may cost this thread something. */
    private static long leastAllocated(Callable<Boolean> round) throws Exception {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            boolean _ = round.call();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    /** With assertions a freed frame is overwritten, which costs an object. */
    private static void poison(FramePool frames) {
        for (int i = 0; i < BURST; i++) {
            frames.release(frames.allocate());
        }
    }

    private void receive(Lane lane, UdpChannel channel, UdpBatch batch) throws IOException {
        FramePool frames = lane.frames();
        for (int i = 0; i < BURST; i++) {
            int frame = frames.allocate();
            frames.length(frame, 64);
            header.wrap(frames.memory(), frames.push(frame, UdpHeader.LENGTH))
                    .set(4000, PORT, UdpHeader.LENGTH + 64, 0);
            frames.checksum(frame, FramePool.CHECKSUM_VERIFIED);
            info.sourceLow = 0xffff_c612_0002L;
            info.destinationLow = 0xffff_c612_0001L;
            info.protocol = IpProtocol.UDP;
            lane.udp().onPacket(frame, info, 0);
        }
        lane.udp().dispatch(0, BURST);
        assert channel.receiveNow(batch) == BURST : batch.count();
    }
}
