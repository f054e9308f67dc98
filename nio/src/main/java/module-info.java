import org.jspecify.annotations.NullMarked;

/** The doors for programs that know nothing of Ringway: {@code java.nio} and {@code java.net}. */
@NullMarked
module io.ringway.nio {
    requires transitive io.ringway.core;
    requires static transitive org.jspecify;
    requires static java.instrument; // What the agent is given.
    requires jdk.net; // Its socket options.
    requires jdk.unsupported; // How to reach the platform's own provider.

    uses io.ringway.PortProvider;

    // No service: whoever has this module on the path gets it by the system property only.
    exports io.ringway.nio;
}
