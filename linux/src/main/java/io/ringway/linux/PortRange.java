package io.ringway.linux;

/** Ports from {@code first} to {@code last}, both included. */
public record PortRange(int first, int last) {
    public PortRange {
        if (first < 1 || last > 65_535 || first > last) {
            throw new IllegalArgumentException(
                    "ports are 1 to 65535, the first not above the last; given "
                            + first
                            + " to "
                            + last);
        }
    }
}
