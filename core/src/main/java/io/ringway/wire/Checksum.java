package io.ringway.wire;

import io.ringway.memory.Direct;
import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The Internet checksum: the ones' complement of the ones' complement sum of 16-bit words (RFC
 * 1071), and its adjustment when a few octets change (RFC 1624).
 *
 * <p>Sums are kept unfolded in a {@code long}, so that the pseudo-header and several pieces add up
 * before {@link #finish} takes the complement once. A piece of odd length counts as if a zero octet
 * followed, so only the last piece may be odd; {@link #combine} joins others. Pure; any thread.
 */
public final class Checksum {
    private static final long LOW_32 = 0xffff_ffffL;
    private static final boolean IS_LITTLE_ENDIAN =
            ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /** From this many octets on, setting a vector loop up pays. */
    private static final int LOOP_MIN = 128;

    private Checksum() {}

    /**
     * Adds {@code length} octets to a sum.
     *
     * @param initial 0, a pseudo-header's sum, or what an earlier call returned; below 2^62
     * @return the sum, unfolded
     */
    public static long sum(MemorySegment memory, long offset, int length, long initial) {
        return initial + networkOrder(sumNative(memory, offset, length));
    }

    /**
     * The sum of 16-bit words in this machine's order. A ones' complement sum does not care for the
     * order of octets until the end (RFC 1071 §2 B), nor for the width of the additions (§2 C), so
     * the swap is done once.
     */
    private static long sumNative(MemorySegment memory, long offset, int length) {
        return length < LOOP_MIN
                ? sumShort(memory, offset, length)
                : sumLoop(memory, offset, length >>> 2)
                        + sumShort(memory, offset + (length & ~3), length & 3);
    }

    /** An int index, one load and one addition: the form that C2 turns into vector instructions. */
    private static long sumLoop(MemorySegment memory, long offset, int words) {
        long sum = 0;
        for (int i = 0; i < words; i++) {
            sum += Octets.native32(memory, offset + 4L * i) & LOW_32;
        }
        return sum;
    }

    /** One check for all octets where they lie off the heap, and one for each load where not. */
    private static long sumShort(MemorySegment memory, long offset, int length) {
        if (memory.isNative()) {
            Objects.checkFromIndexSize(offset, length, memory.byteSize());
            return sumDirect(memory.address() + offset, length);
        }
        long sum = 0;
        long end = offset + length;
        for (; offset <= end - 8; offset += 8) {
            sum += words(Octets.native64(memory, offset));
        }
        return (length & 7) == 0 ? sum : sum + sumTail(memory, offset, length & 7);
    }

    private static long sumDirect(long address, int length) {
        long sum = 0;
        long other = 0;
        long end = address + (length & ~7);
        for (; address < end; address += 8) {
            sum += Direct.native32(address, 0) & LOW_32;
            other += Direct.native32(address, 4) & LOW_32;
        }
        sum += other;
        if ((length & 4) != 0) {
            sum += Direct.native32(address, 0) & LOW_32;
            address += 4;
        }
        if ((length & 2) != 0) {
            sum += Direct.native16(address, 0);
            address += 2;
        }
        if ((length & 1) != 0) {
            int last = Direct.u8(address, 0);
            sum += IS_LITTLE_ENDIAN ? last : last << 8;
        }
        return sum;
    }

    /** The sum of fewer than eight octets. */
    private static long sumTail(MemorySegment memory, long offset, int length) {
        long sum = 0;
        if ((length & 4) != 0) {
            sum += Octets.native32(memory, offset) & LOW_32;
            offset += 4;
        }
        if ((length & 2) != 0) {
            sum += Octets.native16(memory, offset);
            offset += 2;
        }
        if ((length & 1) != 0) {
            int last = Octets.u8(memory, offset);
            sum += IS_LITTLE_ENDIAN ? last : last << 8;
        }
        return sum;
    }

    private static long networkOrder(long sum) {
        int folded = fold(sum);
        return IS_LITTLE_ENDIAN ? (folded & 0xff) << 8 | folded >>> 8 : folded;
    }

    /**
     * Adds the carries back in until 16 bits are left: the ones' complement sum, not complemented.
     */
    public static int fold(long sum) {
        long half = (sum >>> 32) + (sum & LOW_32);
        long quarter = (half >>> 16) + (half & 0xffff);
        int word = (int) (quarter >>> 16) + (int) (quarter & 0xffff);
        return (word >>> 16) + (word & 0xffff);
    }

    /** The checksum of a sum: folded and complemented. */
    public static int finish(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /**
     * The checksum of a UDP datagram's sum: 0 means that there is none, so 0xffff stands for it
     * (RFC 768).
     */
    public static int finishUdp(long sum) {
        int checksum = finish(sum);
        return checksum == 0 ? 0xffff : checksum;
    }

    /**
     * Whether a sum over a whole message, its checksum field and pseudo-header included, says that
     * it is intact.
     */
    public static boolean isIntact(long sum) {
        return fold(sum) == 0xffff;
    }

    /** The checksum of {@code length} octets, their checksum field being zero. */
    public static int compute(MemorySegment memory, long offset, int length) {
        return finish(sum(memory, offset, length, 0));
    }

    /**
     * The sum of two pieces, the second of which lies {@code firstLength} octets behind the start
     * of the first.
     */
    public static long combine(long first, int firstLength, long second) {
        int folded = fold(second);
        return first + ((firstLength & 1) == 0 ? folded : (folded & 0xff) << 8 | folded >>> 8);
    }

    /**
     * The sum of the pseudo-header of TCP, UDP or ICMPv6: of RFC 9293 §3.1 if the source is a
     * mapped IPv4 address, else of RFC 8200 §8.1.
     *
     * @param length octets of the transport header and its data
     */
    public static long pseudoHeader(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int protocol,
            int length) {
        // The mapping's ::ffff is 0 in ones' complement arithmetic, and so would it be in both
        // addresses of IPv4.
        return words(sourceHigh)
                + words(sourceLow)
                + words(destinationHigh)
                + words(destinationLow)
                + protocol
                + length;
    }

    private static long words(long value) {
        return (value >>> 32) + (value & LOW_32);
    }

    /**
     * The checksum after one 16-bit word of what it covers changed (RFC 1624 §3, equation 3).
     *
     * @return never 0xffff for a message that is not all zeros, exactly like a checksum computed
     *     anew
     */
    public static int update16(int checksum, int oldWord, int newWord) {
        return finish((~checksum & 0xffffL) + (~oldWord & 0xffffL) + (newWord & 0xffffL));
    }

    /** The checksum after 32 bits of what it covers changed; they begin at an even octet. */
    public static int update32(int checksum, int oldWord, int newWord) {
        return finish((~checksum & 0xffffL) + (~oldWord & LOW_32) + (newWord & LOW_32));
    }
}
