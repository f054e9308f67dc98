package io.ringway.linux;

import io.ringway.memory.Direct;
import io.ringway.port.PortException;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * One of the four rings that an AF_XDP socket shares with the kernel: one side produces, the other
 * consumes, and each publishes how far it is. It lies in memory of the kernel's, which {@code
 * XDP_MMAP_OFFSETS} describes.
 *
 * <pre>
 *  an entry of the fill and completion rings:  address (long)
 *  an entry of the receive and transmit rings: address (long), length (int), options (int)
 * </pre>
 *
 * <p>The lane that owns the queue.
 */
final class XdpRing implements AutoCloseable {
    /** Octets of an entry with an address alone. */
    static final int ADDRESS = 8;

    /** Octets of an entry with a length and options. */
    static final int DESCRIPTOR = 16;

    private static final int LENGTH = 8;
    private static final int OPTIONS = 12;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;
    private static final int NEED_WAKEUP = 1;
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment memory;
    private final long producerAt;
    private final long consumerAt;
    private final long flagsAt;
    private final long entries;
    private final int entryLength;
    private final int size;
    private int producer;
    private int consumer;

    /**
     * Maps a ring.
     *
     * @param socket whose ring has been given its size
     * @param page which ring: the offset that stands for it in {@code mmap}
     * @param offsets where in it the producer, the consumer, the entries and the flags are
     */
    @SuppressWarnings("restricted") // The kernel vouches for what it has just mapped.
    XdpRing(int socket, long page, long[] offsets, int size, int entryLength) {
        long length = offsets[2] + (long) size * entryLength;
        long address = Libc.mmap(length, PROT_READ_WRITE, MAP_SHARED_POPULATE, socket, page);
        if (address < 0 && address > -4096) {
            throw new PortException(
                    "cannot map a ring of an AF_XDP socket ("
                            + Errno.describe((int) -address)
                            + ")");
        }
        this.memory = MemorySegment.ofAddress(address).reinterpret(length);
        this.producerAt = offsets[0];
        this.consumerAt = offsets[1];
        this.entries = address + offsets[2];
        this.flagsAt = offsets[3];
        this.entryLength = entryLength;
        this.size = size;
    }

    int size() {
        return size;
    }

    /** As the producer: how many entries may be put; looks at the kernel's side only in need. */
    int room(int wanted) {
        int room = size - (producer - consumer);
        if (room < wanted) {
            consumer = (int) INT.getAcquire(memory, consumerAt);
            room = size - (producer - consumer);
        }
        return room;
    }

    /** As the producer: how many published entries the kernel has not taken. */
    int pending() {
        consumer = (int) INT.getAcquire(memory, consumerAt);
        return producer - consumer;
    }

    /** As the producer: puts an entry, for which there is room. */
    void put(long address) {
        Direct.putNative64(entry(producer++), 0, address);
    }

    void put(long address, int length, int options) {
        long entry = entry(producer++);
        Direct.putNative64(entry, 0, address);
        Direct.putNative64(entry, LENGTH, length | (long) options << 32);
    }

    /** As the producer: shows the kernel what was put. */
    void publish() {
        INT.setRelease(memory, producerAt, producer);
    }

    /** Whether the kernel waits to be called before it looks at the ring. */
    boolean needsWakeup() {
        return ((int) INT.getOpaque(memory, flagsAt) & NEED_WAKEUP) != 0;
    }

    /** As the consumer: how many entries wait. */
    int available() {
        if (producer == consumer) {
            producer = (int) INT.getAcquire(memory, producerAt);
        }
        return producer - consumer;
    }

    /** As the consumer: the address in the entry that many behind the first. */
    long address(int index) {
        return Direct.native64(entry(consumer + index), 0);
    }

    int length(int index) {
        return Direct.native32(entry(consumer + index), LENGTH);
    }

    int options(int index) {
        return Direct.native32(entry(consumer + index), OPTIONS);
    }

    /** As the consumer: gives entries back to the kernel. */
    void remove(int count) {
        consumer += count;
        INT.setRelease(memory, consumerAt, consumer);
    }

    private long entry(int number) {
        return entries + (long) (number & (size - 1)) * entryLength;
    }

    /** Before the socket is closed, or its queue stays in use. */
    @Override
    public void close() {
        Libc.munmap(memory.address(), memory.byteSize());
    }
}
