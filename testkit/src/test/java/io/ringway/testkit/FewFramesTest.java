package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Many connections that want to send at the same instant, with fewer frames than connections. */
class FewFramesTest {
    private static final int CONNECTIONS = 2000;

    /** Sends one octet as soon as it can. */
    private static final class Sender implements TcpHandler {
        private final List<TcpConnection> all = new ArrayList<>();
        private int sent;

        @Override
        public void onOpen(TcpConnection connection) {
            all.add(connection.hold());
        }

        @Override
        public void onReadable(TcpConnection connection) {}

        @Override
        public void onWritable(TcpConnection connection) {
            send(connection);
        }

        private void send(TcpConnection connection) {
            sent += connection.write(new byte[] {1});
        }
    }

    private static final class Reader implements TcpHandler {
        private int received;

        @Override
        public void onReadable(TcpConnection connection) {
            received += connection.available();
            connection.consume(connection.available());
        }
    }

    @Test
    void allOfThemGetTheirTurn() {
        try (Pair pair = Pair.with().config(config -> config.smallFrames(256)).build()) {
            Sender sender = new Sender();
            Reader reader = new Reader();
            pair.a().listen(7, sender);
            for (int i = 0; i < CONNECTIONS; i++) {
                CompletableFuture<?> _ = pair.b().connect(pair.endpointA(7), reader);
                pair.settle();
            }
            assertThat(pair.runUntil(() -> sender.all.size() == CONNECTIONS, Duration.ofMinutes(1)))
                    .isTrue();
            sender.all.forEach(sender::send);
            boolean isDone =
                    pair.runUntil(() -> reader.received == CONNECTIONS, Duration.ofMinutes(1));
            assertThat(isDone).as("%d sent, %d received", sender.sent, reader.received).isTrue();
        }
    }
}
