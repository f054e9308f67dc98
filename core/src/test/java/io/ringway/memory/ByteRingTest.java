package io.ringway.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

@Timeout(60)
@SuppressWarnings("ThreadPriorityCheck") // It is right without yielding, too.
class ByteRingTest {
    private static final int CAPACITY = 3 * Chunk.OCTETS + 100;

    private final ChunkPool pool = new ChunkPool(16);
    private final ByteRing ring = new ByteRing(pool, CAPACITY);

    @Test
    void aFreshRingHoldsNothingAndNoMemory() {
        assertThat(ring.readable()).isZero();
        assertThat(ring.viewLength()).isZero();
        assertThat(ring.writable()).isEqualTo(CAPACITY);
        assertThat(ring.isAtRest()).isTrue();
        assertThat(pool.size()).isZero();
    }

    @Test
    void takesNoMoreThanItsCapacity() {
        byte[] octets = octets(0, 2 * CAPACITY);
        assertThat(write(octets)).isEqualTo(CAPACITY);
        assertThat(write(octets)).isZero();
        assertThat(ring.size()).isEqualTo(CAPACITY);
        assertThat(read(CAPACITY + 1)).isEqualTo(octets(0, CAPACITY));
        assertThat(ring.writable()).isEqualTo(CAPACITY);
    }

    @Test
    void givesItsMemoryBackWhenItIsDrained() {
        write(octets(0, CAPACITY));
        assertThat(ring.isAtRest()).isFalse();
        read(CAPACITY - 1);
        assertThat(ring.isAtRest()).isFalse();
        assertThat(pool.size()).isEqualTo(3);
        read(1);
        assertThat(ring.isAtRest()).isTrue();
        assertThat(pool.size()).isEqualTo(4);
        write(octets(0, 1));
        assertThat(pool.size()).isEqualTo(3);
    }

    @Test
    void aViewShowsWhatLiesTogether() {
        write(octets(0, Chunk.OCTETS + 10));
        assertThat(ring.viewLength()).isEqualTo(Chunk.OCTETS);
        ring.consume(Chunk.OCTETS - 1);
        assertThat(ring.viewLength()).isEqualTo(1);
        assertThat(ring.view().get(ValueLayout.JAVA_BYTE, ring.viewOffset()))
                .isEqualTo(octetAt(Chunk.OCTETS - 1));
        ring.consume(1);
        assertThat(ring.viewLength()).isEqualTo(10);
        assertThat(ring.viewOffset()).isZero();
        ring.clear();
        assertThat(ring.isAtRest()).isTrue();
        assertThat(ring.readPosition()).isEqualTo(ring.writtenPosition());
    }

    @Test
    void aWriterThatWaitsForRoomIsToBeTold() {
        assertThat(ring.awaitRoom(100)).isTrue();
        write(octets(0, CAPACITY));
        assertThat(ring.awaitRoom(100)).isFalse();
        read(99);
        assertThat(ring.isRoomDue()).isFalse();
        read(1);
        assertThat(ring.isRoomDue()).isTrue();
        write(octets(0, 1));
        assertThat(ring.isRoomDue()).isFalse();
    }

    @Test
    void aRingWithoutRoomForAnOctetIsRefused() {
        assertThatThrownBy(() -> new ByteRing(pool, 0)).hasMessageContaining("at least 1 octet");
    }

    @Test
    void aPoolKeepsOnlySoMany() {
        ChunkPool small = new ChunkPool(2);
        Chunk[] chunks = new Chunk[9];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = small.borrow();
        }
        for (Chunk chunk : chunks) {
            small.release(chunk);
        }
        assertThat(small.size()).isEqualTo(2);
        assertThat(small.borrow()).isNotSameAs(small.borrow());
    }

    /** Pieces of any length go in and come out in order, whichever side is faster. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1460, Chunk.OCTETS, CAPACITY})
    void twoThreadsPassAStream(int longest) throws Exception {
        int seed = 42 + longest;
        long total = Math.min(64L << 20, 300_000L * longest);
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(() -> writeAll(total, longest, seed));
        SplittableRandom random = new SplittableRandom(seed + 1);
        byte[] into = new byte[longest];
        MemorySegment memory = MemorySegment.ofArray(into);
        for (long position = 0; position < total; ) {
            int count = ring.read(memory, 0, random.nextInt(longest) + 1);
            for (int i = 0; i < count; i++) {
                if (into[i] != octetAt(position + i)) {
                    throw new AssertionError("octet " + (position + i) + " is wrong");
                }
            }
            position += count;
            if (count == 0) {
                LockSupport.parkNanos(1_000); // The other one may have no processor.
            }
        }
        writer.get(30, TimeUnit.SECONDS);
        assertThat(ring.isAtRest()).isTrue();
    }

    private void writeAll(long total, int longest, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] from = new byte[longest];
        MemorySegment memory = MemorySegment.ofArray(from);
        for (long position = 0; position < total; ) {
            int length = (int) Math.min(random.nextInt(longest) + 1, total - position);
            for (int i = 0; i < length; i++) {
                from[i] = octetAt(position + i);
            }
            int sent = 0;
            while (sent < length) {
                int count = ring.write(memory, sent, length - sent);
                sent += count;
                if (count == 0) {
                    LockSupport.parkNanos(1_000); // The other one may have no processor.
                }
            }
            position += length;
        }
    }

    private int write(byte[] octets) {
        return ring.write(MemorySegment.ofArray(octets), 0, octets.length);
    }

    private byte[] read(int most) {
        byte[] into = new byte[most];
        int count = ring.read(MemorySegment.ofArray(into), 0, most);
        return Arrays.copyOf(into, count);
    }

    private static byte[] octets(long from, int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = octetAt(from + i);
        }
        return octets;
    }

    private static byte octetAt(long position) {
        return (byte) (position * 31 + (position >>> 8));
    }
}
