package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** The platform's provider behind ours. */
class PlatformTest {
    @Test
    void thePlatformsProviderIsFoundAndWorks() throws Exception {
        assertThat(Platform.provider().getClass().getName()).startsWith("sun.nio.ch.");
        Pipe pipe = Platform.provider().openPipe();
        try (Selector selector = Platform.provider().openSelector();
                Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            SelectionKey key = source.register(selector, SelectionKey.OP_READ);
            sink.write(ByteBuffer.wrap(new byte[1]));
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(key);
        }
    }

    @Test
    void ourSelectorSelectsThePlatformsChannels() throws Exception {
        Pipe pipe = Platform.provider().openPipe();
        try (Selector selector = new RingwaySelectorProvider().openSelector();
                Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            SelectionKey key = source.register(selector, SelectionKey.OP_READ);
            assertThat(selector.selectNow()).isZero();
            Thread.startVirtualThread(() -> {
                try {
                    sink.write(ByteBuffer.wrap(new byte[1]));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(key);
            assertThat(key.isReadable()).isTrue();
            assertThat(selector.select()).isZero();
            key.cancel();
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).isEmpty();
            assertThat(source.isRegistered()).isFalse();
        }
    }
}
