package io.ringway.cli.http;

/** The status codes that this server answers with, and their phrases (RFC 9110 §15). */
final class Status {
    static final int CONTINUE = 100;
    static final int OK = 200;
    static final int CREATED = 201;
    static final int PARTIAL_CONTENT = 206;
    static final int MOVED_PERMANENTLY = 301;
    static final int NOT_MODIFIED = 304;
    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int CONFLICT = 409;
    static final int LENGTH_TOO_LARGE = 413;
    static final int TARGET_TOO_LONG = 414;
    static final int RANGE_NOT_SATISFIABLE = 416;
    static final int EXPECTATION_FAILED = 417;
    static final int FIELDS_TOO_LARGE = 431;
    static final int SERVER_ERROR = 500;
    static final int NOT_IMPLEMENTED = 501;
    static final int VERSION_NOT_SUPPORTED = 505;
    static final int OUT_OF_SPACE = 507;

    private Status() {}

    static String phrase(int status) {
        return switch (status) {
            case CONTINUE -> "Continue";
            case OK -> "OK";
            case CREATED -> "Created";
            case PARTIAL_CONTENT -> "Partial Content";
            case MOVED_PERMANENTLY -> "Moved Permanently";
            case NOT_MODIFIED -> "Not Modified";
            case BAD_REQUEST -> "Bad Request";
            case FORBIDDEN -> "Forbidden";
            case NOT_FOUND -> "Not Found";
            case METHOD_NOT_ALLOWED -> "Method Not Allowed";
            case CONFLICT -> "Conflict";
            case LENGTH_TOO_LARGE -> "Content Too Large";
            case TARGET_TOO_LONG -> "URI Too Long";
            case RANGE_NOT_SATISFIABLE -> "Range Not Satisfiable";
            case EXPECTATION_FAILED -> "Expectation Failed";
            case FIELDS_TOO_LARGE -> "Request Header Fields Too Large";
            case NOT_IMPLEMENTED -> "Not Implemented";
            case VERSION_NOT_SUPPORTED -> "HTTP Version Not Supported";
            case OUT_OF_SPACE -> "Insufficient Storage";
            default -> "Internal Server Error";
        };
    }
}
