package io.ringway.testkit.script;

import org.jspecify.annotations.Nullable;

/** A system call under way: it is tried until it does not block any more. */
@FunctionalInterface
interface Operation {
    /** What the call returns, or null while it blocks. */
    @Nullable Returned attempt();

    /**
     * What a call gave back.
     *
     * @param errno the error's name when {@code value} is -1, or null
     */
    record Returned(long value, @Nullable String errno) {
        static Returned of(long value) {
            return new Returned(value, null);
        }

        static Returned error(String errno) {
            return new Returned(-1, errno);
        }

        @Override
        public String toString() {
            return errno == null ? Long.toString(value) : value + " " + errno;
        }
    }
}
