package io.ringway.bench.bulk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A stream of octets that repeats after 64 KiB and looks random before, so that an octet lost,
 * doubled or moved is seen. The C programs make the same.
 */
public final class Pattern {
    /** Octets after which it repeats. */
    public static final int PERIOD = 1 << 16;

    private static final int MULTIPLIER = 1_103_515_245;
    private static final int INCREMENT = 12_345;

    // Twice, so that 64 KiB lie together wherever one begins.
    private final MemorySegment octets = Arena.ofAuto().allocate(2L * PERIOD, 64);

    public Pattern() {
        int state = 1;
        for (int i = 0; i < PERIOD; i++) {
            state = state * MULTIPLIER + INCREMENT;
            octets.set(ValueLayout.JAVA_BYTE, i, (byte) (state >>> 16));
            octets.set(ValueLayout.JAVA_BYTE, i + PERIOD, (byte) (state >>> 16));
        }
    }

    /** Where the stream lies: 64 KiB of it from {@link #at}. */
    public MemorySegment memory() {
        return octets;
    }

    /** Where octet {@code position} of the stream lies. */
    public static long at(long position) {
        return position & (PERIOD - 1);
    }

    /** Throws unless {@code length} octets are those of the stream from {@code position} on. */
    public void check(MemorySegment memory, long offset, int length, long position) {
        for (int done = 0; done < length; ) {
            // A view may be longer: what is small is copied behind a full frame.
            int part = Math.min(length - done, PERIOD);
            checkPart(memory, offset + done, part, position + done);
            done += part;
        }
    }

    private void checkPart(MemorySegment memory, long offset, int length, long position) {
        long from = at(position);
        long mismatch =
                MemorySegment.mismatch(
                        memory, offset, offset + length, octets, from, from + length);
        if (mismatch >= 0) {
            throw new IllegalStateException(
                    "octet " + (position + mismatch) + " of the stream is not what was sent");
        }
    }
}
