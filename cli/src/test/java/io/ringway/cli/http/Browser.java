package io.ringway.cli.http;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A client without a network: it pushes octets into a session and keeps what comes out. */
final class Browser {
    private final HttpSession session;
    private final int pieceLength;
    private final int window;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** A client that sends at once and takes everything. */
    Browser(HttpSession session) {
        this(session, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * A client of small steps.
     *
     * @param pieceLength octets it sends at a time
     * @param window octets it takes at a time
     */
    Browser(HttpSession session, int pieceLength, int window) {
        this.session = session;
        this.pieceLength = pieceLength;
        this.window = window;
    }

    /** Sends a text, whose lines end as they do, and returns all that came back so far. */
    String send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    String send(byte[] octets) {
        MemorySegment memory = MemorySegment.ofArray(octets);
        for (int sent = 0; sent < octets.length; ) {
            int piece = Math.min(pieceLength, octets.length - sent);
            int taken = session.receive(memory, sent, piece);
            sent += taken;
            boolean isIdle = drain();
            if (taken == 0 && isIdle && session.isFinished()) {
                break;
            }
        }
        return text();
    }

    private boolean drain() {
        for (int i = 0; i < 1_000_000; i++) {
            int[] room = {window};
            boolean isDone =
                    session.send((from, offset, length) -> {
                        int taken = Math.min(room[0], length);
                        byte[] copy = new byte[taken];
                        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, copy, 0, taken);
                        received.write(copy, 0, taken);
                        room[0] -= taken;
                        return taken;
                    });
            if (isDone) {
                return true;
            }
        }
        throw new AssertionError("the response does not end");
    }

    byte[] octets() {
        return received.toByteArray();
    }

    String text() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    /** Forgets what came so far. */
    void forget() {
        received.reset();
    }
}
