package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** What sockets take: little at rest, and nothing for each message. */
class SocketMemoryTest {
    private static final int SOCKETS = 1000;
    private static final int MOST_AT_REST = 700;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final LinkPort.Pair link = LinkPort.pair(LinkConfig.PLAIN);

    private long allocated() {
        return threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
    }

    @Test
    void aSocketAtRestTakesLittle() {
        try (Stack stack = open()) {
            List<TcpSocket> kept = new ArrayList<>(SOCKETS);
            long before = allocated();
            for (int i = 0; i < SOCKETS; i++) {
                kept.add(new TcpSocket(stack, new LaneSocket(stack.lane(0), 65536, 65536, null)));
            }
            long each = (allocated() - before) / kept.size();
            assertThat(each).as("octets of heap for a socket").isLessThan(MOST_AT_REST);
        }
    }

    @Test
    void readingWhatCameAllocatesNothing() throws IOException {
        try (Stack stack = open()) {
            LaneSocket half = new LaneSocket(stack.lane(0), 65536, 65536, null);
            TcpSocket socket = new TcpSocket(stack, half);
            MemorySegment memory = MemorySegment.ofArray(new byte[1000]);
            pass(socket, half, memory, 20_000);
            long before = allocated();
            pass(socket, half, memory, 10_000);
            assertThat(allocated() - before).as("octets for 10,000 reads").isLessThan(1000);
        }
    }

    private static void pass(TcpSocket socket, LaneSocket half, MemorySegment memory, int times)
            throws IOException {
        for (int i = 0; i < times; i++) {
            int given = half.input().write(memory, 0, 1000);
            half.received().answer();
            int taken = socket.read(memory, 0, 1000);
            half.received().post();
            if (given != 1000 || taken != 1000) {
                throw new AssertionError(given + " given, " + taken + " taken");
            }
        }
    }

    private Stack open() {
        return Stack.open(
                StackConfig.builder()
                        .address("198.18.0.1/24")
                        .smallFrames(64)
                        .largeFrames(4)
                        .build(),
                link.a());
    }
}
