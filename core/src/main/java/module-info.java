import org.jspecify.annotations.NullMarked;

/**
 * The whole stack, sans-IO, and the in-memory link.
 *
 * <p>{@code io.ringway}, {@code memory}, {@code port} and {@code wire} are the promise to users,
 * and so are the configuration records, states and reasons of {@code ip}, {@code udp} and {@code
 * tcp} that the interface names. The rest of those three, and {@code layer}, is for our own modules
 * and changes without notice.
 */
@NullMarked
module io.ringway.core {
    requires static transitive org.jspecify;

    uses io.ringway.CorePinning;
    uses io.ringway.LaneSleeperProvider;
    uses io.ringway.memory.HugePageAdvice;

    exports io.ringway;
    exports io.ringway.ip;
    exports io.ringway.layer;
    exports io.ringway.memory;
    exports io.ringway.port;
    exports io.ringway.steering;
    exports io.ringway.tcp;
    exports io.ringway.udp;
    exports io.ringway.wire;
}
