package io.ringway.nio;

/**
 * Some ports.
 *
 * @param first of them
 * @param last of them
 */
record PortRange(int first, int last) {
    private static final int MOST = 65_535;

    /**
     * Reads "9010" or "8000-8010".
     *
     * @throws IllegalArgumentException when it is neither
     */
    static PortRange parse(String text) {
        String[] ends = text.split("-", -1);
        int first = port(ends[0]);
        int last = ends.length == 2 ? port(ends[1]) : first;
        if (ends.length > 2 || first < 1 || last < first) {
            throw new IllegalArgumentException(
                    "a port from 1 to " + MOST + " is expected, or two with a dash in between");
        }
        return new PortRange(first, last);
    }

    /** The number, or -1. */
    private static int port(String text) {
        int number = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
        return number <= MOST ? number : -1;
    }

    boolean contains(int port) {
        return first <= port && port <= last;
    }
}
