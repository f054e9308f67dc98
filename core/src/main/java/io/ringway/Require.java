package io.ringway;

import java.time.Duration;

/** Checks of what an application sets for a connection. */
final class Require {
    private Require() {}

    /** A buffer's size. */
    static int octets(String name, int given) {
        if (given < 2048 || given > 1 << 30) {
            throw new IllegalArgumentException(
                    name + " takes from 2,048 to 1,073,741,824 octets; given " + given);
        }
        return given;
    }

    /** A time of more than 0, in nanoseconds. */
    static long positive(String name, Duration given) {
        if (given.isNegative() || given.isZero()) {
            throw new IllegalArgumentException(
                    name + " takes a time of more than 0; given " + given);
        }
        return nanos(given);
    }

    /** A time of 0 or more, in nanoseconds. */
    static long notNegative(String name, Duration given) {
        if (given.isNegative()) {
            throw new IllegalArgumentException(name + " takes a time of 0 or more; given " + given);
        }
        return nanos(given);
    }

    static int inRange(String name, int given, int least, int most) {
        if (given < least || given > most) {
            throw new IllegalArgumentException(
                    name + " takes " + least + " to " + most + "; given " + given);
        }
        return given;
    }

    // A century is for ever, and what is longer does not fit.
    private static long nanos(Duration time) {
        Duration most = Duration.ofDays(36_500);
        return (time.compareTo(most) > 0 ? most : time).toNanos();
    }
}
