package io.ringway.testkit.script;

import io.ringway.Datagram;
import io.ringway.UdpSocket;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

/** A UDP socket of a script. */
final class UdpFile extends ScriptFile {
    private final Machine machine;
    private int localPort;
    private @Nullable UdpSocket socket;

    UdpFile(Machine machine) {
        this.machine = machine;
    }

    void bind(int port) {
        localPort = port;
    }

    /** The socket, which is bound now if it was not. */
    UdpSocket socket() {
        UdpSocket bound = socket;
        if (bound == null) {
            bound = machine.stack().bind(machine.local(localPort), null);
            socket = bound;
        }
        return bound;
    }

    boolean isConnected() {
        return socket != null && socket.remote() != null;
    }

    void connect(Endpoint remote) {
        socket().connect(remote);
    }

    /** Sends {@code length} octets. */
    boolean send(int length) {
        byte[] payload = StreamData.range(1, length);
        return isConnected() ? socket().send(payload) : socket().send(machine.remote(), payload);
    }

    /** Takes a datagram and says how many of its octets fit into {@code length}; -1 for none. */
    int receive(int length) {
        Datagram datagram = socket().receive();
        if (datagram == null) {
            return -1;
        }
        byte[] octets = datagram.toBytes();
        if (StreamData.firstWrong(octets, octets.length, 1) >= 0) {
            throw new ScriptFailure("a datagram was read that is not the one that was sent");
        }
        return Math.min(length, octets.length);
    }

    @Override
    int events() {
        int in = socket != null && socket.available() > 0 ? EpollFile.IN | 64 : 0;
        return in | EpollFile.OUT | 256;
    }

    @Override
    void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
