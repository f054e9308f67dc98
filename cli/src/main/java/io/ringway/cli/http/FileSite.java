package io.ringway.cli.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Answers GET and HEAD with the files below one directory. It has no state, so all sessions share
 * it.
 */
public final class FileSite {
    private final Path root;
    private final Uploads uploads;
    private final InstantSource clock;

    /**
     * Serves a directory, or one file.
     *
     * @param root the directory; a file is served under every path
     * @throws IOException when it is not there
     */
    public FileSite(Path root, Uploads uploads, InstantSource clock) throws IOException {
        this.root = root.toRealPath();
        this.uploads = uploads;
        this.clock = clock;
    }

    Uploads uploads() {
        return uploads;
    }

    /** Begins a response, with the fields that all have. */
    Response.Builder begin(int status, boolean isPersistent, int minorVersion) {
        return new Response.Builder(status).common(clock.instant(), isPersistent, minorVersion);
    }

    /** Answers a GET or HEAD. */
    Response get(Request request, boolean isPersistent) throws HttpException {
        String path = TargetPath.decode(request.target());
        try {
            Path file = Files.isDirectory(root) ? TargetPath.existing(root, path) : root;
            if (Files.isDirectory(file)) {
                return directory(request, path, file, isPersistent);
            }
            return file(request, file, isPersistent);
        } catch (NoSuchFileException e) {
            throw new HttpException(Status.NOT_FOUND, "there is no " + path + " here");
        } catch (AccessDeniedException e) {
            throw new HttpException(Status.FORBIDDEN, path + " may not be read");
        } catch (IOException e) {
            throw new HttpException(Status.SERVER_ERROR, path + " cannot be read");
        }
    }

    private Response directory(Request request, String path, Path directory, boolean isPersistent)
            throws IOException, HttpException {
        if (!path.endsWith("/")) {
            // Relative links in the listing would be wrong without the slash.
            return begin(Status.MOVED_PERMANENTLY, isPersistent, request.minorVersion())
                    .field("Location", TargetPath.encode(path) + "/")
                    .text("text/plain", "It is a directory: " + path + "/\n", request.isHead());
        }
        Path index = directory.resolve("index.html");
        if (Files.isRegularFile(index)) {
            return file(request, index, isPersistent);
        }
        return begin(Status.OK, isPersistent, request.minorVersion())
                .text("text/html", Listing.of(path, directory), request.isHead());
    }

    private Response file(Request request, Path file, boolean isPersistent)
            throws IOException, HttpException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new HttpException(Status.FORBIDDEN, "that is not a regular file");
        }
        long size = attributes.size();
        Instant modified = attributes.lastModifiedTime().toInstant();
        String tag =
                "\"%x-%x\""
                        .formatted(
                                size,
                                modified.getEpochSecond() * 1_000_000_000L + modified.getNano());
        if (isNotModified(request, tag, modified)) {
            return entity(Status.NOT_MODIFIED, request, tag, modified, isPersistent).bare();
        }
        ByteRange range;
        try {
            range = range(request, tag, modified, size);
        } catch (HttpException e) {
            return begin(e.status(), isPersistent, request.minorVersion())
                    .field("Content-Range", "bytes */" + size)
                    .text("text/plain", e.getMessage() + "\n", false);
        }
        Response.Builder response =
                entity(
                                range == null ? Status.OK : Status.PARTIAL_CONTENT,
                                request,
                                tag,
                                modified,
                                isPersistent)
                        .field("Content-Type", contentType(file))
                        .field("Accept-Ranges", "bytes");
        if (range != null) {
            response.field("Content-Range", range.contentRange(size));
        }
        if (request.isHead()) {
            return response.withoutBody(size);
        }
        return response.file(file, range == null ? new ByteRange(0, size) : range);
    }

    private Response.Builder entity(
            int status, Request request, String tag, Instant modified, boolean isPersistent) {
        return begin(status, isPersistent, request.minorVersion())
                .field("ETag", tag)
                .field("Last-Modified", HttpDate.format(modified));
    }

    /**
     * RFC 9110 §13.2.2: If-None-Match comes first, and with it If-Modified-Since is not looked at.
     */
    private static boolean isNotModified(Request request, String tag, Instant modified) {
        String tags = request.field("if-none-match");
        if (tags != null) {
            for (String candidate : tags.split(",", -1)) {
                String stripped = candidate.strip();
                if (stripped.equals("*") || stripped.equals(tag) || stripped.equals("W/" + tag)) {
                    return true;
                }
            }
            return false;
        }
        Instant since = HttpDate.parse(request.field("if-modified-since"));
        return since != null && !modified.truncatedTo(ChronoUnit.SECONDS).isAfter(since);
    }

    private static @Nullable ByteRange range(
            Request request, String tag, Instant modified, long size) throws HttpException {
        // RFC 9110 §14.2: Range has a meaning for GET only.
        if (request.isHead()) {
            return null;
        }
        String condition = request.field("if-range");
        if (condition != null
                && !condition.equals(tag)
                && !condition.equals(HttpDate.format(modified))) {
            return null;
        }
        return ByteRange.parse(request.field("range"), size);
    }

    private static String contentType(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html", "htm" -> "text/html; charset=utf-8";
            case "txt", "md", "java", "log" -> "text/plain; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js", "mjs" -> "text/javascript; charset=utf-8";
            case "json" -> "application/json";
            case "xml" -> "application/xml";
            case "svg" -> "image/svg+xml";
            case "png" -> "image/png";
            case "jpg", "jpeg" -> "image/jpeg";
            case "gif" -> "image/gif";
            case "webp" -> "image/webp";
            case "ico" -> "image/x-icon";
            case "pdf" -> "application/pdf";
            case "wasm" -> "application/wasm";
            case "gz", "tgz" -> "application/gzip";
            case "zip", "jar" -> "application/zip";
            case "mp4" -> "video/mp4";
            default -> "application/octet-stream";
        };
    }

    /** What a client reads when something is wrong. */
    static String errorPage(int status, String message) {
        String title = status + " " + Status.phrase(status);
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
                + title
                + "</title></head>\n<body><h1>"
                + title
                + "</h1><p>"
                + Listing.escape(message)
                + "</p></body></html>\n";
    }
}
