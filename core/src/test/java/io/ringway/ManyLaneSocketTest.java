package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.wire.Endpoint;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Sockets of stacks that have several lanes each. */
@Timeout(120)
class ManyLaneSocketTest {
    private static final Endpoint SERVER = Endpoint.parse("198.18.0.1:7");

    private final LinkPort.Pair link = LinkPort.pair(LinkConfig.builder().isThreaded(true).build());
    private final Stack server = Stack.open(config("198.18.0.1/24", 3), link.a());
    private final Stack client = Stack.open(config("198.18.0.2/24", 2), link.b());
    private TcpServerSocket listening;

    private static StackConfig config(String address, int lanes) {
        return StackConfig.builder()
                .address(address)
                .lanes(lanes)
                .smallFrames(1024)
                .largeFrames(16)
                .idle(IdleStrategy.POLL)
                .build();
    }

    @BeforeEach
    void start() {
        server.start();
        client.start();
        listening = server.openTcpServerSocket(SERVER);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void everyLaneIsAcceptedFrom() throws Exception {
        FutureTask<Set<Integer>> echoes = new FutureTask<>(() -> echo(60));
        Thread.startVirtualThread(echoes);
        Set<Integer> used = new HashSet<>();
        List<TcpSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            TcpSocket socket = client.openTcpSocket(SERVER);
            used.add(socket.half().lane().index());
            socket.write(new byte[] {(byte) i});
            sockets.add(socket);
        }
        for (int i = 0; i < 60; i++) {
            assertThat(sockets.get(i).inputStream().read()).isEqualTo(i);
            sockets.get(i).close();
        }
        assertThat(used).containsExactlyInAnyOrder(0, 1);
        assertThat(echoes.get(60, TimeUnit.SECONDS)).containsExactlyInAnyOrder(0, 1, 2);
    }

    /** Accepts so many, each answered by a thread of its own; the lanes that they came by. */
    private Set<Integer> echo(int count) throws Exception {
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < count; i++) {
            TcpSocket accepted = listening.accept();
            used.add(accepted.half().lane().index());
            Thread.startVirtualThread(() -> {
                try (accepted) {
                    accepted.inputStream().transferTo(accepted.outputStream());
                } catch (IOException over) {
                    // The client will tell.
                }
            });
        }
        return used;
    }

    @Test
    void aPortThatTheCallerChoseMayBelongToAnotherLane() throws Exception {
        Set<Integer> used = new HashSet<>();
        for (int port = 5000; port < 5020; port++) {
            TcpSocket socket = client.openTcpSocket();
            socket.bind(Endpoint.parse("198.18.0.2:" + port));
            socket.connect(SERVER);
            assertThat(socket.local().port()).isEqualTo(port);
            used.add(socket.half().lane().index());
            TcpSocket accepted = listening.accept();
            accepted.write(new byte[] {7});
            assertThat(socket.inputStream().read()).isEqualTo(7);
        }
        assertThat(used).containsExactlyInAnyOrder(0, 1);
    }
}
