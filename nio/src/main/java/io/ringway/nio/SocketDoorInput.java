package io.ringway.nio;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** What reads from a {@link SocketDoor}. */
final class SocketDoorInput extends InputStream {
    private final SocketDoor door;

    SocketDoorInput(SocketDoor door) {
        this.door = door;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return door.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        return length == 0 ? 0 : door.read(into, offset, length);
    }

    @Override
    public int available() throws IOException {
        return door.available();
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
