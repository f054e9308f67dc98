package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.nio.Over.Place;
import io.ringway.nio.Waits.Running;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** What the Javadoc of Selector and SelectionKey promises, over every provider. */
@ParameterizedClass
@EnumSource(Over.class)
@Timeout(60)
class SelectorContractTest {
    private static final int READ = SelectionKey.OP_READ;
    private static final int WRITE = SelectionKey.OP_WRITE;

    @Parameter Over over;

    private Place place;
    private Selector selector;
    private SocketChannel client;
    private SocketChannel peer;
    private SelectionKey key;

    @BeforeEach
    void open() throws IOException {
        place = over.open();
        selector = place.provider().openSelector();
        try (ServerSocketChannel server =
                place.provider().openServerSocketChannel().bind(place.any())) {
            client = place.provider().openSocketChannel();
            client.connect(server.getLocalAddress());
            peer = server.accept();
        }
        client.configureBlocking(false);
        key = client.register(selector, READ, "attached");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        peer.close();
        selector.close();
        place.close();
    }

    private void send(int octets) throws IOException {
        peer.write(ByteBuffer.allocate(octets));
    }

    @Test
    void aKeyKnowsItsChannelAndSelector() {
        assertThat(key.channel()).isSameAs(client);
        assertThat(key.selector()).isSameAs(selector);
        assertThat(key.attachment()).isEqualTo("attached");
        assertThat(key.interestOps()).isEqualTo(READ);
        assertThat(key.readyOps()).isZero();
        assertThat(key.isValid()).isTrue();
        assertThat(client.keyFor(selector)).isSameAs(key);
        assertThat(client.isRegistered()).isTrue();
        assertThat(selector.keys()).containsExactly(key);
        assertThat(selector.provider()).isSameAs(place.provider());
    }

    @Test
    void whatIsReadyStaysReadyUntilItIsDone() throws Exception {
        assertThat(selector.selectNow()).isZero();
        send(10);
        assertThat(selector.select()).isEqualTo(1);
        assertThat(selector.selectedKeys()).containsExactly(key);
        assertThat(key.isReadable()).isTrue();
        // It is selected already, and nothing new is ready.
        assertThat(selector.select()).isZero();
        selector.selectedKeys().clear();
        assertThat(selector.select()).isEqualTo(1);
        selector.selectedKeys().remove(key);
        client.read(ByteBuffer.allocate(10));
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.selectedKeys()).isEmpty();
    }

    @Test
    void readyOperationsAddUpWhileAKeyIsSelected() throws Exception {
        key.interestOps(READ | WRITE);
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.readyOps()).isEqualTo(WRITE);
        send(1);
        key.interestOps(READ);
        int updated = 0;
        while (updated == 0) {
            updated = selector.select();
        }
        assertThat(key.readyOps()).isEqualTo(READ | WRITE);
        assertThat(key.isWritable()).isTrue();
        selector.selectedKeys().clear();
        selector.select();
        assertThat(key.readyOps()).isEqualTo(READ);
    }

    @Test
    void interestIsChangedBitByBit() {
        assertThat(key.interestOpsOr(WRITE)).isEqualTo(READ);
        assertThat(key.interestOps()).isEqualTo(READ | WRITE);
        assertThat(key.interestOpsAnd(~READ)).isEqualTo(READ | WRITE);
        assertThat(key.interestOps()).isEqualTo(WRITE);
        assertThatThrownBy(() -> key.interestOps(SelectionKey.OP_ACCEPT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> key.interestOpsOr(SelectionKey.OP_ACCEPT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noInterestSelectsNothing() throws Exception {
        key.interestOps(0);
        send(1);
        assertThat(selector.select(50)).isZero();
        key.interestOps(READ);
        assertThat(selector.select()).isEqualTo(1);
    }

    @Test
    void waitingEndsWhenSomethingComes() throws Exception {
        Running<Integer> selecting = Waits.start(() -> selector.select()).awaitWaiting();
        send(1);
        assertThat(selecting.get()).isEqualTo(1);
        selector.selectedKeys().clear();
        client.read(ByteBuffer.allocate(1));
        Running<Integer> timed = Waits.startVirtual(() -> selector.select(30_000)).awaitWaiting();
        send(1);
        assertThat(timed.get()).isEqualTo(1);
    }

    @Test
    void theEndOfTheStreamIsReadable() throws Exception {
        Running<Integer> selecting = Waits.start(() -> selector.select()).awaitWaiting();
        peer.close();
        assertThat(selecting.get()).isEqualTo(1);
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void aWakeUpEndsThisSelectionOrTheNext() throws Exception {
        Running<Integer> selecting = Waits.start(() -> selector.select()).awaitWaiting();
        assertThat(selector.wakeup()).isSameAs(selector);
        assertThat(selecting.get()).isZero();
        selector.wakeup();
        selector.wakeup();
        assertThat(selector.select()).isZero();
        selector.wakeup();
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.select(20)).isZero();
    }

    @Test
    void anInterruptEndsASelectionAndStays() throws Exception {
        Running<Boolean> selecting =
                Waits.start(() -> {
                    selector.select();
                    return Thread.interrupted() && selector.isOpen();
                });
        selecting.awaitWaiting().interrupt();
        assertThat(selecting.get()).isTrue();
        Running<Boolean> before =
                Waits.startVirtual(() -> {
                    Thread.currentThread().interrupt();
                    return selector.select() == 0 && Thread.interrupted();
                });
        assertThat(before.get()).isTrue();
    }

    @Test
    void closingEndsASelectionAndAllKeys() throws Exception {
        Running<Integer> selecting = Waits.start(() -> selector.select()).awaitWaiting();
        selector.close();
        selector.close();
        try {
            assertThat(selecting.get()).isZero();
        } catch (ClosedSelectorException asWell) {
            // It began too late.
        }
        assertThat(key.isValid()).isFalse();
        assertThat(client.isRegistered()).isFalse();
        assertThatThrownBy(selector::select).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(selector::keys).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(selector::selectedKeys).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(() -> client.register(selector, READ))
                .isInstanceOf(ClosedSelectorException.class);
        selector.wakeup();
    }

    @Test
    void whoRegistersWhileTheSelectorClosesHearsOfNothingElse() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (Selector closing = place.provider().openSelector();
                    SocketChannel channel = place.provider().openSocketChannel()) {
                channel.configureBlocking(false);
                channel.register(closing, SelectionKey.OP_READ);
                Thread closer = Thread.startVirtualThread(() -> closeQuietly(closing));
                try {
                    while (true) {
                        channel.register(closing, SelectionKey.OP_READ);
                    }
                } catch (ClosedSelectorException closed) {
                    assertThat(channel.keyFor(closing)).isNull();
                }
                closer.join();
            }
        }
    }

    private static void closeQuietly(Selector which) {
        try {
            which.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void aCancelledKeyGoesWithTheNextSelection() throws Exception {
        send(1);
        selector.select();
        key.cancel();
        key.cancel();
        assertThat(key.isValid()).isFalse();
        assertThat(selector.keys()).containsExactly(key);
        assertThatThrownBy(key::interestOps).isInstanceOf(CancelledKeyException.class);
        assertThatThrownBy(key::readyOps).isInstanceOf(CancelledKeyException.class);
        assertThatThrownBy(() -> key.interestOps(0)).isInstanceOf(CancelledKeyException.class);
        assertThatThrownBy(() -> client.register(selector, READ))
                .isInstanceOf(CancelledKeyException.class);
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
        assertThat(selector.selectedKeys()).isEmpty();
        assertThat(client.isRegistered()).isFalse();
        client.configureBlocking(true);
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
        client.configureBlocking(false);
        key = client.register(selector, READ);
        assertThat(selector.selectNow()).isZero();
        send(1);
        assertThat(selector.select()).isEqualTo(1);
    }

    @Test
    void closingAChannelCancelsItsKeys() throws Exception {
        client.close();
        assertThat(key.isValid()).isFalse();
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
        assertThatThrownBy(() -> client.register(selector, READ))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void theSetsArePartlyReadOnly() throws Exception {
        send(1);
        selector.select();
        assertThatThrownBy(() -> selector.keys().remove(key))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> selector.selectedKeys().add(key))
                .isInstanceOf(UnsupportedOperationException.class);
        var each = selector.selectedKeys().iterator();
        assertThat(each.next()).isSameAs(key);
        each.remove();
        assertThat(selector.selectedKeys()).isEmpty();
    }

    @Test
    void whatIsRegisteredDoesNotBlock() throws Exception {
        assertThatThrownBy(() -> client.configureBlocking(true))
                .isInstanceOf(IllegalBlockingModeException.class);
        assertThatThrownBy(() -> peer.register(selector, READ))
                .isInstanceOf(IllegalBlockingModeException.class);
        assertThatThrownBy(() -> client.register(selector, SelectionKey.OP_ACCEPT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(client.register(selector, WRITE, "other")).isSameAs(key);
        assertThat(key.attachment()).isEqualTo("other");
        assertThat(key.interestOps()).isEqualTo(WRITE);
    }

    @Test
    void anActionSeesEachReadyKey() throws Exception {
        peer.configureBlocking(false);
        SelectionKey other = peer.register(selector, READ | WRITE);
        send(1);
        List<SelectionKey> seen = new ArrayList<>();
        int count = 0;
        while (count < 2) {
            seen.clear();
            count = selector.select(seen::add);
        }
        assertThat(seen).containsExactlyInAnyOrder(key, other);
        assertThat(selector.selectedKeys()).isEmpty();
        assertThat(other.readyOps()).isEqualTo(WRITE);
        assertThatThrownBy(() ->
                        selector.select(_ -> {
                            try {
                                selector.selectNow();
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        }))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> selector.select(_ -> closeSelector()))
                .isInstanceOf(ClosedSelectorException.class);
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void negativeTimeoutsAreRefused() {
        assertThatThrownBy(() -> selector.select(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> selector.select(null, 1)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aChannelMayBeInSeveralSelectors() throws Exception {
        try (Selector other = place.provider().openSelector()) {
            SelectionKey second = client.register(other, READ);
            send(1);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(other.select()).isEqualTo(1);
            assertThat(other.selectedKeys()).containsExactly(second);
        }
        assertThat(client.isRegistered()).isTrue();
    }

    @Test
    void aPipeIsSelected() throws Exception {
        Pipe pipe = place.provider().openPipe();
        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            sink.configureBlocking(false);
            SelectionKey in = source.register(selector, READ);
            SelectionKey out = sink.register(selector, WRITE);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(out);
            out.interestOps(0);
            selector.selectedKeys().clear();
            Running<Integer> selecting = Waits.start(() -> selector.select()).awaitWaiting();
            sink.write(ByteBuffer.allocate(3));
            assertThat(selecting.get()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(in);
        }
    }

    @Test
    void manyChannelsEachWithOneWord() throws Exception {
        List<SocketChannel> all = new ArrayList<>();
        try (ServerSocketChannel server =
                place.provider().openServerSocketChannel().bind(place.any(), 200)) {
            for (int i = 0; i < 100; i++) {
                SocketChannel one = place.provider().openSocketChannel();
                one.connect(server.getLocalAddress());
                SocketChannel end = server.accept();
                end.configureBlocking(false);
                end.register(selector, READ, i);
                all.add(one);
                all.add(end);
            }
            for (int i = 0; i < 200; i += 2) {
                all.get(i).write(ByteBuffer.wrap(new byte[] {(byte) (i / 2)}));
            }
            int heard = 0;
            while (heard < 100) {
                selector.select();
                for (SelectionKey ready : selector.selectedKeys()) {
                    ByteBuffer one = ByteBuffer.allocate(2);
                    assertThat(((SocketChannel) ready.channel()).read(one)).isEqualTo(1);
                    assertThat((int) one.get(0)).isEqualTo(ready.attachment());
                    heard++;
                }
                selector.selectedKeys().clear();
            }
        } finally {
            for (SocketChannel each : all) {
                each.close();
            }
        }
    }
}
