package io.ringway.nio;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** What writes to a {@link SocketDoor}. */
final class SocketDoorOutput extends OutputStream {
    private final SocketDoor door;

    SocketDoorOutput(SocketDoor door) {
        this.door = door;
    }

    @Override
    public void write(int octet) throws IOException {
        door.write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        door.write(from, offset, length);
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
