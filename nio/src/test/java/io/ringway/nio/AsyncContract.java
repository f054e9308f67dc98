package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.WritePendingException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** What the Javadoc of asynchronous channels promises. */
@Timeout(60)
abstract class AsyncContract {
    private AsynchronousChannelGroup group;

    abstract AsynchronousChannelProvider provider();

    abstract String host();

    @BeforeEach
    void openGroup() throws IOException {
        ThreadFactory threads = Thread.ofPlatform().daemon().name("handler-", 0).factory();
        group = provider().openAsynchronousChannelGroup(2, threads);
    }

    @AfterEach
    void closeGroup() throws Exception {
        group.shutdownNow();
        assertThat(group.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(group.isTerminated()).isTrue();
    }

    private AsynchronousSocketChannel open() throws IOException {
        return provider().openAsynchronousSocketChannel(group);
    }

    private AsynchronousServerSocketChannel listening() throws IOException {
        return provider()
                .openAsynchronousServerSocketChannel(group)
                .bind(new InetSocketAddress(host(), 0));
    }

    private record Ends(AsynchronousSocketChannel client, AsynchronousSocketChannel server) {}

    private Ends connect() throws Exception {
        AsynchronousServerSocketChannel server = listening();
        Future<AsynchronousSocketChannel> accepted = server.accept();
        AsynchronousSocketChannel client = open();
        assertThat(client.connect(server.getLocalAddress()).get()).isNull();
        Ends ends = new Ends(client, accepted.get());
        server.close();
        return ends;
    }

    /** A handler whose result is a future. */
    private static final class Told<V> extends CompletableFuture<V>
            implements CompletionHandler<V, String> {
        private volatile String thread = "";

        @Override
        public void completed(V result, String attachment) {
            thread = Thread.currentThread().getName();
            assertThat(attachment).isEqualTo("attached");
            complete(result);
        }

        @Override
        public void failed(Throwable why, String attachment) {
            thread = Thread.currentThread().getName();
            completeExceptionally(why);
        }
    }

    private static Throwable failure(Future<?> of) throws InterruptedException {
        try {
            return new AssertionError("no failure but " + of.get());
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
    }

    @Test
    void octetsGoBothWays() throws Exception {
        byte[] octets = new byte[1 << 20];
        new Random(7).nextBytes(octets);
        Ends ends = connect();
        assertThat(ends.client().getRemoteAddress()).isEqualTo(ends.server().getLocalAddress());
        Thread writer =
                Thread.startVirtualThread(() -> {
                    ByteBuffer from = ByteBuffer.wrap(octets);
                    while (from.hasRemaining()) {
                        writeSome(ends.client(), from);
                    }
                });
        ByteBuffer into = ByteBuffer.allocate(octets.length);
        while (into.hasRemaining()) {
            assertThat(ends.server().read(into).get()).isPositive();
        }
        writer.join();
        assertThat(into.array()).isEqualTo(octets);
        ends.client().shutdownOutput();
        assertThat(ends.server().read(ByteBuffer.allocate(1)).get()).isEqualTo(-1);
    }

    private static void writeSome(AsynchronousSocketChannel to, ByteBuffer from) {
        try {
            assertThat(to.write(from).get()).isPositive();
        } catch (InterruptedException | ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void handlersRunInTheGroupsPool() throws Exception {
        AsynchronousServerSocketChannel server = listening();
        Told<AsynchronousSocketChannel> accepted = new Told<>();
        server.accept("attached", accepted);
        AsynchronousSocketChannel client = open();
        Told<Void> connected = new Told<>();
        client.connect(server.getLocalAddress(), "attached", connected);
        connected.get();
        Told<Integer> written = new Told<>();
        client.write(ByteBuffer.wrap(new byte[3]), "attached", written);
        Told<Integer> read = new Told<>();
        accepted.get().read(ByteBuffer.allocate(9), "attached", read);
        assertThat(written.get()).isEqualTo(3);
        assertThat(read.get()).isEqualTo(3);
        for (Told<?> told : new Told<?>[] {accepted, connected, written, read}) {
            assertThat(told.thread).startsWith("handler-");
        }
    }

    @Test
    void buffersAreGatheredAndScattered() throws Exception {
        Ends ends = connect();
        ByteBuffer[] from = {ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.wrap(new byte[] {3})};
        Told<Long> written = new Told<>();
        ends.client().write(from, 0, 2, 0, TimeUnit.SECONDS, "attached", written);
        assertThat(written.get()).isEqualTo(3);
        ByteBuffer[] into = {ByteBuffer.allocate(1), ByteBuffer.allocate(9)};
        Told<Long> read = new Told<>();
        ends.server().read(into, 0, 2, 0, TimeUnit.SECONDS, "attached", read);
        assertThat(read.get()).isEqualTo(3);
        assertThat(into[1].flip().remaining()).isEqualTo(2);
    }

    @Test
    void oneOfAKindAtATime() throws Exception {
        Ends ends = connect();
        Future<Integer> first = ends.client().read(ByteBuffer.allocate(1));
        assertThatThrownBy(() -> ends.client().read(ByteBuffer.allocate(1)))
                .isInstanceOf(ReadPendingException.class);
        ends.server().write(ByteBuffer.wrap(new byte[1])).get();
        assertThat(first.get()).isEqualTo(1);
        Future<Integer> write = null;
        ByteBuffer much = ByteBuffer.allocate(1 << 20);
        do {
            much.clear();
            write = ends.client().write(much);
            write = isDoneSoon(write) ? null : write;
        } while (write == null);
        assertThatThrownBy(() -> ends.client().write(ByteBuffer.allocate(1)))
                .isInstanceOf(WritePendingException.class);
        AsynchronousServerSocketChannel server = listening();
        Future<AsynchronousSocketChannel> accept = server.accept();
        assertThatThrownBy(server::accept).isInstanceOf(AcceptPendingException.class);
        server.close();
        assertThat(failure(accept)).isInstanceOf(AsynchronousCloseException.class);
    }

    /** Whether it ends within a moment; what finds no room does not. */
    private static boolean isDoneSoon(Future<?> future) throws Exception {
        try {
            Object _ = future.get(100, TimeUnit.MILLISECONDS);
            return true;
        } catch (java.util.concurrent.TimeoutException waits) {
            return false;
        }
    }

    @Test
    void aReadsTimeIsOver() throws Exception {
        Ends ends = connect();
        Told<Integer> read = new Told<>();
        ends.client().read(ByteBuffer.allocate(1), 5, TimeUnit.MILLISECONDS, "attached", read);
        assertThat(failure(read)).isInstanceOf(InterruptedByTimeoutException.class);
        assertThat(ends.client().isOpen()).isTrue();
    }

    @Test
    void whatIsCancelledIsCancelled() throws Exception {
        Ends ends = connect();
        Future<Integer> read = ends.client().read(ByteBuffer.allocate(1));
        assertThat(read.cancel(false)).isTrue();
        assertThat(read.isCancelled()).isTrue();
        assertThat(read.isDone()).isTrue();
        assertThat(ends.client().isOpen()).isTrue();
        Future<Integer> other = ends.server().read(ByteBuffer.allocate(1));
        assertThat(other.cancel(true)).isTrue();
        assertThat(ends.server().isOpen()).isFalse();
    }

    @Test
    void closeFailsWhatIsUnderWay() throws Exception {
        Ends ends = connect();
        Future<Integer> read = ends.client().read(ByteBuffer.allocate(1));
        ends.client().close();
        assertThat(failure(read)).isInstanceOf(AsynchronousCloseException.class);
        assertThat(failure(ends.client().read(ByteBuffer.allocate(1))))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void whatIsNotConnected() throws Exception {
        AsynchronousSocketChannel client = open();
        assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                .isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(() -> client.write(ByteBuffer.allocate(1)))
                .isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(() -> client.connect(InetSocketAddress.createUnresolved("x", 1)))
                .isInstanceOf(UnresolvedAddressException.class);
        assertThat(client.getRemoteAddress()).isNull();
        AsynchronousServerSocketChannel server =
                provider().openAsynchronousServerSocketChannel(group);
        assertThatThrownBy(server::accept).isInstanceOf(NotYetBoundException.class);
        Ends ends = connect();
        assertThatThrownBy(() -> ends.client().connect(ends.client().getRemoteAddress()))
                .isInstanceOf(AlreadyConnectedException.class);
        assertThatThrownBy(() -> ends.client().read(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(ends.client().read(ByteBuffer.allocate(0)).get()).isZero();
    }

    @Test
    void nobodyListens() throws Exception {
        InetSocketAddress nobody;
        try (AsynchronousServerSocketChannel server = listening()) {
            nobody = (InetSocketAddress) server.getLocalAddress();
        }
        AsynchronousSocketChannel client = open();
        assertThat(failure(client.connect(nobody))).isInstanceOf(java.net.ConnectException.class);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void optionsAreTheChannels() throws Exception {
        Ends ends = connect();
        ends.client().setOption(StandardSocketOptions.TCP_NODELAY, true);
        assertThat(ends.client().getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(ends.client().supportedOptions())
                .contains(StandardSocketOptions.SO_KEEPALIVE, StandardSocketOptions.SO_RCVBUF);
    }

    @Test
    void aGroupEndsWithItsLastChannel() throws Exception {
        AsynchronousChannelGroup other =
                provider().openAsynchronousChannelGroup(Executors.newCachedThreadPool(), 1);
        AsynchronousSocketChannel channel = provider().openAsynchronousSocketChannel(other);
        other.shutdown();
        assertThat(other.isShutdown()).isTrue();
        assertThat(other.isTerminated()).isFalse();
        assertThatThrownBy(() -> provider().openAsynchronousSocketChannel(other))
                .isInstanceOf(ShutdownChannelGroupException.class);
        channel.close();
        assertThat(other.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aGroupThatIsShutDownNowClosesItsChannels() throws Exception {
        Ends ends = connect();
        // Not a read, which might see the other end's close first.
        Future<AsynchronousSocketChannel> accept = listening().accept();
        group.shutdownNow();
        assertThat(failure(accept)).isInstanceOf(AsynchronousCloseException.class);
        assertThat(ends.client().isOpen()).isFalse();
        assertThat(ends.server().isOpen()).isFalse();
    }
}
