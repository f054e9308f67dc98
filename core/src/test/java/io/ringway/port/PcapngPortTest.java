package io.ringway.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class PcapngPortTest {
    private static final long EPOCH_NS = 1_700_000_000_123_456_789L;

    private final FramePool poolA = new FramePool(64, 4);
    private final FramePool poolB = new FramePool(64, 4);
    private final FrameBatch batch = new FrameBatch(64);
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    @AfterEach
    void everyFrameIsHome() {
        assertThat(poolA.isFull()).isTrue();
        assertThat(poolB.isFull()).isTrue();
        poolA.close();
        poolB.close();
    }

    /** A frame as the file has it. */
    // Nobody compares two of them.
    @SuppressWarnings("ArrayRecordComponent")
    private record Captured(long stampNs, int flags, byte[] octets) {
        boolean isIntact() {
            MemorySegment memory = Arena.ofAuto().allocate(octets.length);
            MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
            return Frames.isIntact(memory, 0, octets.length);
        }
    }

    /** Reads a capture back, and checks what holds for every block. */
    private static List<Captured> parse(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.nativeOrder());
        List<Captured> frames = new ArrayList<>();
        int blocks = 0;
        while (in.hasRemaining()) {
            int start = in.position();
            int type = in.getInt();
            int length = in.getInt();
            assertThat(length % 4).isZero();
            assertThat(in.getInt(start + length - 4)).isEqualTo(length);
            switch (blocks++) {
                case 0 -> {
                    assertThat(type).isEqualTo(0x0a0d0d0a);
                    assertThat(in.getInt()).isEqualTo(0x1a2b3c4d);
                    assertThat(in.getShort()).isEqualTo((short) 1);
                    assertThat(in.getShort()).isEqualTo((short) 0);
                    assertThat(in.getLong()).isEqualTo(-1);
                }
                case 1 -> {
                    assertThat(type).isEqualTo(1);
                    assertThat(in.getInt()).isEqualTo(1);
                    assertThat(in.getInt()).isZero();
                    assertThat(option(in, 2)).isEqualTo("link-a".getBytes(StandardCharsets.UTF_8));
                    assertThat(option(in, 6)).isEqualTo(new byte[] {2, 0, 0, 0, 0, 10});
                    assertThat(option(in, 9)).isEqualTo(new byte[] {9});
                }
                default -> {
                    assertThat(type).isEqualTo(6);
                    assertThat(in.getInt()).isZero();
                    long stamp = (long) in.getInt() << 32 | Integer.toUnsignedLong(in.getInt());
                    byte[] octets = new byte[in.getInt()];
                    assertThat(in.getInt()).isEqualTo(octets.length);
                    in.get(octets);
                    in.position((in.position() + 3) & ~3);
                    int flags = ByteBuffer.wrap(option(in, 2)).order(in.order()).getInt();
                    frames.add(new Captured(stamp, flags, octets));
                }
            }
            in.position(start + length);
        }
        return frames;
    }

    private static byte[] option(ByteBuffer in, int code) {
        assertThat(in.getShort()).isEqualTo((short) code);
        byte[] value = new byte[in.getShort()];
        in.get(value);
        in.position((in.position() + 3) & ~3);
        return value;
    }

    @Test
    void bothDirectionsAreWrittenWithNanosecondStamps() {
        LinkPort.Pair pair = LinkPort.pair(LinkConfig.PLAIN);
        PcapngPort port = new PcapngPort(pair.a(), file, EPOCH_NS);
        PortQueue a = port.open(0, poolA, new Counters());
        PortQueue b = pair.b().open(0, poolB, new Counters());

        batch.add(Frames.plain(poolA, 61, 1));
        batch.add(Frames.plain(poolA, 1_514, 2));
        assertThat(a.transmit(batch, 1)).isEqualTo(2);
        b.receive(batch, 2);
        byte[] first = Frames.octets(poolB, batch.get(0));
        b.transmit(batch, 2);
        assertThat(a.receive(batch, 3)).isEqualTo(2);
        poolA.release(batch.get(0));
        poolA.release(batch.get(1));
        a.close();
        port.close();

        List<Captured> captured = parse(file.toByteArray());
        assertThat(captured).hasSize(4);
        assertThat(captured).extracting(Captured::flags).containsExactly(2, 2, 1, 1);
        assertThat(captured)
                .extracting(Captured::stampNs)
                .containsExactly(EPOCH_NS + 1, EPOCH_NS + 1, EPOCH_NS + 3, EPOCH_NS + 3);
        assertThat(captured.get(0).octets()).isEqualTo(first);
        assertThat(captured.get(3).octets()).hasSize(1_514);
    }

    @Test
    void superFramesAreWrittenAsSegmentsWithCompleteChecksums() {
        LinkPort.Pair pair = LinkPort.pair(LinkConfig.OFFLOADED);
        PcapngPort port = new PcapngPort(pair.a(), file, EPOCH_NS);
        PortQueue a = port.open(0, poolA, new Counters());
        PortQueue b = pair.b().open(0, poolB, new Counters());

        batch.add(Frames.superFrame(poolA, true, true, new byte[50_000], 1_460, 16));
        batch.add(Frames.superFrame(poolA, false, true, new byte[50_000], 1_440, 16));
        batch.add(Frames.transport(poolA, true, false, new byte[33], 0));
        assertThat(a.transmit(batch, 1)).isEqualTo(3);
        a.close();
        port.close();

        List<Captured> captured = parse(file.toByteArray());
        assertThat(captured).hasSize(35 + 35 + 1).allMatch(Captured::isIntact);
        b.close();
    }

    @Test
    void aFrameThatTheDeviceRefusesIsWrittenOnceWhenItPasses() {
        LinkPort.Pair pair = LinkPort.pair(LinkConfig.builder().queueFrames(2).build());
        PcapngPort port = new PcapngPort(pair.a(), file, 0);
        PortQueue a = port.open(0, poolA, new Counters());
        PortQueue b = pair.b().open(0, poolB, new Counters());
        for (int i = 0; i < 3; i++) {
            batch.add(Frames.plain(poolA, 100 + i, i));
        }
        assertThat(a.transmit(batch, 1)).isEqualTo(2);
        assertThat(a.transmit(batch, 2)).isZero();
        FrameBatch received = new FrameBatch(8);
        b.receive(received, 3);
        assertThat(a.transmit(batch, 4)).isEqualTo(1);
        b.receive(received, 4);
        for (int i = 0; i < 3; i++) {
            poolB.release(received.get(i));
        }
        a.close();
        port.close();

        assertThat(parse(file.toByteArray()))
                .extracting(frame -> frame.octets().length)
                .containsExactly(100, 101, 102);
    }

    @Test
    void aSecondAfterAFrameItIsInTheFile() {
        LinkPort.Pair pair = LinkPort.pair(LinkConfig.PLAIN);
        PcapngPort port = new PcapngPort(pair.a(), file, 0);
        PortQueue a = port.open(0, poolA, new Counters());
        batch.add(Frames.plain(poolA, 100, 0));
        a.transmit(batch, 5);

        a.receive(batch, 1_000_000_004);
        assertThat(parse(file.toByteArray())).isEmpty();
        a.receive(batch, 1_000_000_005);
        assertThat(parse(file.toByteArray())).hasSize(1);
    }

    @Test
    void manyFramesPassThroughTheBuffer() {
        LinkPort.Pair pair = LinkPort.pair(LinkConfig.OFFLOADED);
        PcapngPort port = new PcapngPort(pair.a(), file, 0);
        PortQueue a = port.open(0, poolA, new Counters());
        for (int i = 0; i < 200; i++) {
            batch.add(Frames.superFrame(poolA, true, true, new byte[60_000], 1_000, 16));
            a.transmit(batch, i);
        }
        a.close();
        port.close();
        assertThat(parse(file.toByteArray())).hasSize(200 * 60);
    }

    @Test
    void aFullDiskDoesNotStopTheStackButIsToldAtTheEnd() {
        LinkPort.Pair pair = LinkPort.pair(LinkConfig.PLAIN);
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        throw new IOException("No space left on device");
                    }
                };
        PcapngPort port = new PcapngPort(pair.a(), full, 0);
        PortQueue a = port.open(0, poolA, new Counters());
        batch.add(Frames.plain(poolA, 100, 0));
        assertThat(a.transmit(batch, 5)).isEqualTo(1);
        a.close();
        assertThatThrownBy(port::close)
                .isInstanceOf(PortException.class)
                .hasMessageContaining("not complete: No space left on device");
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedInOneLine(@TempDir Path folder) {
        LinkPort.Pair pair = LinkPort.pair(LinkConfig.PLAIN);
        assertThatThrownBy(() -> PcapngPort.toFile(pair.a(), folder.resolve("not/there.pcapng"), 0))
                .isInstanceOf(PortException.class)
                .hasMessageContaining("there.pcapng")
                .hasMessageContaining("No such file");
        PcapngPort.toFile(pair.a(), folder.resolve("a.pcapng"), 0).close();
        assertThat(folder.resolve("a.pcapng")).isNotEmptyFile();
    }
}
