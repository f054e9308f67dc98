import org.jspecify.annotations.NullMarked;

/** A transport for Netty: a lane is the event loop. */
@NullMarked
module io.ringway.netty {
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;
    requires transitive io.netty.transport;
    requires transitive io.ringway.core;
    requires static transitive org.jspecify;

    exports io.ringway.netty;
}
