package io.ringway.jar;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * A program that knows nothing of Ringway: it gives back what one peer sends, then sends a mebibyte
 * to another and prints the SHA-256 of what came back.
 *
 * <pre>
 *  EchoProgram WAY PORT ADDRESS        WAY is one of {@link Way}; it listens at PORT, and talks to
 *                                      PORT + 1 of ADDRESS
 * </pre>
 */
final class EchoProgram {
    static final int LENGTH = 1 << 20;

    private static final int BUFFER = 30_000;

    private EchoProgram() {}

    /** Runs in a virtual thread, since that asks for more than another. */
    public static void main(String[] args) throws Exception {
        Way way = Way.valueOf(args[0]);
        int port = Integer.parseInt(args[1]);
        inVirtualThread(() -> {
            try (Way.Server server = way.listen(port)) {
                System.out.println("READY");
                echo(server);
            }
            System.out.println("ECHOED");
            System.out.println("GOT " + talk(way, new InetSocketAddress(args[2], port + 1)));
            return null;
        });
    }

    /** The same octets in every process. */
    static byte[] octets() {
        byte[] octets = new byte[LENGTH];
        new Random(5).nextBytes(octets);
        return octets;
    }

    private static void echo(Way.Server server) throws Exception {
        try (Way.Peer peer = server.accept()) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            while (peer.read(buffer) >= 0) {
                buffer.flip();
                peer.write(buffer);
                buffer.clear();
            }
            peer.finish();
        }
    }

    private static String talk(Way way, InetSocketAddress remote) throws Exception {
        try (Way.Peer peer = way.connect(remote)) {
            FutureTask<Void> sending =
                    new FutureTask<>(() -> {
                        peer.write(ByteBuffer.wrap(octets()));
                        peer.finish();
                        return null;
                    });
            Thread _ = Thread.startVirtualThread(sending);
            MessageDigest sum = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            while (peer.read(buffer) >= 0) {
                sum.update(buffer.flip());
                buffer.clear();
            }
            sending.get();
            return HexFormat.of().formatHex(sum.digest());
        }
    }

    private static void inVirtualThread(Callable<Void> work) throws Exception {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread.startVirtualThread(task).join();
        try {
            task.get();
        } catch (java.util.concurrent.ExecutionException failed) {
            throw failed.getCause() instanceof IOException cause ? cause : failed;
        }
    }
}
