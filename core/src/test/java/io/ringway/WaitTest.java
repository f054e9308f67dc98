package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.tcp.CloseReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Who waits is woken, whenever the octet, the peer's FIN or its RST comes: before the reader has
 * looked, while its question is on its way, or long after it has parked. A real lane and its real
 * messages, and a script of the peer's in place of a connection; the two threads meet anew in each
 * repetition.
 *
 * <p>{@code -Dringway.repetitions=10000000} does it as often, and {@code -Dringway.seed=…} anew.
 */
@Timeout(3600)
class WaitTest {
    private static final int RING_OCTETS = 2048;
    private static final long GIVE_UP_S = 3500;

    /** Rounds of the peer in one cycle of the lane. */
    private static final int BURST = 16;

    private static final int END_EVERY = 8;

    private final LinkPort.Pair link = LinkPort.pair(LinkConfig.builder().isThreaded(true).build());
    private final Stack stack =
            Stack.open(
                    StackConfig.builder()
                            .address("198.18.0.1/24")
                            .smallFrames(64)
                            .largeFrames(4)
                            .idle(IdleStrategy.spinThenPoll(Duration.ofMillis(1)))
                            .build(),
                    link.a());
    private final Lane lane = stack.lane(0);
    private final long repetitions = Long.getLong("ringway.repetitions", 100_000);
    private final long seed = Long.getLong("ringway.seed", System.nanoTime());

    @AfterEach
    void close() {
        stack.close();
    }

    /**
     * The peer of a reader, played by the lane: it gives as many octets as the reader asks for, at
     * moments of its own choice, and now and then ends the stream or breaks it off.
     */
    private final class Peer implements Runnable {
        private final SplittableRandom random = new SplittableRandom(seed);
        private final MemorySegment octets = MemorySegment.ofArray(new byte[64]);
        private volatile TcpSocket socket = socket();
        private long given;
        private volatile long wanted;
        private volatile boolean isOver;

        private TcpSocket socket() {
            return new TcpSocket(stack, new LaneSocket(lane, RING_OCTETS, RING_OCTETS, null));
        }

        /** A step of the lane's: does what the reader waits for, or keeps it waiting. */
        @Override
        public void run() {
            for (int i = 0; i < BURST && given < wanted; i++) {
                delay(random.nextInt(20));
                step();
            }
            if (!isOver) {
                lane.execute(this);
            }
        }

        private void step() {
            LaneSocket half = socket.half();
            given++;
            int what = random.nextInt(END_EVERY);
            if (what == 0) {
                half.over(random.nextBoolean() ? CloseReason.CLOSED : CloseReason.RESET_BY_PEER);
                return;
            }
            // A piece that comes in two, so that the reader may be caught in between.
            int length = 1 + random.nextInt(4);
            for (int octet = 0; octet < length; octet++) {
                half.input().write(octets, 0, 1);
                half.received().answer();
                delay(random.nextInt(3));
            }
            if (what == 1) {
                // The end right behind the last octet.
                half.over(random.nextBoolean() ? CloseReason.CLOSED : CloseReason.RESET_BY_PEER);
            }
        }
    }

    private static void delay(int rounds) {
        for (int i = 0; i < rounds * rounds; i++) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest(name = "virtual={0}")
    @ValueSource(booleans = {false, true})
    void noWakeUpIsLost(boolean isVirtual) throws Exception {
        System.out.println("WaitTest: -Dringway.seed=" + seed + " repetitions " + repetitions);
        stack.start();
        Peer peer = new Peer();
        FutureTask<long[]> reader = new FutureTask<>(() -> read(peer));
        Thread thread =
                isVirtual
                        ? Thread.ofVirtual().unstarted(reader)
                        : Thread.ofPlatform().daemon().unstarted(reader);
        lane.execute(peer);
        thread.start();
        long[] seen = reader.get(GIVE_UP_S, TimeUnit.SECONDS);
        assertThat(seen[0]).as("octets").isPositive();
        assertThat(seen[1]).as("ends").isPositive();
        assertThat(seen[2]).as("resets").isPositive();
        assertThat(seen[0] + seen[1] + seen[2]).isGreaterThanOrEqualTo(repetitions);
    }

    /** Asks for one more thing again and again, and says how many of each kind came. */
    private long[] read(Peer peer) {
        SplittableRandom random = new SplittableRandom(~seed);
        MemorySegment into = MemorySegment.ofArray(new byte[64]);
        long[] seen = new long[3];
        try {
            for (long i = 1; i <= repetitions; i++) {
                peer.wanted = i;
                delay(random.nextInt(20));
                int what = readOnce(peer.socket, into);
                seen[what]++;
                if (what != 0) {
                    // The lane is done with this socket: it has seen its end.
                    peer.socket = peer.socket();
                }
            }
        } finally {
            peer.isOver = true;
        }
        return seen;
    }

    private static int readOnce(TcpSocket socket, MemorySegment into) {
        try {
            return socket.read(into, 0, 64) > 0 ? 0 : 1;
        } catch (SocketException reset) {
            return 2;
        } catch (IOException other) {
            throw new AssertionError(other);
        }
    }

    /** The lane takes what was written, in pieces and at moments of its own choice. */
    private final class Taker implements Runnable {
        private final SplittableRandom random = new SplittableRandom(seed);
        private final LaneSocket half;
        private volatile boolean isOver;

        Taker(LaneSocket half) {
            this.half = half;
        }

        @Override
        public void run() {
            for (int i = 0; i < BURST; i++) {
                delay(random.nextInt(20));
                int length = half.output().viewLength();
                if (length > 0) {
                    half.output().consume(1 + random.nextInt(length));
                    half.send().answer();
                }
            }
            if (!isOver) {
                lane.execute(this);
            }
        }
    }

    @ParameterizedTest(name = "virtual={0}")
    @ValueSource(booleans = {false, true})
    void whoWaitsForRoomIsWoken(boolean isVirtual) throws Exception {
        stack.start();
        LaneSocket half = new LaneSocket(lane, RING_OCTETS, RING_OCTETS, null);
        TcpSocket socket = new TcpSocket(stack, half);
        Taker taker = new Taker(half);
        FutureTask<Long> writer = new FutureTask<>(() -> writeAll(socket));
        Thread thread =
                isVirtual
                        ? Thread.ofVirtual().unstarted(writer)
                        : Thread.ofPlatform().daemon().unstarted(writer);
        lane.execute(taker);
        thread.start();
        long written = writer.get(GIVE_UP_S, TimeUnit.SECONDS);
        taker.isOver = true;
        assertThat(half.output().writtenPosition()).isEqualTo(written);
    }

    /** Writes pieces as long as the ring, so that nearly every one has to wait for room. */
    private long writeAll(TcpSocket socket) throws IOException {
        SplittableRandom random = new SplittableRandom(~seed);
        MemorySegment from = MemorySegment.ofArray(new byte[2 * RING_OCTETS]);
        long written = 0;
        for (long i = 0; i < repetitions / 10; i++) {
            int length = 1 + random.nextInt(2 * RING_OCTETS);
            socket.write(from, 0, length);
            written += length;
        }
        return written;
    }
}
