import org.jspecify.annotations.NullMarked;

/** Virtual clock, simulated network, segment DSL and JUnit extensions. */
@NullMarked
module io.ringway.testkit {
    requires transitive io.ringway.core;
    requires transitive io.ringway.nio;
    requires static transitive org.jspecify;
    requires static org.junit.jupiter.api; // Not transitive: the command runs without JUnit.

    exports io.ringway.testkit;
    exports io.ringway.testkit.network;
    exports io.ringway.testkit.port;
    exports io.ringway.testkit.script;
    exports io.ringway.testkit.swarm;

    provides java.net.spi.InetAddressResolverProvider with
            io.ringway.testkit.network.HostNames;
}
