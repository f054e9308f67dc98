package io.ringway;

/**
 * The messages that a socket sends again and again: "there is something to send", and "something
 * was received by the application". There is one object of each, so they allocate nothing.
 */
abstract sealed class SocketNote extends WaitNote implements SocketVerb.OfConnection
        permits SocketNote.Send, SocketNote.Received {
    private final LaneSocket socket;

    SocketNote(LaneSocket socket) {
        this.socket = socket;
    }

    /** There is something to send, or somebody waits for room. */
    static final class Send extends SocketNote {
        Send(LaneSocket socket) {
            super(socket);
        }

        @Override
        void work() {
            socket().fillSendQueue();
        }

        @Override
        boolean holds(long position) {
            return socket().hasSent(position);
        }

        @Override
        boolean isReady() {
            return socket().isWritable();
        }
    }

    /** There is room again for what the peer sends, or somebody waits for it. */
    static final class Received extends SocketNote {
        Received(LaneSocket socket) {
            super(socket);
        }

        @Override
        void work() {
            socket().takeReceived();
        }

        @Override
        boolean holds(long position) {
            return socket().hasReceived(position);
        }

        @Override
        boolean isReady() {
            return socket().isReadable();
        }
    }

    /** Lets the lane do what there is to do, and answer who waits. */
    abstract void work();

    @Override
    final void send() {
        socket.tell(this);
    }

    @Override
    public final LaneSocket socket() {
        return socket;
    }

    @Override
    public final void act(Lane lane) {
        arrive();
        work();
    }
}
