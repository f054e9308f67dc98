package io.ringway.cli.http;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Between the target of a request and a file: it never leads out of the directory that is served.
 */
final class TargetPath {
    private static final int MAX_TARGET = 4096;

    private TargetPath() {}

    /**
     * The path of a target, without its query, percent-decoded.
     *
     * @throws HttpException when it is malformed or climbs
     */
    static String decode(String target) throws HttpException {
        if (target.length() > MAX_TARGET) {
            throw new HttpException(
                    Status.TARGET_TOO_LONG, "the target is over " + MAX_TARGET + " octets");
        }
        int end = target.indexOf('?');
        String raw = end < 0 ? target : target.substring(0, end);
        String path;
        try {
            // In a path a plus sign is a plus sign.
            path = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new HttpException(
                    Status.BAD_REQUEST, "the target has a malformed percent-encoding");
        }
        if (!path.startsWith("/")
                || path.chars().anyMatch(c -> c < ' ' || c == '\\' || c == 0x7f)) {
            throw new HttpException(
                    Status.BAD_REQUEST, "the target holds a character that no path has");
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                throw new HttpException(
                        Status.BAD_REQUEST, "the target climbs out of the directory");
            }
        }
        return path;
    }

    /** Encodes a path for a link. */
    static String encode(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }

    /**
     * The file at {@code path} below {@code root}; links are followed as long as they stay below
     * it.
     */
    static Path existing(Path root, String path) throws IOException {
        Path file = below(root, path).toRealPath();
        if (!file.startsWith(root)) {
            throw new NoSuchFileException(path);
        }
        return file;
    }

    /** Where a new file of that path belongs; its directory has to be there. */
    static Path created(Path root, String path) throws IOException {
        Path file = below(root, path);
        Path directory = existing(root, path.substring(0, path.lastIndexOf('/') + 1));
        return directory.resolve(file.getFileName());
    }

    private static Path below(Path root, String path) throws IOException {
        try {
            return root.resolve(path.substring(1)).normalize();
        } catch (InvalidPathException e) {
            throw new NoSuchFileException(path);
        }
    }
}
