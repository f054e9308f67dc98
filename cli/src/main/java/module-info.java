import org.jspecify.annotations.NullMarked;

/** The ringway command. */
@NullMarked
module io.ringway.cli {
    requires info.picocli;
    requires io.ringway.core;
    requires io.ringway.linux;
    requires io.ringway.testkit;
    requires java.management;
    requires jdk.management;
    requires HdrHistogram;
    requires static transitive org.jspecify;

    opens io.ringway.cli to
            info.picocli;
}
