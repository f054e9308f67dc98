package io.ringway;

import java.time.Duration;
import java.util.Locale;

/**
 * What a lane's thread does when a duty cycle finds no work: it spins for a while, and then sleeps
 * until a frame, a message or a deadline comes.
 *
 * <p>Spinning answers within 0.2 µs and takes a whole core; waking up takes about 10 µs, and an
 * idle stack that sleeps takes next to nothing.
 *
 * @param spinNs how long it spins before it sleeps, in nanoseconds: 0 sleeps at once, {@link
 *     Long#MAX_VALUE} never does
 */
public record IdleStrategy(long spinNs) {
    /** Never sleeps: the lowest latency, for a lane with a core of its own. */
    public static final IdleStrategy SPIN = new IdleStrategy(Long.MAX_VALUE);

    /** Spins for 50 µs, about what waking up costs, and then sleeps. The default. */
    public static final IdleStrategy SPIN_THEN_POLL = new IdleStrategy(50_000);

    /** Sleeps as soon as there is nothing to do: the least CPU time. */
    public static final IdleStrategy POLL = new IdleStrategy(0);

    public IdleStrategy {
        if (spinNs < 0) {
            throw new IllegalArgumentException(
                    "spinNs is the time to spin before sleeping, at least 0; given " + spinNs);
        }
    }

    /** Spins for {@code spin}, then sleeps. */
    public static IdleStrategy spinThenPoll(Duration spin) {
        return new IdleStrategy(spin.toNanos());
    }

    /**
     * The strategy named {@code spin}, {@code spin-then-poll} or {@code poll}.
     *
     * @throws IllegalArgumentException for any other name
     */
    public static IdleStrategy parse(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "spin" -> SPIN;
            case "spin-then-poll" -> SPIN_THEN_POLL;
            case "poll" -> POLL;
            default ->
                    throw new IllegalArgumentException(
                            "unknown idle strategy \""
                                    + name
                                    + "\": choose spin, spin-then-poll or poll");
        };
    }

    /** Whether the thread ever sleeps. */
    public boolean sleeps() {
        return spinNs != Long.MAX_VALUE;
    }

    @Override
    public String toString() {
        if (!sleeps()) {
            return "spin";
        }
        return spinNs == 0 ? "poll" : "spin-then-poll(" + spinNs / 1000 + " µs)";
    }
}
