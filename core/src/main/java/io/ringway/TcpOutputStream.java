package io.ringway;

import java.io.IOException;
import java.io.OutputStream;

/** Writes to a socket; what is written is on its way without a flush. */
final class TcpOutputStream extends OutputStream {
    private final TcpSocket socket;

    TcpOutputStream(TcpSocket socket) {
        this.socket = socket;
    }

    @Override
    public void write(int octet) throws IOException {
        socket.write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        socket.write(from, offset, length);
    }

    @Override
    public void close() {
        socket.close();
    }
}
