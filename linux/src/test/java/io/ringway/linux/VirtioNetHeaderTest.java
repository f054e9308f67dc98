package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

class VirtioNetHeaderTest {
    private static final int TCPV6_WITH_ECN = 0x84;

    private final FramePool pool = new FramePool(2, 0);
    private final int frame = pool.allocate();
    private final MemorySegment header = Arena.ofAuto().allocate(VirtioNetHeader.LENGTH);

    @AfterEach
    void release() {
        pool.release(frame);
        pool.close();
    }

    @Test
    void nothingToSayIsAllZeros() {
        header.fill((byte) 0x55);
        VirtioNetHeader.write(pool, frame, header, 0);
        assertThat(header.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        VirtioNetHeader.read(pool, frame, header, 0);
        assertThat(pool.offload(frame)).isZero();
    }

    @Test
    void aTcpSuperFrameSaysWhereItsPayloadBegins() {
        pool.length(frame, 200);
        pool.checksum(frame, FramePool.CHECKSUM_NEEDED);
        pool.checksumRange(frame, 54, 16);
        pool.segmentation(frame, FramePool.SEGMENTATION_TCPV6, 1_440);
        // A data offset of 8 words: 12 octets of options.
        Octets.put8(pool.memory(), pool.data(frame) + 54 + 12, 8 << 4);
        VirtioNetHeader.write(pool, frame, header, 0);
        assertThat(Octets.u8(header, 0)).isEqualTo(1);
        assertThat(Octets.u8(header, 1)).isEqualTo(4);
        assertThat(Octets.native16(header, 2)).isEqualTo(54 + 32);
        assertThat(Octets.native16(header, 4)).isEqualTo(1_440);
        assertThat(Octets.native16(header, 6)).isEqualTo(54);
        assertThat(Octets.native16(header, 8)).isEqualTo(16);
    }

    @Test
    void whatWasWrittenReadsTheSame() {
        pool.length(frame, 200);
        pool.checksum(frame, FramePool.CHECKSUM_NEEDED);
        pool.checksumRange(frame, 34, 6);
        pool.segmentation(frame, FramePool.SEGMENTATION_UDP, 1_472);
        long offload = pool.offload(frame);
        VirtioNetHeader.write(pool, frame, header, 0);
        pool.offload(frame, 0);
        VirtioNetHeader.read(pool, frame, header, 0);
        assertThat(pool.offload(frame)).isEqualTo(offload);
    }

    @Test
    void validDataIsVerifiedAndEcnIsNoTypeOfItsOwn() {
        Octets.put8(header, 0, 2);
        Octets.put8(header, 1, TCPV6_WITH_ECN);
        Octets.putNative16(header, 4, 1_000);
        VirtioNetHeader.read(pool, frame, header, 0);
        assertThat(pool.checksum(frame)).isEqualTo(FramePool.CHECKSUM_VERIFIED);
        assertThat(pool.segmentation(frame)).isEqualTo(FramePool.SEGMENTATION_TCPV6);
        assertThat(pool.segmentSize(frame)).isEqualTo(1_000);
    }
}
