package io.ringway.cli.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One upload: its octets are hashed as they come and, unless they are thrown away, written to a
 * file that appears under its name only when it is whole.
 */
final class Upload implements ContentReader.Sink, AutoCloseable {
    private final String name;
    private final @Nullable Path file;
    private final @Nullable Path partial;
    private final @Nullable FileChannel channel;
    private final MessageDigest digest;
    private final byte[] piece = new byte[16 * 1024];
    private long length;

    Upload(String name, @Nullable Path file) throws IOException {
        this.name = name;
        this.file = file;
        if (file == null) {
            partial = null;
            channel = null;
        } else {
            partial = Files.createTempFile(file.getParent(), ".upload-", ".part");
            channel = FileChannel.open(partial, StandardOpenOption.WRITE);
        }
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** Octets taken. */
    long length() {
        return length;
    }

    @Override
    public void content(MemorySegment memory, long offset, int octets) throws HttpException {
        for (int done = 0; done < octets; ) {
            int some = Math.min(piece.length, octets - done);
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset + done, piece, 0, some);
            digest.update(piece, 0, some);
            write(some);
            done += some;
        }
        length += octets;
    }

    private void write(int octets) throws HttpException {
        if (channel == null) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(piece, 0, octets);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw new HttpException(Status.OUT_OF_SPACE, "the upload cannot be stored");
        }
    }

    /** Ends the upload and returns its hash as {@code sha256sum} prints it. */
    String finish() throws HttpException {
        try {
            if (channel != null && partial != null && file != null) {
                channel.close();
                Files.move(
                        partial,
                        file,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new HttpException(Status.SERVER_ERROR, "the upload cannot be stored");
        }
        return HexFormat.of().formatHex(digest.digest()) + "  " + name.substring(1) + "\n";
    }

    /** Gives up what is not finished. */
    @Override
    public void close() {
        try {
            if (channel != null && partial != null) {
                channel.close();
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            // The temporary file stays behind: there is nobody to tell, and nothing else depends on
            // it.
        }
    }
}
