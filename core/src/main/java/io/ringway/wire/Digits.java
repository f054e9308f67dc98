package io.ringway.wire;

/**
 * Decimal numbers in text, without the signs and foreign digits that {@link
 * Integer#parseInt(String)} takes.
 */
final class Digits {
    private static final int MAX_DIGITS = 9;

    private Digits() {}

    /** The number, or -1 when {@code text} is not decimal digits alone or is over {@code limit}. */
    static int parse(String text, int limit) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number <= limit ? number : -1;
    }
}
