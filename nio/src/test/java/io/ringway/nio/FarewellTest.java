package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.Stack;
import io.ringway.Undelivered;
import io.ringway.nio.Over.Place;
import io.ringway.nio.Waits.Running;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;

/** The end of a program that has closed its channels. */
@Timeout(60)
class FarewellTest {
    private static final int OCTETS = 4_000_000;

    @Test
    void whatWasWrittenAndClosedIsDelivered() throws Exception {
        try (Place place = Over.LINK.open();
                ServerSocketChannel server =
                        place.provider().openServerSocketChannel().bind(place.any());
                SocketChannel idle = place.provider().openSocketChannel()) {
            SocketChannel client = place.provider().openSocketChannel();
            client.connect(server.getLocalAddress());
            SocketChannel peer = server.accept();
            idle.connect(server.getLocalAddress());
            client.configureBlocking(false);
            int written = client.write(ByteBuffer.allocate(OCTETS));
            client.close();
            Stack stack = place.stacks().getLast();
            Running<Integer> reader =
                    Waits.start(() -> {
                        int sum = 0;
                        ByteBuffer into = ByteBuffer.allocate(10_000);
                        for (int count = 0; count >= 0; count = peer.read(into.clear())) {
                            sum += count;
                        }
                        return sum;
                    });
            Thread farewell = new Thread(new Farewell(stack));
            farewell.start();
            farewell.join();
            assertThat(Undelivered.count(stack).join()).isZero();
            assertThat(reader.get()).isEqualTo(written);
            peer.close();
        }
    }

    @Test
    void peersOfOpenConnectionsHearOfTheEnd() throws Exception {
        try (Place place = Over.LINK.open();
                ServerSocketChannel server =
                        place.provider().openServerSocketChannel().bind(place.any());
                SocketChannel quiet = place.provider().openSocketChannel();
                SocketChannel unread = place.provider().openSocketChannel()) {
            quiet.connect(server.getLocalAddress());
            SocketChannel peerOfQuiet = server.accept();
            unread.connect(server.getLocalAddress());
            SocketChannel peerOfUnread = server.accept();
            quiet.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            peerOfUnread.write(ByteBuffer.wrap(new byte[] {4}));
            while (((RingwaySocketChannel) unread).available() == 0) {
                Thread.onSpinWait();
            }
            new Farewell(place.stacks().getLast()).hangUp();
            ByteBuffer into = ByteBuffer.allocate(9);
            while (peerOfQuiet.read(into) >= 0) {
                // Until the end of the stream.
            }
            assertThat(into.position()).isEqualTo(3);
            assertThatThrownBy(() -> peerOfUnread.read(ByteBuffer.allocate(1)))
                    .hasMessage("Connection reset");
        }
    }

    @Test
    void otherHooksAreSeenForAsLongAsTheyRun() throws Exception {
        Running<Boolean> asking =
                Waits.start(() -> {
                    OtherHooks others = new OtherHooks();
                    CountDownLatch end = new CountDownLatch(1);
                    Running<?> hook =
                            Waits.start(() -> {
                                end.await();
                                return null;
                            });
                    boolean isAlone = others.areDone();
                    end.countDown();
                    assertThat(hook.get()).isNull();
                    return isAlone;
                });
        assertThat(asking.get()).isFalse();
    }
}
