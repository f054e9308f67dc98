package io.ringway.cli.http;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds the content of one request among the octets that arrive: by its length, or in chunks (RFC
 * 9112 §7.1).
 *
 * <p>It hands pieces of content over where they lie; nothing is copied.
 */
final class ContentReader {
    /** Octets of the longest line between chunks, extensions and trailer fields included. */
    private static final int MAX_LINE = 4096;

    private static final int MAX_SIZE_DIGITS = 15;

    /** Takes pieces of content. */
    interface Sink {
        void content(MemorySegment memory, long offset, int length) throws HttpException;
    }

    private enum State {
        LENGTH,
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK,
        CHUNK_END,
        TRAILER,
        DONE
    }

    private State state;
    private long left;
    private int digits;
    private int line;

    private ContentReader(State state, long left) {
        this.state = state;
        this.left = left;
    }

    /** The reader for the content of {@code request}. */
    static ContentReader of(Request request) {
        if (request.isChunked()) {
            return new ContentReader(State.CHUNK_SIZE, 0);
        }
        long length = request.contentLength();
        return new ContentReader(length == 0 ? State.DONE : State.LENGTH, length);
    }

    boolean isDone() {
        return state == State.DONE;
    }

    /**
     * Takes octets up to the end of the content.
     *
     * @return how many it took
     * @throws HttpException when the chunks are malformed, or the sink refuses
     */
    int feed(MemorySegment memory, long offset, int available, Sink sink) throws HttpException {
        int taken = 0;
        while (taken < available && state != State.DONE) {
            if (state == State.LENGTH || state == State.CHUNK) {
                int piece = (int) Math.min(left, available - taken);
                sink.content(memory, offset + taken, piece);
                taken += piece;
                left -= piece;
                if (left == 0) {
                    state = state == State.LENGTH ? State.DONE : State.CHUNK_END;
                    line = 0;
                }
            } else {
                between(memory.get(ValueLayout.JAVA_BYTE, offset + taken));
                taken++;
            }
        }
        return taken;
    }

    /** One octet of what is not content: sizes, line ends, trailer fields. */
    private void between(int octet) throws HttpException {
        if (++line > MAX_LINE) {
            throw new HttpException(Status.BAD_REQUEST, "a line between chunks is too long");
        }
        switch (state) {
            case CHUNK_SIZE -> size(octet);
            case CHUNK_EXTENSION -> {
                if (octet == '\n') {
                    endOfSize();
                }
            }
            case CHUNK_END -> {
                if (octet == '\n') {
                    begin(State.CHUNK_SIZE);
                } else if (octet != '\r' || line > 1) {
                    throw new HttpException(Status.BAD_REQUEST, "a chunk is longer than its size");
                }
            }
            case TRAILER -> trailer(octet);
            case LENGTH, CHUNK, DONE -> throw new AssertionError(state);
        }
    }

    private void size(int octet) throws HttpException {
        int digit = Character.digit(octet, 16);
        if (digit >= 0 && digits < MAX_SIZE_DIGITS) {
            left = left * 16 + digit;
            digits++;
        } else if (digits > 0 && octet == '\n') {
            endOfSize();
        } else if (digits > 0 && (octet == ';' || octet == '\r' || octet == ' ' || octet == '\t')) {
            state = State.CHUNK_EXTENSION;
        } else {
            throw new HttpException(Status.BAD_REQUEST, "a chunk has no size");
        }
    }

    private void endOfSize() {
        long size = left;
        begin(size == 0 ? State.TRAILER : State.CHUNK);
        left = size;
    }

    /** Trailer fields are read over up to the empty line: nothing here needs them. */
    private void trailer(int octet) {
        if (octet == '\n') {
            boolean isEmpty = digits == 0;
            begin(isEmpty ? State.DONE : State.TRAILER);
        } else if (octet != '\r') {
            digits = 1;
        }
    }

    private void begin(State next) {
        state = next;
        left = 0;
        digits = 0;
        line = 0;
    }
}
