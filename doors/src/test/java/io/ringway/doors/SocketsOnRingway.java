package io.ringway.doors;

import io.ringway.nio.Doors;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Puts {@code java.net.Socket} on Ringway before the first test, as the agent does: some of Netty's
 * tests talk to their channels by sockets.
 */
public final class SocketsOnRingway implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        // Maven's own JVM has listeners too, and no flag.
        if (System.getProperty("ringway.port") == null) {
            return;
        }
        try {
            Doors.install();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
