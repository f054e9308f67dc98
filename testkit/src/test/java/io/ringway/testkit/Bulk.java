package io.ringway.testkit;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.tcp.CloseReason;

import org.jspecify.annotations.Nullable;

/** A flow from the one that opens to the one that accepts: sends as fast as it can, and counts. */
final class Bulk {
    private static final byte[] CHUNK = Pattern.range(1, 64 * 1024);

    /** The side that sends. */
    final Sending sending;

    /** The side that takes it. */
    final Taking taking = new Taking();

    Bulk(long octets, String algorithm) {
        sending = new Sending(octets, algorithm);
    }

    /** Octets that have arrived. */
    long arrived() {
        return taking.octets;
    }

    boolean isDone() {
        return taking.isOver && sending.isOver;
    }

    static final class Sending implements TcpHandler {
        final String algorithm;
        long left;
        @Nullable TcpConnection connection;
        boolean isOver;

        /** Whether this side stays open when all is written: there may be more later. */
        boolean keepsOpen;

        Sending(long octets, String algorithm) {
            this.left = octets;
            this.algorithm = algorithm;
        }

        @Override
        public void onOpen(TcpConnection opened) {
            connection = opened.hold();
            if (!algorithm.isEmpty()) {
                opened.congestionControl(algorithm);
            }
            onWritable(opened);
        }

        @Override
        public void onReadable(TcpConnection readable) {
            if (readable.isEndOfStream()) {
                readable.close();
            }
        }

        @Override
        public void onWritable(TcpConnection writable) {
            while (left > 0) {
                int length = (int) Math.min(left, CHUNK.length);
                int taken = writable.write(CHUNK, 0, length);
                left -= taken;
                if (taken < length) {
                    return;
                }
            }
            if (!keepsOpen) {
                writable.shutdownOutput();
            }
        }

        @Override
        public void onClosed(TcpConnection closed, CloseReason reason) {
            isOver = true;
        }
    }

    static final class Taking implements TcpHandler {
        long octets;
        boolean isOver;

        @Override
        public void onReadable(TcpConnection readable) {
            int length = readable.viewLength();
            while (length > 0) {
                octets += length;
                readable.consume(length);
                length = readable.viewLength();
            }
            if (readable.isEndOfStream()) {
                readable.close();
            }
        }

        @Override
        public void onClosed(TcpConnection closed, CloseReason reason) {
            isOver = true;
        }
    }
}
