package io.ringway;

import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpInfo;
import io.ringway.tcp.TcpState;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A TCP connection, as its application sees it.
 *
 * <p>What a {@link TcpHandler} is given is the lane's one cursor, which points to another
 * connection after the method has returned; so ten million connections need no object each. {@link
 * #hold()} returns an object that stays with its connection, for keeping.
 *
 * <p>All methods belong to the connection's lane: call them in a handler, or in a task given to
 * {@link Lane#execute(Runnable)}. Nothing blocks. Once the connection is over, and after the
 * callback for the cursor, every method throws {@link IllegalStateException}, except {@link
 * #isOpen}, {@link #close}, {@link #abort} and {@link #lane}: the first says so, and there is
 * nothing left to close.
 */
public final class TcpConnection extends ConnectionPlace {
    /** The cursor of {@code lane}; {@link #point} places it. */
    TcpConnection(Lane lane) {
        super(lane);
    }

    /** A connection to keep; {@link Connections#held} makes them, one for each. */
    TcpConnection(Lane lane, int tcb) {
        super(lane, tcb);
    }

    /**
     * This connection in an object that may be kept until {@link TcpHandler#onClosed} and beyond.
     */
    public TcpConnection hold() {
        return isHeld ? this : lane.connections().held(tcb());
    }

    /** Octets that have arrived in order and are not consumed. */
    public int available() {
        return tcp.readable(tcb());
    }

    /** Whether the peer has ended its stream, and all of it is consumed: nothing more will come. */
    public boolean isEndOfStream() {
        return tcp.isEndOfStream(tcb());
    }

    /**
     * Copies what is available, at most {@code length} octets, and consumes it.
     *
     * @return how many octets were copied, 0 when none are available, or -1 at the end of the
     *     stream
     */
    public int read(byte[] into, int offset, int length) {
        return read(MemorySegment.ofArray(into), offset, length);
    }

    /** The same into a memory segment. */
    public int read(MemorySegment into, long offset, int length) {
        int tcb = tcb();
        int copied = 0;
        while (copied < length) {
            int piece = Math.min(tcp.viewLength(tcb), length - copied);
            if (piece == 0) {
                return copied == 0 && tcp.isEndOfStream(tcb) ? -1 : copied;
            }
            MemorySegment.copy(memory, tcp.viewOffset(tcb), into, offset + copied, piece);
            tcp.consume(tcb, piece, lane.nowNs());
            copied += piece;
        }
        return copied;
    }

    /**
     * Where the octets of {@link #viewOffset} and {@link #reserve} lie: the lane's frames. The same
     * segment for all connections of the lane; only the ranges that these methods name may be
     * touched.
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Where the first {@link #viewLength} available octets lie in {@link #memory()}, as they came
     * from the network: the way to read without copying. They stay there until they are consumed.
     */
    public long viewOffset() {
        int tcb = tcb();
        return tcp.readable(tcb) == 0 ? 0 : tcp.viewOffset(tcb);
    }

    /**
     * Octets in the view: the available ones that are contiguous. 0 only when none are available.
     */
    public int viewLength() {
        return tcp.viewLength(tcb());
    }

    /**
     * Gives back the first {@code octets} available octets; their memory may be used anew, and the
     * window opens.
     */
    public void consume(int octets) {
        int tcb = tcb();
        if (octets < 0 || octets > tcp.readable(tcb)) {
            throw new IllegalArgumentException(
                    "consume takes from 0 to available() = "
                            + tcp.readable(tcb)
                            + " octets; given "
                            + octets);
        }
        tcp.consume(tcb, octets, lane.nowNs());
    }

    /**
     * Takes the frame that holds the view out of the connection: its octets count as consumed, and
     * stay where they are for as long as the caller likes. The caller then holds the frame, and
     * gives it back with {@link Lane#frames()}{@code .release(frame)}, on this lane. A pool whose
     * frames are all held takes nothing in, so who keeps them needs a limit.
     *
     * @return the frame; {@code frames().data(frame)} and {@code length(frame)} are the view
     * @throws IllegalStateException when nothing is available
     */
    public int take() {
        int tcb = tcb();
        if (tcp.readable(tcb) == 0) {
            throw new IllegalStateException(
                    "nothing is available to be taken: ask viewLength() first");
        }
        return tcp.take(tcb);
    }

    /** Octets that a write would take now. */
    public int writable() {
        return tcp.writable(tcb());
    }

    /** Asks for {@link TcpHandler#onWritable} once there is room, though no write was cut short. */
    public void wantWritable() {
        tcp.wantWritable(tcb());
    }

    /**
     * Copies octets into the send queue, as many as there is room for. When it takes less than
     * {@code length}, {@link TcpHandler#onWritable} follows as soon as there is room again.
     *
     * @return how many octets were taken, 0 to {@code length}
     */
    public int write(byte[] from, int offset, int length) {
        return write(MemorySegment.ofArray(from), offset, length);
    }

    /** The same for a whole array. */
    public int write(byte[] from) {
        return write(from, 0, from.length);
    }

    /** The same for a memory segment; it may be {@link #memory()} with a view. */
    public int write(MemorySegment from, long offset, int length) {
        return tcp.write(tcb(), from, offset, length, lane.nowNs());
    }

    /** The same for a buffer, direct or not, whose position moves past what was taken. */
    public int write(ByteBuffer from) {
        int taken = write(MemorySegment.ofBuffer(from), 0, from.remaining());
        from.position(from.position() + taken);
        return taken;
    }

    /**
     * Asks for room in the send queue to write in place.
     *
     * @param atLeast octets needed in one piece, at most one segment's worth
     * @return where {@link #reservedLength} octets of room begin in {@link #memory()}, or -1 when
     *     there are not {@code atLeast} now; then {@link TcpHandler#onWritable} follows
     */
    public long reserve(int atLeast) {
        return tcp.reserve(tcb(), atLeast, lane.nowNs());
    }

    /** Octets of room that the last {@link #reserve} gave. */
    public int reservedLength() {
        return tcp.reservedLength(tcb());
    }

    /** Sends the first {@code octets} that were written in place since {@link #reserve}. */
    public void commit(int octets) {
        tcp.commit(tcb(), octets);
    }

    /**
     * For a connection that is being opened, in the turn that opened it: what is written before the
     * turn ends may travel with the SYN (TCP Fast Open, RFC 7413), as with {@link
     * Lane#connect(Endpoint, TcpHandler, byte[])}. Later, and for a connection that a peer opened,
     * it does nothing.
     */
    public void fastOpen() {
        tcp.fastOpen(tcb());
    }

    /** Ends our stream behind what was written (a FIN); the peer may go on sending. */
    public void shutdownOutput() {
        tcp.shutdownOutput(tcb(), lane.nowNs());
    }

    /**
     * Closes the connection: what was written is sent, and then our end of stream; {@link
     * TcpHandler#onClosed} follows when both sides are done. What is unread, or arrives later,
     * nobody will read: then the peer gets a RST, because it must not believe that its data was
     * taken (RFC 9293 §3.6.1). {@link #shutdownOutput} goes on reading.
     */
    public void close() {
        if (isOpen()) {
            tcp.close(tcb, lane.nowNs());
        }
    }

    /** Ends the connection at once with a RST; what was written and not yet sent is lost. */
    public void abort() {
        abort(CloseReason.ABORTED);
    }

    void abort(CloseReason reason) {
        if (isOpen()) {
            tcp.abort(tcb, reason);
        }
    }

    /** This side's address and port. Allocates. */
    public Endpoint local() {
        int tcb = tcb();
        return new Endpoint(
                new IpAddress(tcp.localHigh(tcb), tcp.localLow(tcb)), tcp.localPort(tcb));
    }

    /** The peer's address and port. Allocates. */
    public Endpoint remote() {
        int tcb = tcb();
        return new Endpoint(
                new IpAddress(tcp.remoteHigh(tcb), tcp.remoteLow(tcb)), tcp.remotePort(tcb));
    }

    /** The state of RFC 9293 §3.3.2. */
    public TcpState state() {
        return tcp.state(tcb());
    }

    /** What TCP knows of the connection now, in the terms of {@code TCP_INFO}. Allocates. */
    public TcpInfo info() {
        return tcp.info(tcb(), lane.nowNs());
    }

    /**
     * The same for any thread, by a message to the lane, without a lock. For a connection that is
     * {@linkplain #hold held}; once it is over the future ends with {@link IllegalStateException}.
     */
    public CompletableFuture<TcpInfo> requestInfo() {
        if (!isHeld) {
            throw new IllegalStateException(CURSOR);
        }
        CompletableFuture<TcpInfo> answer = new CompletableFuture<>();
        execute(connection -> {
            try {
                answer.complete(connection.info());
            } catch (IllegalStateException over) {
                answer.completeExceptionally(over);
            }
        });
        return answer;
    }

    /**
     * What {@link #attachment(Object)} put here, or null. Forgotten when the connection is over.
     */
    public @Nullable Object attachment() {
        return lane.connections().attachment(tcb());
    }

    /**
     * Keeps an object of the application's with the connection. A lane that never does pays nothing
     * for it.
     */
    public void attachment(@Nullable Object value) {
        lane.connections().attachment(tcb(), value);
    }

    /**
     * Whether small writes go out at once instead of waiting for the ACK of what went before
     * (Nagle, RFC 1122).
     */
    public void noDelay(boolean value) {
        tcp.noDelay(tcb(), value);
    }

    /**
     * Whether octets that fill no segment wait for more, 200 ms at the longest (TCP_CORK): to write
     * a head and a body, and have them leave in full segments. Letting go sends what waits. RFC
     * 9293 §3.7.4 (Nagle's algorithm, which {@link #noDelay} is about) holds back less.
     *
     * @throws IllegalStateException when the connection is over
     */
    public void cork(boolean value) {
        tcp.cork(tcb(), value);
    }

    /**
     * Bounds the octets that are written and not acknowledged (SO_SNDBUF; RFC 9293 §3.9.1, SEND). A
     * write takes no more than there is room for; by itself the bound follows the congestion
     * window, up to {@code sendBufferBytes} of the configuration.
     *
     * @param octets 2,048 to 1,073,741,824, or 0 for the bound that follows the window
     * @throws IllegalArgumentException when it is anything else
     */
    public void sendBuffer(int octets) {
        if (octets != 0) {
            Require.octets("sendBuffer", octets);
        }
        tcp.sendBuffer(tcb(), octets);
    }

    /**
     * Bounds the octets that wait unread, and so the window that the peer is offered (SO_RCVBUF;
     * RFC 9293 §3.8.6). The window grows no more by itself. A smaller bound takes back nothing that
     * the peer was promised, and a larger one reaches as far as the window scale of the handshake.
     *
     * @param octets 2,048 to 1,073,741,824
     * @throws IllegalArgumentException when it is anything else
     */
    public void receiveBuffer(int octets) {
        tcp.receiveBuffer(tcb(), Require.octets("receiveBuffer", octets));
    }

    /**
     * Bounds the octets that are written and not sent yet (TCP_NOTSENT_LOWAT): a write takes no
     * more than that, and {@link TcpHandler#onWritable} comes when half of them have left. So what
     * is written last does not wait behind what was written long ago.
     *
     * @param octets at least 1, or 0 for no such bound
     * @throws IllegalArgumentException when it is negative
     */
    public void notSentLowWater(int octets) {
        tcp.notSentLowWater(
                tcb(), Require.inRange("notSentLowWater", octets, 0, Integer.MAX_VALUE));
    }

    /**
     * How long {@link #close} may take to deliver what was written (SO_LINGER; RFC 9293 §3.9.1.5,
     * CLOSE). What is not acknowledged by then is lost, the peer gets a RST, and {@link
     * TcpHandler#onClosed} says {@link CloseReason#TIMED_OUT}. Nothing blocks meanwhile. Zero is
     * {@link #resetOnClose}; without a linger time it takes as long as it takes, up to the user
     * time-out.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public void linger(Duration timeout) {
        tcp.linger(tcb(), Require.notNegative("linger", timeout));
    }

    /**
     * How long the connection waits, once it is closed and all is delivered, for the peer to end
     * its stream too (FIN-WAIT-2; RFC 9293 §3.6 sets no limit, and a peer that is gone would stay
     * for ever).
     *
     * @throws IllegalArgumentException when it is not positive
     */
    public void finWaitTimeout(Duration timeout) {
        tcp.finWait2(tcb(), Require.positive("finWaitTimeout", timeout));
    }

    /**
     * Whether everything that comes is acknowledged at once instead of every second segment or
     * after {@code delayedAckNs} (TCP_QUICKACK; RFC 9293 §3.8.6.3 leaves the choice). Unlike
     * Linux's it lasts until it is switched off; a connection begins with some quick ACKs in any
     * case.
     *
     * @throws IllegalStateException when the connection is over
     */
    public void quickAck(boolean value) {
        tcp.quickAck(tcb(), value);
    }

    /**
     * Whether the peer is probed when the connection has been silent for long (RFC 9293 §3.8.4).
     */
    public void keepAlive(boolean value) {
        tcp.keepAlive(tcb(), value, lane.nowNs());
    }

    /**
     * Probes the peer when the connection has been silent for {@code idle}, every {@code interval},
     * and gives it up after {@code probes} without an answer.
     *
     * @throws IllegalArgumentException when a time is not positive, or there is no probe
     */
    public void keepAlive(Duration idle, Duration interval, int probes) {
        tcp.keepAlive(
                tcb(),
                Require.positive("idle", idle),
                Require.positive("interval", interval),
                Require.inRange("probes", probes, 1, 127),
                lane.nowNs());
    }

    /**
     * Chooses the congestion control of this connection, instead of the stack's: cubic, newreno,
     * bbr, dctcp, or one that {@link StackConfig.Builder#add} brought.
     *
     * @throws IllegalArgumentException when there is none of that name; says which there are
     */
    public void congestionControl(String name) {
        tcp.congestionControl(tcb(), name, lane.nowNs());
    }

    /** The name of the congestion control in use. */
    public String congestionControl() {
        return tcp.congestionControl(tcb());
    }

    /** Whether {@link #close} ends the connection with a RST at once (a linger time of zero). */
    public void resetOnClose(boolean value) {
        tcp.resetOnClose(tcb(), value);
    }

    /**
     * How long written octets may stay without an ACK before the connection is given up (R2 of RFC
     * 9293 §3.8.3; RFC 5482).
     *
     * @throws IllegalArgumentException when it is not positive
     */
    public void userTimeout(Duration timeout) {
        tcp.userTimeout(tcb(), Require.positive("userTimeout", timeout));
    }

    /**
     * The Diffserv code point of the packets from now on (RFC 2474): 0, what is usual, to 63; 46 is
     * expedited forwarding. To change it often may put segments out of order.
     *
     * @throws IllegalArgumentException when there is no such code point
     */
    public void diffserv(int codePoint) {
        tcp.diffserv(tcb(), Require.inRange("diffserv", codePoint, 0, 63));
    }

    /** As {@link UrgentData#unread}. */
    int urgentUnread() {
        return tcp.urgentUnread(tcb());
    }

    /** The urgent mechanism, for the old protocols that use it (RFC 9293 §3.8.5). */
    public UrgentData urgent() {
        return new UrgentData(this, tcp);
    }

    @Override
    public String toString() {
        return lane.isOnLane() && isOpen() ? local() + " → " + remote() + " " + state() : "over";
    }
}
