package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Stack;
import io.ringway.Undelivered;
import io.ringway.nio.Over.Place;
import io.ringway.nio.Waits.Running;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

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
            new Farewell(stack).run();
            assertThat(Undelivered.count(stack).join()).isZero();
            assertThat(reader.get()).isEqualTo(written);
            assertThat(idle.isConnected()).isTrue();
            peer.close();
        }
    }
}
