package io.ringway.wire;

import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * The options of one TCP header, taken apart (RFC 9293 §3.2, RFC 7323, 2018, 5482, 5925, 2385,
 * 7413). Used over and over; it keeps values and not the memory, so it may outlive the frame.
 *
 * <p>Every length is the peer's claim: nothing is read outside the octets given. A known kind with
 * a length that it cannot have is passed over like an unknown kind. Of an option that stands twice,
 * the last counts.
 */
public final class TcpOptions {
    public static final int MAX_LENGTH = 40;
    public static final int MAX_SACK_BLOCKS = 4;

    /** Octets of the timestamps option with the two NOPs that align it (RFC 7323 appendix A). */
    public static final int TIMESTAMPS_LENGTH = 12;

    /** A larger shift counts as this one (RFC 7323 §2.3). */
    public static final int MAX_WINDOW_SCALE = 14;

    public static final int KIND_END = 0;
    public static final int KIND_NOP = 1;
    public static final int KIND_MSS = 2;
    public static final int KIND_WINDOW_SCALE = 3;
    public static final int KIND_SACK_PERMITTED = 4;
    public static final int KIND_SACK = 5;
    public static final int KIND_TIMESTAMPS = 8;
    public static final int KIND_MD5 = 19;
    public static final int KIND_USER_TIMEOUT = 28;
    public static final int KIND_AUTHENTICATION = 29;
    public static final int KIND_FAST_OPEN = 34;

    /** NOP, NOP, kind 8, length 10. */
    public static final int ALIGNED_TIMESTAMPS = 0x0101_080a;

    private static final int NO_COOKIE = -1;

    /** Bit {@code k} says that the option of kind {@code k}, below 64, was there. */
    private long kinds;

    private int mss;
    private int windowScale;
    private int timestampValue;
    private int timestampEcho;
    private int userTimeout;
    private int cookiePosition;
    private int cookieLength = NO_COOKIE;
    private long cookieHigh;
    private long cookieLow;
    private int sackCount;
    private final long[] sacks = new long[MAX_SACK_BLOCKS];

    /**
     * Whether the options are the aligned timestamps and nothing else, as in nearly every segment
     * of a connection.
     */
    public static boolean isTimestampsOnly(MemorySegment memory, long offset, int length) {
        return length == TIMESTAMPS_LENGTH && Octets.u32(memory, offset) == ALIGNED_TIMESTAMPS;
    }

    /** The timestamp value of options that {@link #isTimestampsOnly} holds for. */
    public static int fastTimestampValue(MemorySegment memory, long offset) {
        return Octets.u32(memory, offset + 4);
    }

    /** The echoed timestamp of options that {@link #isTimestampsOnly} holds for. */
    public static int fastTimestampEcho(MemorySegment memory, long offset) {
        return Octets.u32(memory, offset + 8);
    }

    /**
     * Takes {@code length} octets of options apart, and forgets the former ones.
     *
     * @return false when an option's length is below 2 or reaches past the end; what stood before
     *     it is kept
     */
    public boolean parse(MemorySegment memory, long offset, int length) {
        kinds = 0;
        sackCount = 0;
        if (length == 0) {
            return true;
        }
        if (isTimestampsOnly(memory, offset, length)) {
            timestamps(memory, offset + 2);
            return true;
        }
        return parseEach(memory, offset, length);
    }

    private boolean parseEach(MemorySegment memory, long offset, int length) {
        int position = 0;
        while (position < length) {
            int kind = Octets.u8(memory, offset + position);
            if (kind == KIND_END) {
                return true;
            }
            if (kind == KIND_NOP) {
                position++;
                continue;
            }
            if (position + 2 > length) {
                return false;
            }
            int optionLength = Octets.u8(memory, offset + position + 1);
            if (optionLength < 2 || position + optionLength > length) {
                return false;
            }
            take(memory, offset, position, kind, optionLength);
            position += optionLength;
        }
        return true;
    }

    private void take(MemorySegment memory, long offset, int position, int kind, int optionLength) {
        long option = offset + position;
        switch (kind) {
            case KIND_MSS -> {
                if (optionLength == 4) {
                    mss = Octets.u16(memory, option + 2);
                    kinds |= 1L << KIND_MSS;
                }
            }
            case KIND_WINDOW_SCALE -> {
                if (optionLength == 3) {
                    windowScale = Math.min(Octets.u8(memory, option + 2), MAX_WINDOW_SCALE);
                    kinds |= 1L << KIND_WINDOW_SCALE;
                }
            }
            case KIND_SACK_PERMITTED -> {
                if (optionLength == 2) {
                    kinds |= 1L << KIND_SACK_PERMITTED;
                }
            }
            case KIND_SACK -> sacks(memory, option, optionLength);
            case KIND_TIMESTAMPS -> {
                if (optionLength == 10) {
                    timestamps(memory, option);
                }
            }
            case KIND_USER_TIMEOUT -> {
                if (optionLength == 4) {
                    userTimeout = Octets.u16(memory, option + 2);
                    kinds |= 1L << KIND_USER_TIMEOUT;
                }
            }
            case KIND_MD5 -> {
                if (optionLength == 18) {
                    kinds |= 1L << KIND_MD5;
                }
            }
            case KIND_AUTHENTICATION -> {
                if (optionLength >= 4) {
                    kinds |= 1L << KIND_AUTHENTICATION;
                }
            }
            case KIND_FAST_OPEN -> cookie(memory, option, position, optionLength);
            default -> {
                // RFC 9293 §3.1: an option that we do not know is passed over by its length.
            }
        }
    }

    private void timestamps(MemorySegment memory, long option) {
        long both = Octets.u64(memory, option + 2);
        timestampValue = (int) (both >>> 32);
        timestampEcho = (int) both;
        kinds |= 1L << KIND_TIMESTAMPS;
    }

    private void sacks(MemorySegment memory, long option, int optionLength) {
        int count = (optionLength - 2) >> 3;
        if (count == 0 || (count << 3) + 2 != optionLength) {
            return;
        }
        // 40 octets of options hold four blocks at most, but a longer piece of memory may be given.
        sackCount = Math.min(count, MAX_SACK_BLOCKS);
        for (int i = 0; i < sackCount; i++) {
            sacks[i] = Octets.u64(memory, option + 2 + 8L * i);
        }
    }

    private void cookie(MemorySegment memory, long option, int position, int optionLength) {
        int octets = optionLength - 2;
        // RFC 7413 §4.1.1: 4 to 16 octets, an even number; none is the request for one.
        if (octets == 0 || (octets >= 4 && octets <= 16 && (octets & 1) == 0)) {
            cookiePosition = position + 2;
            cookieLength = octets;
            cookieHigh = 0;
            cookieLow = 0;
            for (int i = 0; i < octets; i++) {
                long octet = (long) Octets.u8(memory, option + 2 + i) << (56 - 8 * (i & 7));
                if (i < 8) {
                    cookieHigh |= octet;
                } else {
                    cookieLow |= octet;
                }
            }
            kinds |= 1L << KIND_FAST_OPEN;
        }
    }

    private boolean has(int kind) {
        return (kinds >>> kind & 1) != 0;
    }

    public boolean hasMss() {
        return has(KIND_MSS);
    }

    /** The largest segment that the peer takes, 0 to 65,535; 0 when it did not say. */
    public int mss() {
        return hasMss() ? mss : 0;
    }

    public boolean hasWindowScale() {
        return has(KIND_WINDOW_SCALE);
    }

    /** The peer's shift, 0 to 14; 0 when it did not say. */
    public int windowScale() {
        return hasWindowScale() ? windowScale : 0;
    }

    public boolean isSackPermitted() {
        return has(KIND_SACK_PERMITTED);
    }

    public boolean hasTimestamps() {
        return has(KIND_TIMESTAMPS);
    }

    /** TSval; meaningful with {@link #hasTimestamps()}. */
    public int timestampValue() {
        return timestampValue;
    }

    /** TSecr; meaningful with {@link #hasTimestamps()}, and in segments with ACK only. */
    public int timestampEcho() {
        return timestampEcho;
    }

    /** Blocks of selective acknowledgment: 0 to 4. */
    public int sackCount() {
        return sackCount;
    }

    /** The first sequence number of block {@code index}, which is below {@link #sackCount()}. */
    public int sackStart(int index) {
        return (int) (sacks[index] >>> 32);
    }

    /** The sequence number behind block {@code index}. */
    public int sackEnd(int index) {
        return (int) sacks[index];
    }

    public boolean hasUserTimeout() {
        return has(KIND_USER_TIMEOUT);
    }

    /** The peer's user time-out in seconds (RFC 5482 §3); 0 when it did not say. */
    public long userTimeoutSeconds() {
        if (!hasUserTimeout()) {
            return 0;
        }
        int number = userTimeout & 0x7fff;
        return (userTimeout & 0x8000) == 0 ? number : number * 60L;
    }

    /** Whether there is a signature by RFC 2385, which we cannot check. */
    public boolean hasMd5() {
        return has(KIND_MD5);
    }

    /** Whether there is an authentication option (RFC 5925), which we cannot check. */
    public boolean hasAuthentication() {
        return has(KIND_AUTHENTICATION);
    }

    public boolean hasFastOpen() {
        return has(KIND_FAST_OPEN);
    }

    /**
     * Octets of the Fast Open cookie (RFC 7413): 0 when one is asked for, -1 without the option.
     */
    public int fastOpenCookieLength() {
        return hasFastOpen() ? cookieLength : NO_COOKIE;
    }

    /** The first eight octets of the cookie, the first one in the highest bits. */
    public long fastOpenCookieHigh() {
        return cookieHigh;
    }

    /** The others. */
    public long fastOpenCookieLow() {
        return cookieLow;
    }

    /** Where the cookie begins, counted from the first octet of the options. */
    public int fastOpenCookiePosition() {
        return cookiePosition;
    }
}
