import org.jspecify.annotations.NullMarked;

/**
 * The whole stack, sans-IO, and the in-memory link.
 *
 * <p>The interface, {@code memory}, {@code port} and {@code wire} are for everyone. The other
 * packages are for our own modules only, and change without notice.
 */
// "module": the modules named below depend on this one, so the compiler cannot have seen them yet.
@NullMarked
@SuppressWarnings("module")
module io.ringway.core {
    requires static transitive org.jspecify;

    exports io.ringway;
    exports io.ringway.memory;
    exports io.ringway.port;
    exports io.ringway.wire;
    exports io.ringway.layer to
            io.ringway.bench,
            io.ringway.cli,
            io.ringway.linux,
            io.ringway.netty,
            io.ringway.nio,
            io.ringway.service,
            io.ringway.testkit;
    exports io.ringway.ip to
            io.ringway.bench,
            io.ringway.cli,
            io.ringway.linux,
            io.ringway.netty,
            io.ringway.nio,
            io.ringway.service,
            io.ringway.testkit;
    exports io.ringway.udp to
            io.ringway.bench,
            io.ringway.cli,
            io.ringway.linux,
            io.ringway.netty,
            io.ringway.nio,
            io.ringway.service,
            io.ringway.testkit;
    exports io.ringway.tcp to
            io.ringway.bench,
            io.ringway.cli,
            io.ringway.linux,
            io.ringway.netty,
            io.ringway.nio,
            io.ringway.service,
            io.ringway.testkit;
}
