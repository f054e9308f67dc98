package io.ringway.ip;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import java.lang.foreign.MemorySegment;

/**
 * One packet under reassembly: its fragments in the order of their offsets, linked through their
 * frames. Reused.
 *
 * <p>A fragment's offset stands in its frame's scratch space; its length is the frame's.
 */
final class PartialPacket {
    /** What adding a fragment led to. */
    enum Outcome {
        KEPT,
        COMPLETE,
        DUPLICATE,
        OVERLAP,
        MALFORMED
    }

    private static final int MAX_PACKET = 65_535;

    private final FramePool frames;
    private boolean isUsed;
    private boolean isDead;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int identification;
    private int protocol;
    private long deadlineNs;
    private int head;
    private int tail;
    private int count;
    private int memoryBytes;
    private int octets;

    /** Octets of the whole payload, or -1 while the last fragment is missing. */
    private int length;

    private int firstHeaderLength;
    private int firstProtocol;
    private int nextHeaderAt;
    private int worstEcn;

    PartialPacket(FramePool frames) {
        this.frames = frames;
    }

    boolean isUsed() {
        return isUsed;
    }

    /** Whether a fault was found, so that nothing more of it is taken (RFC 5722 §4). */
    boolean isDead() {
        return isDead;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    int count() {
        return count;
    }

    /** Octets of slots that the fragments hold. */
    int memoryBytes() {
        return memoryBytes;
    }

    int length() {
        return length;
    }

    int firstHeaderLength() {
        return firstHeaderLength;
    }

    int head() {
        return head;
    }

    boolean hasFirst() {
        return head != FramePool.NONE && offset(head) == 0;
    }

    void open(PacketInfo info, int newIdentification, int newProtocol, long newDeadlineNs) {
        isUsed = true;
        isDead = false;
        sourceHigh = info.sourceHigh;
        sourceLow = info.sourceLow;
        destinationHigh = info.destinationHigh;
        destinationLow = info.destinationLow;
        identification = newIdentification;
        protocol = newProtocol;
        deadlineNs = newDeadlineNs;
        head = FramePool.NONE;
        tail = FramePool.NONE;
        count = 0;
        memoryBytes = 0;
        octets = 0;
        length = -1;
        worstEcn = 0;
    }

    boolean matches(PacketInfo info, int ofIdentification, int ofProtocol) {
        return isUsed
                && identification == ofIdentification
                && protocol == ofProtocol
                && sourceLow == info.sourceLow
                && sourceHigh == info.sourceHigh
                && destinationLow == info.destinationLow
                && destinationHigh == info.destinationHigh;
    }

    /** Sorts a fragment in; its hold passes only if it is KEPT or the packet is COMPLETE. */
    Outcome add(int frame, PacketInfo info, int offset, boolean hasMore, int pointer) {
        int fragmentLength = frames.length(frame);
        int end = offset + fragmentLength;
        if (fragmentLength == 0
                || end + info.networkHeaderLength > MAX_PACKET
                || (hasMore && (fragmentLength & 7) != 0)) {
            return Outcome.MALFORMED;
        }
        int before = predecessor(offset);
        int behind = before == FramePool.NONE ? head : frames.next(before);
        if (isSame(behind, frame, offset) || isSame(before, frame, offset)) {
            return Outcome.DUPLICATE;
        }
        boolean isOverlap =
                (before != FramePool.NONE && offset(before) + frames.length(before) > offset)
                        || (behind != FramePool.NONE && offset(behind) < end);
        boolean contradictsLength =
                hasMore
                        ? length >= 0 && end >= length
                        : length >= 0 || (tail != FramePool.NONE && offset(tail) >= offset);
        if (isOverlap || contradictsLength) {
            return Outcome.OVERLAP;
        }
        link(frame, offset, before, behind);
        worstEcn = worse(worstEcn, info.trafficClass & 3);
        if (offset == 0) {
            firstHeaderLength = info.networkHeaderLength;
            firstProtocol = info.protocol;
            nextHeaderAt = pointer;
        }
        if (!hasMore) {
            length = end;
        }
        return octets == length ? Outcome.COMPLETE : Outcome.KEPT;
    }

    /** Congestion experienced wins (RFC 3168 §5.3). */
    private static int worse(int a, int b) {
        return a == 3 || b == 3 ? 3 : b;
    }

    /** The last fragment that begins at or before this offset and is not the same one, or NONE. */
    private int predecessor(int offset) {
        if (tail == FramePool.NONE || offset(head) >= offset) {
            return FramePool.NONE;
        }
        if (offset(tail) < offset) {
            return tail;
        }
        int before = head;
        for (int next = frames.next(before); offset(next) < offset; next = frames.next(before)) {
            before = next;
        }
        return before;
    }

    /**
     * Whether two fragments have the same place and octets: RFC 8200 §4.5 lets such a duplicate
     * pass.
     */
    private boolean isSame(int kept, int frame, int offset) {
        if (kept == FramePool.NONE
                || offset(kept) != offset
                || frames.length(kept) != frames.length(frame)) {
            return false;
        }
        MemorySegment memory = frames.memory();
        long a = frames.data(kept);
        long b = frames.data(frame);
        int fragmentLength = frames.length(frame);
        return MemorySegment.mismatch(memory, a, a + fragmentLength, memory, b, b + fragmentLength)
                < 0;
    }

    private void link(int frame, int offset, int before, int behind) {
        Octets.putNative32(frames.memory(), frames.scratch(frame), offset);
        frames.next(frame, behind);
        if (before == FramePool.NONE) {
            head = frame;
        } else {
            frames.next(before, frame);
        }
        if (behind == FramePool.NONE) {
            tail = frame;
        }
        count++;
        octets += frames.length(frame);
        memoryBytes += frames.slotLength(frame);
    }

    private int offset(int frame) {
        return Octets.native32(frames.memory(), frames.scratch(frame));
    }

    /**
     * Copies header and payload of the complete packet behind each other.
     *
     * @param headerLength octets to take of the first fragment's header
     */
    void copyTo(MemorySegment memory, long at, int headerLength) {
        Octets.copy(memory, frames.data(head) - firstHeaderLength, memory, at, headerLength);
        for (int frame = head; frame != FramePool.NONE; frame = frames.next(frame)) {
            Octets.copy(
                    memory,
                    frames.data(frame),
                    memory,
                    at + headerLength + offset(frame),
                    frames.length(frame));
        }
    }

    /**
     * The protocol that the first fragment named; in IPv6 the others' does not count (RFC 8200
     * §4.5).
     */
    int firstProtocol() {
        return firstProtocol;
    }

    /** Where the first fragment's header says what follows, from the start of the packet. */
    int nextHeaderAt() {
        return nextHeaderAt;
    }

    int worstEcn() {
        return worstEcn;
    }

    /**
     * Lets go of the fragments, but remembers the packet until its deadline so that what follows is
     * dropped.
     */
    void kill() {
        releaseFragments();
        isDead = true;
    }

    void close() {
        releaseFragments();
        isUsed = false;
    }

    private void releaseFragments() {
        frames.releaseList(head);
        head = FramePool.NONE;
        tail = FramePool.NONE;
        count = 0;
        memoryBytes = 0;
    }
}
