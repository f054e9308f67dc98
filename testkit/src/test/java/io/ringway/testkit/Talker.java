package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.tcp.CloseReason;

import org.jspecify.annotations.Nullable;

/** Sends so many octets, reads as many, checks them, and closes. */
final class Talker implements TcpHandler {
    static final int LENGTH = 300_000;

    private final byte[] buffer = new byte[5000];
    private int sent;
    int received;
    private boolean isShut;
    private boolean isEnd;
    @Nullable CloseReason reason;

    @Override
    public void onOpen(TcpConnection connection) {
        // From here on there is an object that has to follow.
        assertThat(connection.hold().isOpen()).isTrue();
        write(connection);
    }

    @Override
    public void onWritable(TcpConnection connection) {
        write(connection);
    }

    private void write(TcpConnection to) {
        while (sent < LENGTH) {
            int length = Math.min(4000, LENGTH - sent);
            int taken = to.write(Pattern.range(sent + 1L, length));
            sent += taken;
            if (taken < length) {
                return;
            }
        }
        if (!isShut) {
            isShut = true;
            to.shutdownOutput();
        }
        closeIfDone(to);
    }

    private void closeIfDone(TcpConnection which) {
        if (isEnd && isShut) {
            which.close();
        }
    }

    @Override
    public void onReadable(TcpConnection from) {
        for (int count = from.read(buffer, 0, buffer.length);
                count != 0;
                count = from.read(buffer, 0, buffer.length)) {
            if (count < 0) {
                isEnd = true;
                closeIfDone(from);
                return;
            }
            for (int i = 0; i < count; i++) {
                received++;
                if (buffer[i] != Pattern.at(received)) {
                    throw new AssertionError("octet " + received + " is wrong");
                }
            }
        }
    }

    @Override
    public void onClosed(TcpConnection connection, CloseReason why) {
        reason = why;
    }
}
