package io.ringway.cli.http;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Map;

/**
 * The head of a request.
 *
 * @param method as sent: methods are case-sensitive
 * @param target in origin form ({@code /a/b?c}), as sent
 * @param minorVersion 0 or 1, of HTTP/1
 * @param fields by name in lower case; several lines of one name are joined with commas (RFC 9110
 *     §5.3)
 */
record Request(String method, String target, int minorVersion, Map<String, String> fields) {
    /** The value of a field, or null. */
    @Nullable String field(String name) {
        return fields.get(name);
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** Whether the connection stays open behind the response (RFC 9112 §9.3). */
    boolean isPersistent() {
        return minorVersion >= 1
                ? !hasToken("connection", "close")
                : hasToken("connection", "keep-alive");
    }

    /** Whether the client waits for our word before it sends the content (RFC 9110 §10.1.1). */
    boolean expectsContinue() {
        return minorVersion >= 1 && hasToken("expect", "100-continue");
    }

    boolean isChunked() {
        return fields.containsKey("transfer-encoding");
    }

    /**
     * Octets of content as announced; 0 when nothing is said, and meaningless for a chunked
     * request.
     */
    long contentLength() {
        String length = fields.get("content-length");
        return length == null ? 0 : Long.parseLong(length);
    }

    boolean hasContent() {
        return isChunked() || contentLength() > 0;
    }

    private boolean hasToken(String name, String token) {
        String value = fields.get(name);
        if (value == null) {
            return false;
        }
        for (String part : value.toLowerCase(Locale.ROOT).split(",", -1)) {
            if (part.strip().equals(token)) {
                return true;
            }
        }
        return false;
    }
}
