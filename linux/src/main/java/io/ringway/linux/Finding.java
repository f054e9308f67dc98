package io.ringway.linux;

/**
 * One thing that {@link Doctor} looked at.
 *
 * @param name what it is: {@code tun device}
 * @param state whether Ringway can use it
 * @param detail what was found, in a few words
 * @param remedy how to get it; empty where nothing is wanting
 */
public record Finding(String name, State state, String detail, String remedy) {
    /** Whether something can be used. */
    public enum State {
        /** As it should be. */
        OK,
        /** Works, but slower, or only in part. */
        LIMITED,
        /** Cannot be used. */
        MISSING
    }

    static Finding ok(String name, String detail) {
        return new Finding(name, State.OK, detail, "");
    }

    static Finding limited(String name, String detail, String remedy) {
        return new Finding(name, State.LIMITED, detail, remedy);
    }

    static Finding missing(String name, String detail, String remedy) {
        return new Finding(name, State.MISSING, detail, remedy);
    }
}
