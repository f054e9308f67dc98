package io.ringway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** RFC 1071's and RFC 1624's examples, and the fast sum against one that is plain. */
class ChecksumTest {
    private static final long SEED = 1071;

    private final Random random = new Random(SEED);

    @Test
    void exampleOfRfc1071Section3() {
        MemorySegment memory = Wire.octets("0001f203f4f5f6f7");
        assertThat(Checksum.fold(Checksum.sum(memory, 0, 8, 0))).isEqualTo(0xddf2);
        assertThat(Checksum.compute(memory, 0, 8)).isEqualTo(0x220d);
    }

    @Test
    void piecesOfRfc1071Section3AddUpWhateverTheirLength() {
        MemorySegment memory = Wire.octets("0001f203f4f5f6f7");
        for (int cut = 0; cut <= 8; cut++) {
            long first = Checksum.sum(memory, 0, cut, 0);
            long second = Checksum.sum(memory, cut, 8 - cut, 0);
            assertThat(Checksum.fold(Checksum.combine(first, cut, second))).isEqualTo(0xddf2);
        }
    }

    @Test
    void ipv4HeaderIsIntactUntilABitChanges() {
        MemorySegment memory = Wire.octets("45000073000040004011b861c0a80001c0a800c7");
        Ipv4Header header = new Ipv4Header().wrap(memory, 0);
        assertThat(header.isChecksumValid()).isTrue();
        header.ttl(63);
        assertThat(header.isChecksumValid()).isFalse();
        header.updateChecksum();
        assertThat(header.headerChecksum()).isEqualTo(0xb961);
    }

    @Test
    void sumEqualsThePlainOneForEveryShortLengthAndAlignment() {
        MemorySegment memory = randomMemory(400);
        for (int length = 0; length <= 300; length++) {
            for (int offset = 0; offset < 17; offset++) {
                assertSumEqualsPlain(memory, offset, length);
            }
        }
    }

    @Test
    void sumEqualsThePlainOneForLongLengths() {
        MemorySegment memory = randomMemory(65_600);
        for (int round = 0; round < 200; round++) {
            assertSumEqualsPlain(memory, random.nextInt(60), random.nextInt(65_536));
        }
        assertSumEqualsPlain(memory, 0, 65_535);
        assertSumEqualsPlain(memory, 7, 65_536);
    }

    @Test
    void carriesAreNotLostWhenEveryBitIsSet() {
        MemorySegment memory = Arena.ofAuto().allocate(65_536);
        memory.fill((byte) 0xff);
        for (int length : new int[] {1, 2, 3, 20, 127, 128, 129, 1460, 65_535, 65_536}) {
            assertSumEqualsPlain(memory, 0, length);
        }
    }

    @Test
    void octetsAreReadFromTheHeapAsWell() {
        byte[] octets = new byte[333];
        random.nextBytes(octets);
        assertSumEqualsPlain(MemorySegment.ofArray(octets), 3, 330);
    }

    @Test
    void nothingIsReadBehindTheEnd() {
        for (int length = 0; length <= 300; length++) {
            assertSumEqualsPlain(randomMemory(length), 0, length);
        }
    }

    @Test
    void initialSumIsCarriedOn() {
        MemorySegment memory = randomMemory(64);
        long sum = Checksum.sum(memory, 0, 30, 0);
        assertThat(Checksum.fold(Checksum.sum(memory, 30, 34, sum)))
                .isEqualTo(plain(memory, 0, 64));
        assertThat(Checksum.fold(Long.MAX_VALUE)).isEqualTo(foldPlainly(Long.MAX_VALUE));
    }

    @Test
    void updatedChecksumEqualsOneComputedAnew() {
        for (int round = 0; round < 20_000; round++) {
            MemorySegment memory = randomMemory(20);
            int at = 2 * random.nextInt(9);
            int checksum = Checksum.compute(memory, 0, 20);
            int old16 = Wire.u16(memory, at);
            int new16 = awkward();
            Wire.put16(memory, at, new16);
            int after16 = Checksum.compute(memory, 0, 20);
            assertThat(Checksum.update16(checksum, old16, new16)).isEqualTo(after16);

            int old32 = Wire.u32(memory, at);
            int new32 = awkward() << 16 | awkward();
            Wire.put32(memory, at, new32);
            assertThat(Checksum.update32(after16, old32, new32))
                    .isEqualTo(Checksum.compute(memory, 0, 20));
        }
    }

    /** RFC 1624 §4: equation 2 of RFC 1141 gives 0xffff here, and the right answer is 0. */
    @Test
    void cornerCaseOfRfc1624Section4() {
        assertThat(Checksum.update16(0xdd2f, 0x5555, 0x3285)).isEqualTo(0x0000);
    }

    @Test
    void changeThatChangesNothingLeavesTheChecksumAlone() {
        assertThat(Checksum.update16(0x1234, 0, 0)).isEqualTo(0x1234);
        assertThat(Checksum.update16(0x0000, 0xffff, 0xffff)).isEqualTo(0);
        assertThat(Checksum.update32(0x1234, -1, -1)).isEqualTo(0x1234);
    }

    @Test
    void udpNeverSendsZero() {
        assertThat(Checksum.finishUdp(0xffff)).isEqualTo(0xffff);
        assertThat(Checksum.finishUdp(1)).isEqualTo(0xfffe);
    }

    @Test
    void pseudoHeaderOfIpv4() {
        IpAddress source = IpAddress.parse("198.18.0.1");
        IpAddress destination = IpAddress.parse("198.18.255.2");
        MemorySegment written = Wire.octets("c6120001c612ff0200060014");
        assertThat(Checksum.fold(pseudoHeader(source, destination, 6, 20)))
                .isEqualTo(plain(written, 0, 12));
    }

    @Test
    void pseudoHeaderOfIpv6() {
        IpAddress source = IpAddress.parse("2001:2::1");
        IpAddress destination = IpAddress.parse("2001:2::ffff:ffff:ffff");
        MemorySegment written =
                Wire.octets(
                        "20010002000000000000000000000001"
                                + "20010002000000000000ffffffffffff"
                                + "0000ffff00000011");
        assertThat(Checksum.fold(pseudoHeader(source, destination, 17, 65_535)))
                .isEqualTo(plain(written, 0, 40));
    }

    private static long pseudoHeader(IpAddress from, IpAddress to, int protocol, int length) {
        return Checksum.pseudoHeader(
                from.high(), from.low(), to.high(), to.low(), protocol, length);
    }

    /** A random word, often one of those where the two zeros of ones' complement meet. */
    private int awkward() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 0xffff;
            default -> random.nextInt(0x1_0000);
        };
    }

    private MemorySegment randomMemory(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        MemorySegment memory = Arena.ofAuto().allocate(length);
        MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, length);
        return memory;
    }

    private static void assertSumEqualsPlain(MemorySegment memory, int offset, int length) {
        assertThat(Checksum.fold(Checksum.sum(memory, offset, length, 0)))
                .as("seed %d, offset %d, length %d", SEED, offset, length)
                .isEqualTo(plain(memory, offset, length));
    }

    private static int plain(MemorySegment memory, int offset, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            int octet = memory.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff;
            sum += (i & 1) == 0 ? octet << 8 : octet;
        }
        return foldPlainly(sum);
    }

    private static int foldPlainly(long sum) {
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }
}
