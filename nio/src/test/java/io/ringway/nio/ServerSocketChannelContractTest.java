package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.nio.Over.Place;

import jdk.net.ExtendedSocketOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** What the Javadoc of ServerSocketChannel promises of backlogs and options. */
@ParameterizedClass
@EnumSource(Over.class)
@Timeout(60)
class ServerSocketChannelContractTest {
    @Parameter Over over;

    private Place place;

    @BeforeEach
    void open() {
        place = over.open();
    }

    @AfterEach
    void close() {
        place.close();
    }

    private ServerSocketChannel server() throws IOException {
        return place.provider().openServerSocketChannel();
    }

    @Test
    void anyBacklogWillDo() throws IOException {
        for (int backlog : new int[] {-1, 0, 1, 100, 1_000_000}) {
            try (ServerSocketChannel server = server().bind(place.any(), backlog)) {
                assertThat(server.getLocalAddress()).isNotNull();
            }
        }
    }

    /** Whoever comes when the queue is full tries again, and is accepted when there is room. */
    @Test
    void aFullBacklogKeepsConnectionsWaiting() throws IOException {
        int backlog = 1;
        try (ServerSocketChannel server = server().bind(place.any(), backlog)) {
            List<SocketChannel> clients = new ArrayList<>();
            for (int i = 0; i <= backlog; i++) {
                SocketChannel client = place.provider().openSocketChannel();
                client.connect(server.getLocalAddress());
                clients.add(client);
            }
            // Nobody knows when the server has heard of the last one, which connected before.
            SocketChannel late;
            while (true) {
                late = place.provider().openSocketChannel();
                clients.add(late);
                try {
                    late.socket().connect(server.getLocalAddress(), 300);
                } catch (SocketTimeoutException full) {
                    break;
                }
            }
            clients.removeLast();
            late = place.provider().openSocketChannel();
            late.configureBlocking(false);
            boolean isConnected = late.connect(server.getLocalAddress());
            assertThat(isConnected).isFalse();
            clients.add(late);
            for (int i = 0; i < clients.size(); i++) {
                try (SocketChannel accepted = server.accept()) {
                    accepted.write(ByteBuffer.wrap(new byte[] {5}));
                }
            }
            late.configureBlocking(true);
            assertThat(late.finishConnect()).isTrue();
            for (SocketChannel client : clients) {
                assertThat(client.read(ByteBuffer.allocate(2))).isEqualTo(1);
                client.close();
            }
        }
    }

    @Test
    void listenersThatSaySoShareAPort() throws IOException {
        try (ServerSocketChannel one = server();
                ServerSocketChannel two = server();
                ServerSocketChannel alone = server()) {
            assertThat(one.supportedOptions()).contains(StandardSocketOptions.SO_REUSEPORT);
            assertThat(one.getOption(StandardSocketOptions.SO_REUSEPORT)).isFalse();
            one.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(place.any());
            two.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(one.getLocalAddress());
            assertThatThrownBy(() -> alone.bind(one.getLocalAddress()))
                    .isInstanceOf(BindException.class);
        }
    }

    @Test
    void whatIsAcceptedHasOptionsOfItsListener() throws IOException {
        try (ServerSocketChannel server = server()) {
            server.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1234).bind(place.any());
            try (SocketChannel client = place.provider().openSocketChannel()) {
                client.connect(server.getLocalAddress());
                try (SocketChannel accepted = server.accept()) {
                    assertThat(accepted.getOption(ExtendedSocketOptions.TCP_KEEPIDLE))
                            .isEqualTo(1234);
                }
            }
        }
    }
}
