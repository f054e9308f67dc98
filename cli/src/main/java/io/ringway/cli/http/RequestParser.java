package io.ringway.cli.http;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads request heads from octets that arrive in pieces (RFC 9112 §2–6). It is strict: what two
 * parsers could read differently is refused, for that is how requests are smuggled.
 */
final class RequestParser {
    /** Octets of the largest head: request line and fields. */
    static final int MAX_HEAD = 16 * 1024;

    private static final int MAX_FIELDS = 100;
    private static final int MAX_LENGTH_DIGITS = 18;
    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    private byte[] head = new byte[1024];
    private int length;
    private int lineStart;

    /** Whether a head has begun and is not complete. */
    boolean isInside() {
        return length > 0;
    }

    /**
     * Takes octets up to the end of a head.
     *
     * @return how many it took; {@link #isComplete} tells whether the head is there
     * @throws HttpException when the head is over {@link #MAX_HEAD}
     */
    int feed(MemorySegment memory, long offset, int available) throws HttpException {
        int taken = 0;
        while (taken < available && !isComplete()) {
            byte octet = memory.get(ValueLayout.JAVA_BYTE, offset + taken);
            taken++;
            append(octet);
        }
        return taken;
    }

    private void append(byte octet) throws HttpException {
        // RFC 9112 §2.2: ignore an empty line in front of the request line.
        if (length == 0 && (octet == '\r' || octet == '\n')) {
            return;
        }
        if (length == head.length) {
            if (length == MAX_HEAD) {
                throw new HttpException(
                        Status.FIELDS_TOO_LARGE,
                        "the request's head is over " + MAX_HEAD + " octets");
            }
            head = java.util.Arrays.copyOf(head, length * 2);
        }
        head[length++] = octet;
        if (octet == '\n' && !isComplete()) {
            lineStart = length;
        }
    }

    /** Whether the last octet taken ended the empty line behind the fields. */
    boolean isComplete() {
        int line = length - lineStart;
        return lineStart > 0
                && head[length - 1] == '\n'
                && (line == 1 || (line == 2 && head[length - 2] == '\r'));
    }

    /**
     * Reads the complete head, and makes ready for the next.
     *
     * @throws HttpException when it is malformed
     */
    Request take() throws HttpException {
        assert isComplete();
        String text = new String(head, 0, length, StandardCharsets.ISO_8859_1);
        length = 0;
        lineStart = 0;
        String[] lines = text.split("\r?\n");
        if (lines.length > MAX_FIELDS + 1) {
            throw new HttpException(
                    Status.FIELDS_TOO_LARGE, "the request has over " + MAX_FIELDS + " fields");
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            field(lines[i], fields);
        }
        return checked(requestLine(lines[0], fields));
    }

    private static Request requestLine(String line, Map<String, String> fields)
            throws HttpException {
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !isToken(parts[0]) || !isPrintable(parts[1])) {
            throw new HttpException(Status.BAD_REQUEST, "the request line is malformed");
        }
        if (!parts[2].matches("HTTP/\\d\\.\\d")) {
            throw new HttpException(Status.BAD_REQUEST, "the request line ends in no HTTP version");
        }
        if (parts[2].charAt(5) != '1') {
            throw new HttpException(
                    Status.VERSION_NOT_SUPPORTED, "this server speaks HTTP/1.1, not " + parts[2]);
        }
        int minor = parts[2].charAt(7) == '0' ? 0 : 1;
        return new Request(parts[0], originForm(parts[1]), minor, fields);
    }

    /** Takes the path out of an absolute target, as a server must (RFC 9112 §3.2.2). */
    private static String originForm(String target) throws HttpException {
        String path = target;
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            int slash = target.indexOf('/', 7);
            path = slash < 0 ? "/" : target.substring(slash);
        }
        if (!path.startsWith("/") && !path.equals("*")) {
            throw new HttpException(Status.BAD_REQUEST, "the target has to begin with a slash");
        }
        return path;
    }

    private static void field(String line, Map<String, String> fields) throws HttpException {
        int colon = line.indexOf(':');
        // A line that begins with a space continues the one before: obsolete, and refused (RFC 9112
        // §5.2).
        if (colon < 1 || !isToken(line.substring(0, colon))) {
            throw new HttpException(Status.BAD_REQUEST, "a header field is malformed");
        }
        String value = line.substring(colon + 1).strip();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new HttpException(
                        Status.BAD_REQUEST, "a header field holds a control character");
            }
        }
        fields.merge(
                line.substring(0, colon).toLowerCase(Locale.ROOT), value, (a, b) -> a + ", " + b);
    }

    private static Request checked(Request request) throws HttpException {
        // RFC 9112 §3.2: exactly one Host in HTTP/1.1.
        String host = request.field("host");
        if (request.minorVersion() == 1 && (host == null || host.contains(","))) {
            throw new HttpException(Status.BAD_REQUEST, "a request needs one Host field");
        }
        String coding = request.field("transfer-encoding");
        String length = request.field("content-length");
        if (coding != null && (length != null || request.minorVersion() == 0)) {
            throw new HttpException(
                    Status.BAD_REQUEST,
                    "where the content ends is ambiguous: chunked, with a length");
        }
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            throw new HttpException(
                    Status.NOT_IMPLEMENTED, "of transfer codings this server knows chunked only");
        }
        if (length != null && !isLength(length)) {
            throw new HttpException(Status.BAD_REQUEST, "Content-Length is not a number");
        }
        return request;
    }

    private static boolean isLength(@Nullable String text) {
        return text != null
                && !text.isEmpty()
                && text.length() <= MAX_LENGTH_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(RequestParser::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || TOKEN_PUNCTUATION.indexOf(c) >= 0;
    }

    private static boolean isPrintable(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c != 0x7f);
    }
}
