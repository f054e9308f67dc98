package io.ringway.cli;

import io.ringway.cli.http.ByteRange;
import io.ringway.cli.show.Progress;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * The file that the demo serves: pseudo-random octets in a directory of its own, which goes with
 * it.
 *
 * @param path where it is
 * @param octets how many it has
 */
record DemoFile(Path path, long octets) implements AutoCloseable {
    private static final int PIECE = 1 << 20;

    /** Makes the file, and shows how far it is. */
    static DemoFile make(long octets, Progress progress) throws IOException {
        Path directory = Files.createTempDirectory("ringway-demo-");
        Path path = directory.resolve("file");
        // In case that the process is interrupted; the last one registered is the first to go.
        directory.toFile().deleteOnExit();
        path.toFile().deleteOnExit();
        DemoFile file = new DemoFile(path, octets);
        SplittableRandom random = new SplittableRandom(octets);
        byte[] piece = new byte[PIECE];
        try (OutputStream out = Files.newOutputStream(path)) {
            for (long done = 0; done < octets; ) {
                int length = (int) Math.min(PIECE, octets - done);
                random.nextBytes(piece);
                out.write(piece, 0, length);
                done += length;
                progress.update(done, System.nanoTime());
            }
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return file;
    }

    /** The directory to serve. */
    Path directory() {
        return Objects.requireNonNull(path.toAbsolutePath().getParent());
    }

    /** The SHA-256 of a part, in hexadecimal. */
    String sha256(ByteRange part) throws IOException {
        MessageDigest digest = sha256();
        byte[] piece = new byte[PIECE];
        try (InputStream stream = Files.newInputStream(path)) {
            stream.skipNBytes(part.first());
            for (long left = part.length(); left > 0; ) {
                int length = stream.readNBytes(piece, 0, (int) Math.min(PIECE, left));
                digest.update(piece, 0, length);
                left -= length;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
        Files.deleteIfExists(directory());
    }
}
