package io.ringway;

import java.io.IOException;
import java.io.InputStream;

/** Reads from a socket. */
final class TcpInputStream extends InputStream {
    private final TcpSocket socket;

    TcpInputStream(TcpSocket socket) {
        this.socket = socket;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return socket.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return socket.read(into, offset, length);
    }

    @Override
    public int available() throws IOException {
        return socket.available();
    }

    @Override
    public void close() {
        socket.close();
    }
}
