package io.ringway.jar;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

/**
 * A program that knows nothing of Ringway: it talks to itself over loopback in the three ways that
 * Java has, and prints a line for each with what arrived, and whether it had a socket in the kernel
 * meanwhile.
 */
final class SelfTalk {
    private SelfTalk() {}

    /** Prints three lines; the last one is of a server at the port that is given, if any. */
    public static void main(String[] args)
            throws IOException, ExecutionException, InterruptedException {
        channels();
        asynchronous();
        sockets(args.length == 0 ? 0 : Integer.parseInt(args[0]));
    }

    private static void channels() throws IOException {
        try (var server = ServerSocketChannel.open().bind(loopback());
                var client = SocketChannel.open(server.getLocalAddress());
                SocketChannel peer = server.accept()) {
            client.write(StandardCharsets.UTF_8.encode("by channels"));
            client.shutdownOutput();
            report(
                    new String(
                            peer.socket().getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void asynchronous()
            throws IOException, ExecutionException, InterruptedException {
        try (var server = AsynchronousServerSocketChannel.open().bind(loopback());
                var client = AsynchronousSocketChannel.open()) {
            client.connect(server.getLocalAddress()).get();
            try (AsynchronousSocketChannel peer = server.accept().get()) {
                int _ = client.write(StandardCharsets.UTF_8.encode("asynchronously")).get();
                ByteBuffer into = ByteBuffer.allocate(100);
                int _ = peer.read(into).get();
                report(StandardCharsets.UTF_8.decode(into.flip()).toString());
            }
        }
    }

    private static void sockets(int port) throws IOException {
        try (var server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
                var client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket peer = server.accept()) {
            client.getOutputStream().write("by sockets".getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
            report(new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void report(String arrived) throws IOException {
        System.out.println(
                arrived
                        + (hasKernelSockets()
                                ? ", by the kernel"
                                : ", without a socket of the kernel"));
    }

    private static boolean hasKernelSockets() throws IOException {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : open) {
                // The descriptor of this very listing is gone when it is asked for.
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).toString().startsWith("socket:")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
