package io.ringway;

import io.ringway.tcp.CloseReason;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.tcp.ListenOptions;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The socket operations as messages to the lane that owns the socket (after the protocol threads of
 * DragonFly BSD). Some carry a reply; the others are sent and forgotten. A thread that is the lane
 * runs them inline ({@link Lane#tell}).
 *
 * <p>{@link SocketNote.Send} and {@link SocketNote.Received} are the frequent ones: a socket has
 * one of each, which is under way once at most, so they cost no allocation.
 */
sealed interface SocketVerb extends Message
        permits SocketVerb.Listen, AcceptQueue, SocketVerb.OfConnection {

    /** Accepts connections from now on; the reply is TCP's number of the listener. */
    record Listen(
            Endpoint local,
            TcpHandler handler,
            ListenOptions options,
            CompletableFuture<Integer> reply)
            implements SocketVerb {
        @Override
        public void run(Lane lane) {
            try {
                reply.complete(lane.connections().listen(local, handler, options));
            } catch (Throwable thrown) {
                reply.completeExceptionally(thrown);
            }
        }

        @Override
        public void refuse() {
            reply.completeExceptionally(closed());
        }
    }

    /**
     * About one connection's socket. The socket may have moved to another lane since it was sent;
     * then the message follows it. So it says what shall be ("end the stream behind octet X"),
     * never what comes next, and does no harm when another one overtakes it.
     */
    sealed interface OfConnection extends SocketVerb
            permits Attach, Connect, SocketNote, Shutdown, Disconnect, Abort, Control, Detach {
        /** The socket that it is about. */
        LaneSocket socket();

        /** Does what is asked. Only the lane that the socket is on. */
        void act(Lane lane);

        @Override
        default void run(Lane lane) {
            LaneSocket socket = socket();
            if (socket.isOn(lane)) {
                act(lane);
            } else {
                socket.follow(lane, this);
            }
        }
    }

    /** Makes a connection that exists the socket's. */
    record Attach(LaneSocket socket, TcpConnection connection) implements OfConnection {
        @Override
        public void act(Lane lane) {
            socket.attach(connection);
        }
    }

    /**
     * Opens a connection, on the lane to which the peer's replies will come; the socket's future
     * tells what came of it.
     */
    record Connect(
            Stack stack,
            LaneSocket socket,
            @Nullable Endpoint local,
            Endpoint remote,
            ConnectionOptions options)
            implements OfConnection {
        @Override
        public void act(Lane lane) {
            Lane home = stack.lane(Lanes.home(lane, local, remote));
            if (home == lane) {
                socket.connect(lane, local, remote, options);
            } else {
                socket.moveTo(home);
                socket.follow(lane, this);
            }
        }

        @Override
        public void refuse() {
            socket.failOpening(closed());
        }
    }

    /** Ends our stream behind octet {@code position}, or theirs for us. */
    record Shutdown(LaneSocket socket, boolean isOutput, long position) implements OfConnection {
        @Override
        public void act(Lane lane) {
            if (isOutput) {
                socket.endOutput(position, false);
            } else {
                socket.shutInput();
            }
        }
    }

    /** Closes in good order: what was written up to octet {@code position} still goes out. */
    record Disconnect(LaneSocket socket, long position) implements OfConnection {
        @Override
        public void act(Lane lane) {
            socket.endOutput(position, true);
        }
    }

    /** Ends the connection with a RST. */
    record Abort(LaneSocket socket, CloseReason reason) implements OfConnection {
        @Override
        public void act(Lane lane) {
            socket.abort(reason);
        }
    }

    /** Sets or asks something of the connection, and tells the answer. */
    record Control<T extends @Nullable Object>(
            LaneSocket socket, Function<TcpConnection, T> what, CompletableFuture<T> reply)
            implements OfConnection {
        @Override
        public void act(Lane lane) {
            try {
                reply.complete(what.apply(socket.requireConnection()));
            } catch (Throwable thrown) {
                reply.completeExceptionally(thrown);
            }
        }

        @Override
        public void refuse() {
            reply.completeExceptionally(closed());
        }
    }

    /** The application has let go of the socket: nobody reads, writes or waits any more. */
    record Detach(LaneSocket socket) implements OfConnection {
        @Override
        public void act(Lane lane) {
            socket.detach();
        }
    }

    private static StackException closed() {
        return new StackException("the stack is closed");
    }
}
