package io.ringway.cli.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * One response on its way: a head, and a body that lies in memory or is a mapped file, so that
 * sending it copies nothing but into frames.
 *
 * <p>It belongs to the thread that made it, which closes it when it is sent or given up.
 */
final class Response implements AutoCloseable {
    private final int status;
    private final boolean isLast;
    private final Arena arena;
    private final MemorySegment head;
    private final @Nullable MemorySegment body;
    private long headSent;
    private long bodySent;

    private Response(Builder builder, Arena arena, @Nullable MemorySegment body) {
        this.status = builder.status;
        this.isLast = builder.isLast;
        this.arena = arena;
        byte[] octets =
                builder.text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        this.head = arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
        this.body = body;
    }

    int status() {
        return status;
    }

    /** Whether the connection ends behind it. */
    boolean isLast() {
        return isLast;
    }

    /** Octets of the body that the output has accepted. */
    long bodySent() {
        return bodySent;
    }

    /**
     * Gives the output as much as it takes.
     *
     * @return whether all is given
     */
    boolean send(Output output) {
        headSent += write(output, head, headSent);
        if (headSent < head.byteSize()) {
            return false;
        }
        if (body == null) {
            return true;
        }
        bodySent += write(output, body, bodySent);
        return bodySent == body.byteSize();
    }

    private static long write(Output output, MemorySegment from, long offset) {
        long sent = 0;
        while (offset + sent < from.byteSize()) {
            int piece = (int) Math.min(Integer.MAX_VALUE, from.byteSize() - offset - sent);
            int accepted = output.write(from, offset + sent, piece);
            sent += accepted;
            if (accepted < piece) {
                break;
            }
        }
        return sent;
    }

    @Override
    public void close() {
        arena.close();
    }

    /** A response to be: fields first, then one of the ends, which give it its body. */
    static final class Builder {
        private final int status;
        private final StringBuilder text = new StringBuilder(256);
        private boolean isLast;

        Builder(int status) {
            this.status = status;
            text.append("HTTP/1.1 ")
                    .append(status)
                    .append(' ')
                    .append(Status.phrase(status))
                    .append("\r\n");
        }

        Builder field(String name, String value) {
            assert value.indexOf('\r') < 0 && value.indexOf('\n') < 0 : value;
            text.append(name).append(": ").append(value).append("\r\n");
            return this;
        }

        /** Adds what every final response says: date, server, and whether the connection stays. */
        Builder common(Instant now, boolean isPersistent, int minorVersion) {
            field("Date", HttpDate.format(now)).field("Server", "ringway");
            if (!isPersistent) {
                isLast = true;
                return field("Connection", "close");
            }
            return minorVersion == 0 ? field("Connection", "keep-alive") : this;
        }

        /** Ends it without a body, nor a length: 100 and 304. */
        Response bare() {
            return new Response(this, Arena.ofConfined(), null);
        }

        /** Ends it with the length of a body that is not sent: the answer to HEAD. */
        Response withoutBody(long length) {
            return field("Content-Length", Long.toString(length)).bare();
        }

        Response text(String type, String content, boolean isHead) {
            byte[] octets = content.getBytes(StandardCharsets.UTF_8);
            field("Content-Type", type + "; charset=utf-8");
            if (isHead) {
                return withoutBody(octets.length);
            }
            field("Content-Length", Integer.toString(octets.length));
            Arena arena = Arena.ofConfined();
            return new Response(
                    this,
                    arena,
                    arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets)));
        }

        /** Ends it with a part of a file, which is mapped. */
        Response file(Path file, ByteRange range) throws IOException {
            field("Content-Length", Long.toString(range.length()));
            Arena arena = Arena.ofConfined();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                // A mapping beyond the end of a file that has just shrunk would fault when it is
                // read.
                if (channel.size() < range.first() + range.length()) {
                    throw new IOException(file + " shrank while it was opened");
                }
                return new Response(
                        this,
                        arena,
                        channel.map(MapMode.READ_ONLY, range.first(), range.length(), arena));
            } catch (IOException | RuntimeException e) {
                arena.close();
                throw e;
            }
        }
    }
}
