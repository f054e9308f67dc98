package io.ringway.netty;

import io.netty.buffer.AbstractReferenceCountedByteBuf;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;

/**
 * The octets of a received frame as a Netty buffer, where the frame has them. Whoever releases it
 * last, on whichever thread, gives the frame back to its lane.
 *
 * <p>There is one object for each frame, which is used again when the frame is. All access is by
 * position, so that several threads may read at a time, as from any buffer. A buffer that is made
 * longer than its frame moves to memory of its own.
 */
final class FrameByteBuf extends AbstractReferenceCountedByteBuf {
    private static final ByteBuffer NOWHERE = ByteBuffer.allocateDirect(0);

    private final FrameBuffers home;
    private final int frame;
    private final boolean isLarge;
    private ByteBuffer memory = NOWHERE;
    private int base;
    private int length;
    private int room;
    private @Nullable ByteBufAllocator allocator;

    FrameByteBuf(FrameBuffers home, int frame, boolean isLarge) {
        super(Integer.MAX_VALUE);
        this.home = home;
        this.frame = frame;
        this.isLarge = isLarge;
    }

    /**
     * Begins anew, held once.
     *
     * @param memory in which the frame's octets begin at {@code base}
     * @param room octets up to the end of the frame
     */
    void begin(ByteBufAllocator allocator, ByteBuffer memory, int base, int length, int room) {
        this.allocator = allocator;
        this.memory = memory;
        this.base = base;
        this.length = length;
        this.room = room;
        resetRefCnt();
        // With the marks that the last user left.
        setIndex(0, 0);
        markReaderIndex();
        markWriterIndex();
        setIndex(0, length);
    }

    int frame() {
        return frame;
    }

    boolean isLarge() {
        return isLarge;
    }

    @Override
    protected void deallocate() {
        memory = NOWHERE;
        home.release(this);
    }

    @Override
    public int capacity() {
        return length;
    }

    @Override
    public ByteBuf capacity(int newCapacity) {
        checkNewCapacity(newCapacity);
        if (newCapacity > room) {
            ByteBuffer own = ByteBuffer.allocateDirect(newCapacity);
            own.put(0, memory, base, length);
            memory = own;
            base = 0;
            room = newCapacity;
        }
        length = newCapacity;
        if (writerIndex() > newCapacity) {
            setIndex(Math.min(readerIndex(), newCapacity), newCapacity);
        }
        return this;
    }

    @Override
    public ByteBufAllocator alloc() {
        ByteBufAllocator given = allocator;
        return given == null ? ByteBufAllocator.DEFAULT : given;
    }

    @Override
    @SuppressWarnings("deprecation") // Abstract in ByteBuf.
    public ByteOrder order() {
        return ByteOrder.BIG_ENDIAN;
    }

    @Override
    public @Nullable ByteBuf unwrap() {
        return null;
    }

    @Override
    public boolean isDirect() {
        return true;
    }

    @Override
    public boolean hasArray() {
        return false;
    }

    @Override
    public byte[] array() {
        throw new UnsupportedOperationException("the octets are in a frame, not in an array");
    }

    @Override
    public int arrayOffset() {
        throw new UnsupportedOperationException("the octets are in a frame, not in an array");
    }

    // The address is not told: it would be read without a check after the stack was closed.

    @Override
    public boolean hasMemoryAddress() {
        return false;
    }

    @Override
    public long memoryAddress() {
        throw new UnsupportedOperationException("ask for nioBuffer()");
    }

    // --- single numbers; the caller has checked the index ---

    @Override
    protected byte _getByte(int index) {
        return memory.get(base + index);
    }

    @Override
    protected short _getShort(int index) {
        return memory.getShort(base + index);
    }

    @Override
    protected short _getShortLE(int index) {
        return Short.reverseBytes(memory.getShort(base + index));
    }

    @Override
    protected int _getUnsignedMedium(int index) {
        return (_getByte(index) & 0xff) << 16 | (_getShort(index + 1) & 0xffff);
    }

    @Override
    protected int _getUnsignedMediumLE(int index) {
        return (_getShortLE(index) & 0xffff) | (_getByte(index + 2) & 0xff) << 16;
    }

    @Override
    protected int _getInt(int index) {
        return memory.getInt(base + index);
    }

    @Override
    protected int _getIntLE(int index) {
        return Integer.reverseBytes(memory.getInt(base + index));
    }

    @Override
    protected long _getLong(int index) {
        return memory.getLong(base + index);
    }

    @Override
    protected long _getLongLE(int index) {
        return Long.reverseBytes(memory.getLong(base + index));
    }

    @Override
    protected void _setByte(int index, int value) {
        memory.put(base + index, (byte) value);
    }

    @Override
    protected void _setShort(int index, int value) {
        memory.putShort(base + index, (short) value);
    }

    @Override
    protected void _setShortLE(int index, int value) {
        memory.putShort(base + index, Short.reverseBytes((short) value));
    }

    @Override
    protected void _setMedium(int index, int value) {
        _setByte(index, value >>> 16);
        _setShort(index + 1, value);
    }

    @Override
    protected void _setMediumLE(int index, int value) {
        _setShortLE(index, value);
        _setByte(index + 2, value >>> 16);
    }

    @Override
    protected void _setInt(int index, int value) {
        memory.putInt(base + index, value);
    }

    @Override
    protected void _setIntLE(int index, int value) {
        memory.putInt(base + index, Integer.reverseBytes(value));
    }

    @Override
    protected void _setLong(int index, long value) {
        memory.putLong(base + index, value);
    }

    @Override
    protected void _setLongLE(int index, long value) {
        memory.putLong(base + index, Long.reverseBytes(value));
    }

    // --- many octets ---

    @Override
    public ByteBuf getBytes(int index, ByteBuf into, int intoIndex, int count) {
        checkDstIndex(index, count, intoIndex, into.capacity());
        if (into.hasArray()) {
            memory.get(base + index, into.array(), into.arrayOffset() + intoIndex, count);
        } else {
            into.setBytes(intoIndex, nioBuffer(index, count));
        }
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, byte[] into, int intoIndex, int count) {
        checkDstIndex(index, count, intoIndex, into.length);
        memory.get(base + index, into, intoIndex, count);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, ByteBuffer into) {
        int count = into.remaining();
        checkIndex(index, count);
        into.put(into.position(), memory, base + index, count);
        into.position(into.position() + count);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, OutputStream into, int count) throws IOException {
        checkIndex(index, count);
        byte[] copy = new byte[count];
        memory.get(base + index, copy);
        into.write(copy);
        return this;
    }

    @Override
    public int getBytes(int index, GatheringByteChannel into, int count) throws IOException {
        return into.write(nioBuffer(index, count));
    }

    @Override
    public int getBytes(int index, FileChannel into, long position, int count) throws IOException {
        return into.write(nioBuffer(index, count), position);
    }

    @Override
    public ByteBuf setBytes(int index, ByteBuf from, int fromIndex, int count) {
        checkSrcIndex(index, count, fromIndex, from.capacity());
        from.getBytes(fromIndex, nioBuffer(index, count));
        return this;
    }

    @Override
    public ByteBuf setBytes(int index, byte[] from, int fromIndex, int count) {
        checkSrcIndex(index, count, fromIndex, from.length);
        memory.put(base + index, from, fromIndex, count);
        return this;
    }

    @Override
    public ByteBuf setBytes(int index, ByteBuffer from) {
        int count = from.remaining();
        checkIndex(index, count);
        memory.put(base + index, from, from.position(), count);
        from.position(from.position() + count);
        return this;
    }

    @Override
    public int setBytes(int index, InputStream from, int count) throws IOException {
        checkIndex(index, count);
        byte[] octets = new byte[count];
        int read = from.read(octets);
        if (read > 0) {
            memory.put(base + index, octets, 0, read);
        }
        return read;
    }

    @Override
    public int setBytes(int index, ScatteringByteChannel from, int count) throws IOException {
        return from.read(nioBuffer(index, count));
    }

    @Override
    public int setBytes(int index, FileChannel from, long position, int count) throws IOException {
        return from.read(nioBuffer(index, count), position);
    }

    @Override
    public ByteBuf copy(int index, int count) {
        checkIndex(index, count);
        return alloc().directBuffer(count, maxCapacity()).writeBytes(this, index, count);
    }

    @Override
    public int nioBufferCount() {
        return 1;
    }

    @Override
    public ByteBuffer nioBuffer(int index, int count) {
        checkIndex(index, count);
        return memory.slice(base + index, count);
    }

    @Override
    public ByteBuffer internalNioBuffer(int index, int count) {
        return nioBuffer(index, count);
    }

    @Override
    public ByteBuffer[] nioBuffers(int index, int count) {
        return new ByteBuffer[] {nioBuffer(index, count)};
    }
}
