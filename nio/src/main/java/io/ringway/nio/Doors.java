package io.ringway.nio;

import io.ringway.Stack;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;

import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/**
 * The doors for programs that use {@link Socket}, {@link ServerSocket} and {@link DatagramSocket}:
 * one call puts all of them on Ringway, and factories put those on it that are made by them.
 *
 * <p>Which stack that is, is said as for {@link RingwaySelectorProvider}; what is not on Ringway
 * goes to the kernel there too.
 */
public final class Doors {
    private static boolean isInstalled;

    private Doors() {}

    /**
     * From now on every {@link Socket}, {@link ServerSocket}, {@link DatagramSocket} and {@link
     * java.net.MulticastSocket} of this JVM that is made without an implementation of its own goes
     * over Ringway. Sockets there are already stay what they are. Does nothing the second time.
     *
     * @throws IOException when the program has set factories of its own before
     */
    @SuppressWarnings("deprecation") // There is no other way, and it is not to be removed.
    public static synchronized void install() throws IOException {
        if (isInstalled) {
            return;
        }
        Socket.setSocketImplFactory(() -> new SocketDoor(SocketWays.AS_CHANNELS));
        ServerSocket.setSocketFactory(() -> new ServerSocketDoor(SocketWays.AS_CHANNELS));
        DatagramSocket.setDatagramSocketImplFactory(() ->
                GroupAdaptor.isBeingMade()
                        ? new NoDatagramSocketImpl()
                        : new DatagramSocketDoor(
                                new RingwayDatagramChannel(new RingwaySelectorProvider(), null)));
        isInstalled = true;
    }

    /** Makes sockets that connect from this stack, whatever the address. */
    public static SocketFactory socketFactory(Stack stack) {
        return new DoorSocketFactory(SocketWays.to(stack));
    }

    /** Makes sockets that listen on this stack. */
    public static ServerSocketFactory serverSocketFactory(Stack stack) {
        return new DoorServerSocketFactory(SocketWays.to(stack));
    }
}
