package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.nio.Waits.Running;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.util.Random;

/** What the Javadoc of Pipe promises, over the platform's and ours. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
@Timeout(60)
class PipeContractTest {
    @Parameter boolean isOurs;

    private Pipe.SourceChannel source;
    private Pipe.SinkChannel sink;

    @BeforeEach
    void open() throws IOException {
        Pipe pipe = (isOurs ? new RingwaySelectorProvider() : Platform.provider()).openPipe();
        source = pipe.source();
        sink = pipe.sink();
    }

    @AfterEach
    void close() throws IOException {
        source.close();
        sink.close();
    }

    @Test
    void muchGoesThroughInOrder() throws Exception {
        int total = 3 << 20;
        byte[] all = new byte[total];
        new Random(1).nextBytes(all);
        Running<Integer> writer =
                Waits.startVirtual(() -> {
                    ByteBuffer from = ByteBuffer.wrap(all);
                    Random random = new Random(2);
                    while (from.hasRemaining()) {
                        from.limit(Math.min(total, from.position() + 1 + random.nextInt(200_000)));
                        while (from.hasRemaining()) {
                            sink.write(from);
                        }
                        from.limit(total);
                    }
                    sink.close();
                    return from.position();
                });
        ByteBuffer into = ByteBuffer.allocateDirect(total + 1);
        Random random = new Random(3);
        int count;
        do {
            into.limit(Math.min(into.capacity(), into.position() + 1 + random.nextInt(100_000)));
            count = source.read(into);
        } while (count >= 0);
        assertThat(writer.get()).isEqualTo(total);
        assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(all));
    }

    @Test
    void nobodyWaitsWhenNobodyIsTo() throws Exception {
        source.configureBlocking(false);
        sink.configureBlocking(false);
        assertThat(source.read(ByteBuffer.allocate(1))).isZero();
        ByteBuffer much = ByteBuffer.allocate(1 << 20);
        int written = 0;
        int last;
        do {
            last = sink.write(much);
            written += last;
        } while (last > 0);
        assertThat(written).isPositive().isLessThan(1 << 20);
        ByteBuffer[] into = {ByteBuffer.allocate(written), ByteBuffer.allocate(10)};
        long read = 0;
        while (read < written) {
            read += source.read(into);
        }
        assertThat(source.read(into)).isZero();
        ByteBuffer[] from = {ByteBuffer.allocate(3), ByteBuffer.allocate(4)};
        assertThat(sink.write(from)).isEqualTo(7);
        sink.close();
        assertThat(source.read(ByteBuffer.allocate(10))).isEqualTo(7);
        assertThat(source.read(ByteBuffer.allocate(10))).isEqualTo(-1);
    }

    @Test
    void closedEndsSaySo() throws Exception {
        source.close();
        assertThatThrownBy(() -> sink.write(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> source.read(ByteBuffer.allocate(1)))
                .isExactlyInstanceOf(ClosedChannelException.class);
        sink.close();
        assertThatThrownBy(() -> sink.write(ByteBuffer.allocate(1)))
                .isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void closingEndsARead() throws Exception {
        Running<Integer> reader =
                Waits.start(() -> source.read(ByteBuffer.allocate(1))).awaitWaiting();
        source.close();
        assertThatThrownBy(reader::get).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void anInterruptClosesTheEndThatWaits() throws Exception {
        Running<Boolean> reader =
                Waits.start(() -> {
                    try {
                        source.read(ByteBuffer.allocate(1));
                        return false;
                    } catch (ClosedByInterruptException expected) {
                        return Thread.interrupted();
                    }
                });
        reader.awaitWaiting().interrupt();
        assertThat(reader.get()).isTrue();
        assertThat(source.isOpen()).isFalse();
        assertThat(sink.isOpen()).isTrue();
    }
}
