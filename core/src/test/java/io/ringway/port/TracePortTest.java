package io.ringway.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

class TracePortTest {
    private final FramePool poolA = new FramePool(64, 4);
    private final FramePool poolB = new FramePool(64, 4);
    private final FrameBatch batch = new FrameBatch(64);
    private @Nullable PortQueue opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
        assertThat(poolA.isFull()).isTrue();
        poolA.close();
        poolB.close();
    }

    private PortQueue open(Appendable out, LinkConfig config) {
        LinkPort.Pair pair = LinkPort.pair(config);
        PortQueue b = pair.b().open(0, poolB, new Counters());
        PortQueue a = new TracePort(pair.a(), out, 1_000).open(0, poolA, new Counters());
        batch.add(Frames.transport(poolB, false, true, new byte[10], 16));
        b.transmit(batch, 2_000_001_000L);
        opened = a;
        return a;
    }

    @Test
    void aLineForEachFrameWithItsTimeAndDirection() {
        StringBuilder out = new StringBuilder();
        PortQueue a = open(out, LinkConfig.OFFLOADED);
        batch.add(Frames.superFrame(poolA, true, true, new byte[3_000], 1_460, 24));
        a.transmit(batch, 1_005);
        assertThat(a.receive(batch, 2_000_001_000L)).isEqualTo(1);
        poolA.release(batch.get(0));

        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .startsWith("  0.000000005 link-a > ")
                .contains("198.18.0.1.80 > 198.18.0.2.1234")
                .endsWith(" (super-frame, segments of 1460)");
        assertThat(lines.get(1))
                .startsWith("  2.000000000 link-a < ")
                .contains("2001:2::1.80 > 2001:2::2.1234");
    }

    @Test
    void aFrameThatTheDeviceRefusesIsTracedOnceWhenItPasses() {
        StringBuilder out = new StringBuilder();
        PortQueue a =
                open(out, LinkConfig.builder().rateBitsPerSecond(1_000).queueFrames(1).build());
        batch.add(Frames.plain(poolA, 60, 1));
        batch.add(Frames.plain(poolA, 60, 1));
        a.transmit(batch, 1_000);
        a.transmit(batch, 1_000);
        assertThat(out.toString().lines()).hasSize(1);
        a.transmit(batch, 1_000_000_000_000L);
        assertThat(out.toString().lines()).hasSize(2);
    }

    @Test
    void aBrokenPipeDoesNotStopTheStack() {
        Appendable broken =
                new Appendable() {
                    @Override
                    public Appendable append(CharSequence text) throws IOException {
                        throw new IOException("Broken pipe");
                    }

                    @Override
                    public Appendable append(CharSequence text, int start, int end)
                            throws IOException {
                        throw new IOException("Broken pipe");
                    }

                    @Override
                    public Appendable append(char c) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };
        PortQueue a = open(broken, LinkConfig.PLAIN);
        batch.add(Frames.plain(poolA, 60, 1));
        batch.add(Frames.plain(poolA, 60, 1));
        assertThat(a.transmit(batch, 0)).isEqualTo(2);
    }
}
