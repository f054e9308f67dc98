package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;

/**
 * The door that needs no change of the program and no other flag: {@code
 * -javaagent:ringway.jar=port=tap0,address=198.18.0.2/24} puts its channels and its sockets on
 * Ringway. With {@code ringway-nio.jar} in its place, the jars of {@code ringway-core} and {@code
 * ringway-linux} lie beside it. What follows the jar are the properties {@code ringway.*} without
 * their prefix; a value may have commas.
 */
public final class RingwayAgent {
    private static final String PREFIX = "ringway.";
    private static final String SELECTOR_PROVIDER = "java.nio.channels.spi.SelectorProvider";
    private static final String ASYNCHRONOUS_PROVIDER =
            "java.nio.channels.spi.AsynchronousChannelProvider";

    private RingwayAgent() {}

    /** Runs before the program's {@code main}. */
    @SuppressWarnings("exports") // Whoever is an agent has the module.
    public static void premain(@Nullable String arguments, Instrumentation jvm) throws IOException {
        appendOurs(jvm);
        openPlatform(jvm);
        try {
            start(arguments);
        } catch (IllegalArgumentException mistake) {
            // Thrown from here it would end in a crash of the JVM with a page about its native
            // frames, and the sentence somewhere in it.
            System.err.println("ringway: " + mistake.getMessage());
            System.exit(1);
        }
    }

    /** Runs when the agent is brought into a JVM that runs; sockets there are stay as they are. */
    @SuppressWarnings("exports") // As above.
    public static void agentmain(@Nullable String arguments, Instrumentation jvm)
            throws IOException {
        appendOurs(jvm);
        openPlatform(jvm);
        start(arguments);
    }

    /**
     * Adds the jars of Ringway that lie beside this one, for a program that has none of them in its
     * class path.
     */
    private static void appendOurs(Instrumentation jvm) throws IOException {
        CodeSource source = RingwayAgent.class.getProtectionDomain().getCodeSource();
        if (source == null || ClassLoader.getSystemResource("io/ringway/Stack.class") != null) {
            return;
        }
        Path own;
        try {
            own = Path.of(source.getLocation().toURI());
        } catch (URISyntaxException | IllegalArgumentException notAFile) {
            return;
        }
        Path directory = own.getParent();
        if (directory == null) {
            return;
        }
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(directory, "ringway-{core,linux}*.jar")) {
            for (Path jar : jars) {
                jvm.appendToSystemClassLoaderSearch(new JarFile(jar.toFile()));
            }
        }
    }

    /** Lets us reach the JDK's own provider, for what goes to the kernel. */
    private static void openPlatform(Instrumentation jvm) {
        jvm.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of(Platform.PACKAGE, Set.of(RingwayAgent.class.getModule())),
                Map.of(),
                Set.of(),
                Map.of());
    }

    private static void start(@Nullable String arguments) throws IOException {
        if (arguments != null && !arguments.isBlank()) {
            setProperties(arguments);
        }
        // So that a mistake is told before the program has started.
        OwnStack.instance().requireConfig();
        String _ = System.setProperty(SELECTOR_PROVIDER, RingwaySelectorProvider.class.getName());
        String _ =
                System.setProperty(
                        ASYNCHRONOUS_PROVIDER, RingwayAsynchronousChannelProvider.class.getName());
        Doors.install();
    }

    /** Sets {@code ringway.a} to {@code x,y} and {@code ringway.b} to z, of a=x,y,b=z. */
    private static void setProperties(String arguments) {
        String name = null;
        StringBuilder value = new StringBuilder();
        for (String piece : arguments.split(",", -1)) {
            int equals = piece.indexOf('=');
            boolean isNamed = equals > 0 && DoorProperties.isName(piece.substring(0, equals));
            if (isNamed) {
                set(name, value);
                name = piece.substring(0, equals);
                value.setLength(0);
                value.append(piece, equals + 1, piece.length());
            } else if (name == null) {
                throw new IllegalArgumentException(
                        "-javaagent:ringway.jar takes NAME=VALUE,… as in"
                                + " port=tap0,address=198.18.0.2/24; given "
                                + arguments);
            } else {
                if (equals > 0) {
                    DoorProperties.refuseTypingError(piece.substring(0, equals));
                }
                value.append(',').append(piece);
            }
        }
        set(name, value);
    }

    private static void set(@Nullable String name, CharSequence value) {
        if (name != null) {
            String _ = System.setProperty(PREFIX + name, value.toString());
        }
    }
}
