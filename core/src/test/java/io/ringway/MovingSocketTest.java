package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.tcp.CloseReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A socket that moves to and fro between two lanes, and the messages that follow it. */
@Timeout(120)
class MovingSocketTest {
    private static final int RING_OCTETS = 4096;

    private final LinkPort.Pair link = LinkPort.pair(LinkConfig.builder().isThreaded(true).build());
    private final List<Stack> stacks =
            List.of(open("198.18.0.1/24", link.a()), open("198.18.0.2/24", link.b()));
    private final List<Lane> lanes = List.of(stacks.get(0).lane(0), stacks.get(1).lane(0));
    private final LaneSocket half =
            new LaneSocket(lanes.getFirst(), RING_OCTETS, RING_OCTETS, null);
    private final TcpSocket socket = new TcpSocket(stacks.getFirst(), half);

    private static Stack open(String address, LinkPort port) {
        return Stack.open(
                StackConfig.builder().address(address).smallFrames(64).largeFrames(4).build(),
                port);
    }

    @BeforeEach
    void start() {
        stacks.forEach(Stack::start);
    }

    @AfterEach
    void close() {
        stacks.forEach(Stack::close);
    }

    private Lane other(Lane lane) {
        return lanes.get(lane == lanes.getFirst() ? 1 : 0);
    }

    /** The connection: gives a stream, and moves with the socket every few octets. */
    private final class Moving implements Runnable {
        private final long total;
        private final byte[] one = new byte[1];
        private long given;
        private int moves;

        Moving(long total) {
            this.total = total;
        }

        @Override
        public void run() {
            // The lane that we left may not have said so to the socket yet.
            Lane here = lanes.get(lanes.getFirst().isOnLane() ? 0 : 1);
            for (int i = 0; i < 20 && given < total; i++) {
                one[0] = (byte) given;
                given += half.input().write(MemorySegment.ofArray(one), 0, 1);
                half.received().answer();
            }
            if (given == total) {
                half.over(CloseReason.CLOSED);
                return;
            }
            // The connection's record first, then the socket: what follows comes behind it.
            Lane to = other(here);
            moves++;
            to.execute(this);
            half.moveTo(to);
        }
    }

    @Test
    void aReaderHearsOfEveryOctetWhereverTheSocketIs() throws Exception {
        Moving moving = new Moving(100_000);
        lanes.getFirst().execute(moving);
        byte[] into = new byte[64];
        long position = 0;
        for (int count = socket.read(into); count >= 0; count = socket.read(into)) {
            for (int i = 0; i < count; i++) {
                assertThat(into[i]).isEqualTo((byte) (position + i));
            }
            position += count;
        }
        assertThat(position).isEqualTo(100_000);
        assertThat(moving.moves).isGreaterThan(1000);
    }

    /** Counts its answers. */
    private static final class Counted extends CompletableFuture<Boolean> {
        private final AtomicInteger answers = new AtomicInteger();

        @Override
        public boolean completeExceptionally(Throwable cause) {
            answers.incrementAndGet();
            return super.completeExceptionally(cause);
        }
    }

    @Test
    void noMessageIsLostOrDoneTwice() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Runnable mover =
                new Runnable() {
                    @Override
                    public void run() {
                        Lane to = lanes.get(lanes.getFirst().isOnLane() ? 1 : 0);
                        if (done.getCount() > 0) {
                            to.execute(this);
                            half.moveTo(to);
                        }
                    }
                };
        lanes.getFirst().execute(mover);
        List<Thread> threads = new ArrayList<>();
        List<List<Counted>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            List<Counted> replies = new ArrayList<>();
            all.add(replies);
            threads.add(
                    Thread.startVirtualThread(() -> {
                        for (int j = 0; j < 5000; j++) {
                            Counted reply = new Counted();
                            replies.add(reply);
                            half.tell(new SocketVerb.Control<>(half, c -> true, reply));
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (List<Counted> replies : all) {
            for (Counted reply : replies) {
                // There is no connection, and each message says so.
                assertThat(
                                reply.handle((answer, failure) -> failure != null)
                                        .get(60, TimeUnit.SECONDS))
                        .isTrue();
                assertThat(reply.answers).hasValue(1);
            }
        }
        done.countDown();
    }

    /** Each lane sends the other more than its mailbox holds, in one go. */
    @Test
    void twoLanesDoNotWaitForEachOther() throws Exception {
        int count = 3 * LaneConfig.DEFAULT.messageQueue();
        CountDownLatch done = new CountDownLatch(2 * count);
        CountDownLatch both = new CountDownLatch(2);
        for (Lane lane : lanes) {
            Lane to = other(lane);
            lane.execute(() -> {
                both.countDown();
                while (both.getCount() > 0) {
                    Thread.onSpinWait();
                }
                for (int i = 0; i < count; i++) {
                    to.execute(done::countDown);
                }
            });
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
