package io.ringway.nio;

import java.nio.channels.Pipe;
import java.nio.channels.spi.SelectorProvider;

/**
 * A pipe in memory: its two ends share a {@link PipeBuffer}, and the kernel knows nothing of it.
 */
final class RingwayPipe extends Pipe {
    private final PipeSource source;
    private final PipeSink sink;

    RingwayPipe(SelectorProvider provider) {
        PipeBuffer buffer = new PipeBuffer();
        this.source = new PipeSource(provider, buffer);
        this.sink = new PipeSink(provider, buffer);
    }

    @Override
    public SourceChannel source() {
        return source;
    }

    @Override
    public SinkChannel sink() {
        return sink;
    }
}
