package io.ringway.jar;

import java.net.URL;
import java.net.URLClassLoader;

/** {@link EchoProgram} in threads whose loader of classes finds those of the JDK alone. */
final class IsolatedProgram {
    private IsolatedProgram() {}

    public static void main(String[] args) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[0], null)) {
            Thread.currentThread().setContextClassLoader(loader);
            EchoProgram.main(args);
        }
    }
}
