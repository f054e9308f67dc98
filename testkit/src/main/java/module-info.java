import org.jspecify.annotations.NullMarked;

/** Virtual clock, simulated network, segment DSL and JUnit extensions. */
@NullMarked
module io.ringway.testkit {
    requires transitive io.ringway.core;
    requires static transitive org.jspecify;
    requires static org.junit.jupiter.api; // Not transitive: the command runs without JUnit.

    exports io.ringway.testkit;
    exports io.ringway.testkit.port;
    exports io.ringway.testkit.script;
    exports io.ringway.testkit.swarm;
}
