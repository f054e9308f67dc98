package io.ringway.testkit.script;

/**
 * When an event is to happen.
 *
 * @param kind what the numbers mean
 * @param startUs microseconds since the script's start, or since the event before
 * @param endUs the end of a range; the same as {@code startUs} when there is none
 */
record EventTime(Kind kind, long startUs, long endUs) {
    enum Kind {
        ABSOLUTE,
        RELATIVE,
        ANY,
        ABSOLUTE_RANGE,
        RELATIVE_RANGE
    }

    boolean isRelative() {
        return kind == Kind.RELATIVE || kind == Kind.RELATIVE_RANGE || kind == Kind.ANY;
    }

    boolean isRange() {
        return kind == Kind.ABSOLUTE_RANGE || kind == Kind.RELATIVE_RANGE;
    }

    /** Seconds with six digits. */
    static String seconds(long us) {
        return String.format(java.util.Locale.ROOT, "%.6f", us / 1e6);
    }
}
