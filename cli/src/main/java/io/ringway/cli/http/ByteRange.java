package io.ringway.cli.http;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file (RFC 9110 §14).
 *
 * @param first index of its first octet
 * @param length octets, at least 1
 */
public record ByteRange(long first, long length) {
    private static final Pattern ONE =
            Pattern.compile("bytes\\s*=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})");

    /**
     * Reads a {@code Range} field for a file of {@code size} octets.
     *
     * @return the range, or null to send the whole file: the field is absent, malformed, of another
     *     unit or of several ranges, all of which a server may ignore (§14.2)
     * @throws HttpException 416 when no octet of the file is in the range
     */
    static @Nullable ByteRange parse(@Nullable String field, long size) throws HttpException {
        Matcher matcher = field == null ? null : ONE.matcher(field.strip());
        if (matcher == null || !matcher.matches()) {
            return null;
        }
        String from = matcher.group(1);
        String to = matcher.group(2);
        if (from.isEmpty() && to.isEmpty()) {
            return null;
        }
        if (from.isEmpty()) {
            // "-500": the last 500 octets.
            long length = Math.min(Long.parseLong(to), size);
            return satisfiable(size - length, length, size);
        }
        long first = Long.parseLong(from);
        long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
        if (last < first) {
            return null;
        }
        return satisfiable(first, Math.min(last, size - 1) - first + 1, size);
    }

    private static ByteRange satisfiable(long first, long length, long size) throws HttpException {
        if (first >= size || length <= 0) {
            throw new HttpException(
                    Status.RANGE_NOT_SATISFIABLE,
                    "the range is outside of the file's " + size + " octets");
        }
        return new ByteRange(first, length);
    }

    /** As {@code Content-Range} says it. */
    String contentRange(long size) {
        return "bytes " + first + "-" + (first + length - 1) + "/" + size;
    }
}
