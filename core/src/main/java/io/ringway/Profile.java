package io.ringway;

import java.time.Duration;
import java.util.Locale;

/**
 * Presets of {@link StackConfig} for what a stack is mostly used for, so that most people turn no
 * knob.
 */
public enum Profile {
    /** Some thousand connections on a local network. */
    DEFAULT,

    /** Answers as fast as it can, on a core of its own: never sleeps, and acknowledges soon. */
    LATENCY,

    /** Ten million connections, nearly all of them at rest: small buffers and large tables. */
    C10M,

    /**
     * Takes in bursts of many frames, as when everything is recorded: large bursts and many frames.
     */
    CAPTURE,

    /** Long fat pipes: buffers for a bandwidth-delay product of some ten mebibytes. */
    WAN;

    /**
     * The profile of this name, in small letters.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Profile parse(String name) {
        for (Profile profile : values()) {
            if (profile.label().equals(name)) {
                return profile;
            }
        }
        throw new IllegalArgumentException(
                "unknown profile \"" + name + "\": choose default, latency, c10m, capture or wan");
    }

    /** The name as people write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    StackConfig.Builder apply(StackConfig.Builder to) {
        return switch (this) {
            case DEFAULT -> to;
            case LATENCY ->
                    to.idle(IdleStrategy.SPIN)
                            .tcp(tcp ->
                                    tcp.delayedAckNs(Duration.ofMillis(5).toNanos())
                                            .minRtoNs(Duration.ofMillis(50).toNanos()));
            case C10M ->
                    to.smallFrames(128 * 1024)
                            .tcp(tcp ->
                                    tcp.initialConnections(1 << 20)
                                            .maxConnections(10_000_000)
                                            .maxHalfOpen(1 << 17)
                                            .maxTimeWait(1 << 20)
                                            .sendBufferBytes(64 * 1024)
                                            .receiveBufferBytes(64 * 1024));
            case CAPTURE -> to.smallFrames(64 * 1024).lane(LaneConfig.DEFAULT.withBursts(256, 256));
            case WAN ->
                    to.smallFrames(32 * 1024)
                            .largeFrames(1024)
                            .tcp(tcp -> tcp.sendBufferBytes(16 << 20).receiveBufferBytes(16 << 20));
        };
    }
}
