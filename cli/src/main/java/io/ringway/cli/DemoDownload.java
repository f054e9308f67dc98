package io.ringway.cli;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.cli.http.ByteRange;
import io.ringway.tcp.CloseReason;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntConsumer;

/**
 * The least that can download a part of a file over HTTP: for a second stack of ours, where no curl
 * can reach us.
 */
final class DemoDownload implements TcpHandler {
    private static final int PIECE = 64 * 1024;
    private static final String OK = "HTTP/1.1 206 ";
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final byte[] request;
    private final long length;
    private final IntConsumer onOctets;
    private final CompletableFuture<String> result = new CompletableFuture<>();
    private final MessageDigest digest = DemoFile.sha256();
    private final byte[] piece = new byte[PIECE];
    private final StringBuilder head = new StringBuilder();
    private boolean isInBody;
    private long taken;

    DemoDownload(String path, ByteRange part, IntConsumer onOctets) {
        this.length = part.length();
        this.onOctets = onOctets;
        this.request =
                ("GET "
                                + path
                                + " HTTP/1.1\r\nHost: demo\r\nConnection: close\r\nRange: bytes="
                                + part.first()
                                + "-"
                                + (part.first() + part.length() - 1)
                                + END_OF_HEAD)
                        .getBytes(StandardCharsets.US_ASCII);
    }

    /** Waits for the end, and returns the SHA-256 of what came, in hexadecimal. */
    String await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new Failure(
                    ExitStatus.FAILED,
                    "the download failed: "
                            + ErrorLines.message(e.getCause() == null ? e : e.getCause()),
                    e);
        }
    }

    @Override
    public void onOpen(TcpConnection connection) {
        connection.write(request);
    }

    @Override
    public void onReadable(TcpConnection connection) {
        while (!isInBody && connection.viewLength() > 0) {
            head.append(
                    (char) connection.memory().get(ValueLayout.JAVA_BYTE, connection.viewOffset()));
            connection.consume(1);
            isInBody = head.length() >= 4 && head.indexOf(END_OF_HEAD, head.length() - 4) >= 0;
        }
        while (isInBody && connection.available() > 0) {
            int octets = connection.read(piece, 0, PIECE);
            digest.update(piece, 0, octets);
            taken += octets;
            onOctets.accept(octets);
        }
        if (connection.isEndOfStream()) {
            connection.close();
            finish();
        }
    }

    private void finish() {
        if (!head.toString().startsWith(OK)) {
            result.completeExceptionally(
                    Failure.failed(
                            "the server answered "
                                    + head.toString().lines().findFirst().orElse("nothing")));
        } else if (taken != length) {
            result.completeExceptionally(
                    Failure.failed("of " + length + " octets " + taken + " came"));
        } else {
            result.complete(HexFormat.of().formatHex(digest.digest()));
        }
    }

    @Override
    public void onClosed(TcpConnection connection, CloseReason reason) {
        result.completeExceptionally(Failure.failed("the connection ended: " + reason));
    }
}
