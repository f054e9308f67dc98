package io.ringway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntConsumer;

/** Runs a real curl at the other end of the wire, and hashes what it downloads. */
final class Curl {
    private static final int PIECE = 256 * 1024;

    private final Network network;

    Curl(Network network) {
        this.network = network;
    }

    /**
     * Downloads a URL.
     *
     * @param arguments further arguments for curl
     * @param onOctets is told of each piece that arrived
     * @return the SHA-256 of what came, in hexadecimal
     * @throws Failure when curl fails, with what it says
     */
    String download(String url, List<String> arguments, IntConsumer onOctets)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail", "--globoff"));
        command.addAll(arguments);
        command.add(url);
        Process process = network.start(command);
        try {
            MessageDigest digest = DemoFile.sha256();
            InputStream stream = process.getInputStream();
            byte[] piece = new byte[PIECE];
            for (int length = stream.read(piece); length >= 0; length = stream.read(piece)) {
                digest.update(piece, 0, length);
                onOctets.accept(length);
            }
            String problem =
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw Failure.failed("curl ended with status " + status + ": " + problem.strip());
            }
            return HexFormat.of().formatHex(digest.digest());
        } finally {
            process.destroyForcibly();
        }
    }
}
