package io.ringway.nio;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;

/**
 * The platform's own provider, though {@code java.nio.channels.spi.SelectorProvider} names ours.
 *
 * <p>Its class is in a package that is not exported, so it is made as deserialization makes
 * objects, by {@code sun.reflect.ReflectionFactory}, which {@code jdk.unsupported} exports for
 * such; its methods are then called by the public class that it extends. No flag is needed. The
 * agent, which may open the package, does so, for a program that is started as a module need not
 * have {@code jdk.unsupported}.
 */
final class Platform {
    /** The package of the JDK's own provider. */
    static final String PACKAGE = "sun.nio.ch";

    private static final String[] PROVIDERS = {
        "sun.nio.ch.EPollSelectorProvider",
        "sun.nio.ch.KQueueSelectorProvider",
        "sun.nio.ch.WEPollSelectorProvider",
        "sun.nio.ch.PollSelectorProvider"
    };

    private Platform() {}

    private static final class Holder {
        static final SelectorProvider PROVIDER = find();
    }

    static SelectorProvider provider() {
        return Holder.PROVIDER;
    }

    private static SelectorProvider find() {
        if (Object.class.getModule().isExported(PACKAGE, Platform.class.getModule())) {
            try {
                return (SelectorProvider)
                        Class.forName(PACKAGE + ".DefaultSelectorProvider")
                                .getMethod("get")
                                .invoke(null);
            } catch (ReflectiveOperationException | ClassCastException otherJdk) {
                // It has it elsewhere; the long way.
            }
        }
        for (String name : PROVIDERS) {
            try {
                return make(Class.forName(name));
            } catch (ClassNotFoundException otherPlatform) {
                // The next one.
            } catch (ReflectiveOperationException refused) {
                throw new IllegalStateException(
                        "this JDK does not let Ringway reach its own " + name, refused);
            }
        }
        throw new IllegalStateException(
                "this JDK has none of the selector providers that Ringway knows: "
                        + String.join(", ", PROVIDERS));
    }

    private static SelectorProvider make(Class<?> type) throws ReflectiveOperationException {
        // By reflection, because javac warns of the class by its name, and there is no other.
        Class<?> factory = Class.forName("sun.reflect.ReflectionFactory");
        Object instance = factory.getMethod("getReflectionFactory").invoke(null);
        Object constructor =
                factory.getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                        .invoke(instance, type, Object.class.getDeclaredConstructor());
        return (SelectorProvider) ((Constructor<?>) constructor).newInstance();
    }

    /** A blocking read into an array that waits for at most {@code timeout}; zero is for ever. */
    static int read(SocketChannel from, ByteBuffer into, Duration timeout) throws IOException {
        Socket socket = from.socket();
        socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
        int count =
                socket.getInputStream()
                        .read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        into.position(into.position() + Math.max(0, count));
        return count;
    }
}
