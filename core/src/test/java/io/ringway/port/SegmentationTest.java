package io.ringway.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

class SegmentationTest {
    private static final int ALL_FLAGS =
            TcpHeader.CWR | TcpHeader.ECE | TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN;

    private final FramePool pool = new FramePool(8, 2);
    private final MemorySegment to = Arena.ofAuto().allocate(70_000);
    private final Segmentation segmentation = new Segmentation();

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void theSegmentsCarryTheByteStreamWithRightChecksumsAndLengths() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] payload = new byte[random.nextInt(random.nextBoolean() ? 5_000 : 65_000)];
            random.nextBytes(payload);
            boolean isIpv4 = random.nextBoolean();
            int size = 1 + random.nextInt(random.nextBoolean() ? 9_000 : 1_460);
            int frame = Frames.superFrame(pool, isIpv4, true, payload, size, TcpHeader.ACK);

            assertThat(segmentation.wrap(pool, frame)).as("seed %d", seed).isTrue();

            byte[] stream = new byte[payload.length];
            int from = 0;
            for (int i = 0; i < segmentation.count(); i++) {
                int length = segmentation.length(i);
                segmentation.write(i, to, 3);
                assertThat(Frames.isIntact(to, 3, length)).as("seed %d, %d", seed, i).isTrue();
                int header = isIpv4 ? 34 : 54;
                TcpHeader tcp = new TcpHeader().wrap(to, 3 + header);
                assertThat(tcp.sequence()).as("seed %d", seed).isEqualTo(0xffff_ff00 + from);
                int octets = length - header - 20;
                MemorySegment.copy(
                        to, ValueLayout.JAVA_BYTE, 3 + header + 20, stream, from, octets);
                from += octets;
            }
            assertThat(from).as("seed %d", seed).isEqualTo(payload.length);
            assertThat(stream).as("seed %d", seed).isEqualTo(payload);
            pool.release(frame);
        }
        assertThat(pool.isFull()).isTrue();
    }

    @Test
    void finAndPushAreOnTheLastAndCwrOnTheFirst() {
        int frame = Frames.superFrame(pool, true, true, new byte[3000], 1000, ALL_FLAGS);
        assertThat(segmentation.wrap(pool, frame)).isTrue();

        assertThat(segmentation.count()).isEqualTo(3);
        assertThat(flagsOf(0)).isEqualTo(TcpHeader.CWR | TcpHeader.ECE | TcpHeader.ACK);
        assertThat(flagsOf(1)).isEqualTo(TcpHeader.ECE | TcpHeader.ACK);
        assertThat(flagsOf(2))
                .isEqualTo(TcpHeader.ECE | TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN);
    }

    private int flagsOf(int index) {
        segmentation.write(index, to, 0);
        return new TcpHeader().wrap(to, 34).flags();
    }

    @Test
    void theIdentificationCountsUpAndWraps() {
        int frame = Frames.superFrame(pool, true, true, new byte[3000], 1000, TcpHeader.ACK);
        assertThat(segmentation.wrap(pool, frame)).isTrue();
        segmentation.write(2, to, 0);
        assertThat(new Ipv4Header().wrap(to, 14).identification()).isEqualTo(0);
    }

    @Test
    void datagramsAreCutWithTheirOwnLengths() {
        byte[] payload = new byte[2500];
        new Random(3).nextBytes(payload);
        for (boolean isIpv4 : new boolean[] {true, false}) {
            int frame = Frames.superFrame(pool, isIpv4, false, payload, 1000, 0);
            assertThat(segmentation.wrap(pool, frame)).isTrue();
            assertThat(segmentation.count()).isEqualTo(3);
            for (int i = 0; i < 3; i++) {
                segmentation.write(i, to, 0);
                assertThat(Frames.isIntact(to, 0, segmentation.length(i))).isTrue();
                assertThat(Octets.u16(to, (isIpv4 ? 34 : 54) + 4)).isEqualTo(i < 2 ? 1008 : 508);
            }
            pool.release(frame);
        }
    }

    @Test
    void aTaggedSuperFrameIsCutBehindItsTag() {
        int frame = Frames.superFrame(pool, true, true, new byte[2000], 1000, TcpHeader.ACK);
        long before = pool.data(frame);
        long at = pool.push(frame, 4);
        Octets.copy(pool.memory(), before, pool.memory(), at, 12);
        Octets.put32(pool.memory(), at + 12, 0x8100_0007);
        pool.checksumRange(frame, 38, 16);

        assertThat(segmentation.wrap(pool, frame)).isTrue();
        segmentation.write(1, to, 0);

        assertThat(segmentation.length(1)).isEqualTo(1058);
        assertThat(segmentation.packetLength()).isEqualTo(1040);
        assertThat(Octets.u32(to, 12)).isEqualTo(0x8100_0007);
        assertThat(new Ipv4Header().wrap(to, 18).isChecksumValid()).isTrue();
        assertThat(new TcpHeader().wrap(to, 38).sequence()).isEqualTo(0xffff_ff00 + 1000);
    }

    @Test
    void whatIsNoSuperFrameOrLiesAboutItIsRefused() {
        int plain = Frames.transport(pool, true, true, new byte[100], 0);
        assertThat(segmentation.wrap(pool, plain)).isFalse();

        int frame = Frames.superFrame(pool, true, true, new byte[3000], 1000, 0);
        pool.segmentation(frame, FramePool.SEGMENTATION_TCPV6, 1000);
        assertThat(segmentation.wrap(pool, frame)).isFalse();

        pool.segmentation(frame, FramePool.SEGMENTATION_TCPV4, 0);
        assertThat(segmentation.wrap(pool, frame)).isFalse();

        pool.segmentation(frame, FramePool.SEGMENTATION_TCPV4, 1000);
        for (int length = 0; length < 54; length++) {
            pool.length(frame, length);
            assertThat(segmentation.wrap(pool, frame)).as("%d octets", length).isFalse();
        }
    }

    @Test
    void randomSuperFramesNeverThrow() {
        int frame = pool.allocateLarge();
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            pool.length(frame, random.nextInt(2000));
            byte[] octets = new byte[pool.length(frame)];
            random.nextBytes(octets);
            MemorySegment.copy(
                    octets,
                    0,
                    pool.memory(),
                    ValueLayout.JAVA_BYTE,
                    pool.data(frame),
                    octets.length);
            if (octets.length > 14) {
                Octets.put16(
                        pool.memory(),
                        pool.data(frame) + 12,
                        random.nextBoolean() ? 0x800 : 0x86dd);
            }
            pool.segmentation(frame, random.nextInt(7), 1 + random.nextInt(1500));
            pool.checksum(frame, random.nextInt(3));
            pool.checksumRange(frame, random.nextInt(100), random.nextInt(100));
            if (segmentation.wrap(pool, frame)) {
                for (int i = 0; i < Math.min(3, segmentation.count()); i++) {
                    segmentation.write(i, to, 0);
                }
            }
        }
    }

    @Test
    void aChecksumLeftToThePortIsCompleted() {
        Random random = new Random(9);
        for (int i = 0; i < 100; i++) {
            byte[] payload = new byte[random.nextInt(1400)];
            random.nextBytes(payload);
            int frame =
                    Frames.transport(pool, random.nextBoolean(), random.nextBoolean(), payload, 16);
            assertThat(Frames.isIntact(pool, frame)).isFalse();

            boolean isDone =
                    Segmentation.completeChecksum(
                            pool.memory(),
                            pool.data(frame),
                            pool.length(frame),
                            pool.checksumStart(frame),
                            pool.checksumOffset(frame));

            assertThat(isDone).isTrue();
            assertThat(Frames.isIntact(pool, frame)).isTrue();
            pool.release(frame);
        }
        assertThat(Segmentation.completeChecksum(to, 0, 40, 34, 16)).isFalse();
    }
}
