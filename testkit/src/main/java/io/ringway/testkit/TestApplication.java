package io.ringway.testkit;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.Trouble;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The application above a stack under test: notes what happens, reads what comes, and checks it.
 */
final class TestApplication implements TcpHandler {
    private final List<String> events = new ArrayList<>();
    private final byte[] buffer = new byte[64 * 1024];
    private @Nullable TcpConnection connection;
    private @Nullable CloseReason closeReason;
    private boolean isReading;
    private boolean isPatternExpected = true;
    private boolean isEndOfStream;
    private long received;
    private final StringBuilder text = new StringBuilder();

    TestApplication(boolean isReading) {
        this.isReading = isReading;
    }

    @Override
    public void onOpen(TcpConnection opened) {
        connection = opened.hold();
        events.add("open");
    }

    @Override
    public void onReadable(TcpConnection readable) {
        events.add("readable");
        if (isReading) {
            read(Integer.MAX_VALUE);
        }
    }

    @Override
    public void onWritable(TcpConnection writable) {
        events.add("writable");
    }

    @Override
    public void onUrgent(TcpConnection urgent) {
        events.add("urgent " + urgent.urgent().unread());
    }

    @Override
    public void onTrouble(TcpConnection troubled, Trouble trouble) {
        events.add("trouble " + trouble);
    }

    @Override
    public void onClosed(TcpConnection closed, CloseReason reason) {
        closeReason = reason;
        events.add("closed " + reason);
    }

    TcpConnection connection() {
        if (connection == null) {
            throw new AssertionError("no connection is open; events so far: " + events);
        }
        return connection;
    }

    @Nullable CloseReason closeReason() {
        return closeReason;
    }

    List<String> events() {
        return events;
    }

    boolean isEndOfStream() {
        return isEndOfStream;
    }

    long received() {
        return received;
    }

    String text() {
        return text.toString();
    }

    void reading(boolean value) {
        isReading = value;
    }

    void anyPayload() {
        isPatternExpected = false;
    }

    /** Reads at most {@code limit} octets and compares them with the pattern. */
    int read(int limit) {
        int done = 0;
        while (done < limit) {
            int count = connection().read(buffer, 0, Math.min(buffer.length, limit - done));
            if (count <= 0) {
                isEndOfStream |= count < 0;
                break;
            }
            check(count);
            done += count;
        }
        isEndOfStream |= connection().isOpen() && connection().isEndOfStream();
        return done;
    }

    private void check(int count) {
        for (int i = 0; i < count; i++) {
            received++;
            if (isPatternExpected && buffer[i] != Pattern.at(received)) {
                throw new AssertionError(
                        "the application read a wrong octet at number " + received);
            }
            if (!isPatternExpected) {
                text.append((char) (buffer[i] & 0xff));
            }
        }
    }
}
