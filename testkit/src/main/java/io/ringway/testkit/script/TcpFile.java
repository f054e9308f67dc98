package io.ringway.testkit.script;

import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.TcpListener;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.Tcp;
import io.ringway.tcp.TcpInfo;
import io.ringway.tcp.TcpState;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A TCP socket of a script. What arrives stays in the stack until the script reads it, so that the
 * window says what it would.
 */
final class TcpFile extends ScriptFile implements TcpHandler {
    enum State {
        NEW,
        BOUND,
        LISTENING,
        CONNECTING,
        CONNECTED,
        /** The connection is over, for {@link #reason}. */
        OVER
    }

    final Machine machine;
    final OptionValues options;
    State state = State.NEW;
    int localPort;
    boolean isReadShut;
    boolean isWriteShut;

    /** How long handshakes of a listener are left alone until data comes. */
    long deferNs;

    final ZeroCopy zeroCopy = new ZeroCopy();

    /** Whether what was written last waits for more, by MSG_MORE. */
    boolean hasMore;

    /** Whether a connect that did not block has been told how it ended. */
    boolean isConnectTold;

    @Nullable TcpListener listener;
    final Deque<TcpFile> accepted = new ArrayDeque<>();
    private @Nullable TcpConnection connection;
    private @Nullable CloseReason reason;
    private @Nullable String error;
    private boolean isEnded;
    private boolean isForgotten;
    private boolean isGivenUp;
    // What was unread when the connection ended.
    private byte[] rest = {};
    private int opening = -1;
    private long nextRead = 1;
    private long nextWrite = 1;
    private int remotePort;
    private final InfoTotals totals = new InfoTotals();

    TcpFile(Machine machine, OptionValues options) {
        this.machine = machine;
        this.options = options;
    }

    // --- what the stack tells ---

    /** Makes sockets of the connections of a listener. */
    static final class Acceptor implements TcpHandler {
        private final TcpFile listening;

        Acceptor(TcpFile listening) {
            this.listening = listening;
        }

        @Override
        public void onOpen(TcpConnection opened) {
            TcpFile child = new TcpFile(listening.machine, listening.options.copy());
            opened.attachment(child);
            child.onOpen(opened);
            listening.accepted.add(child);
            listening.readEdges++;
        }

        private static TcpFile of(TcpConnection connection) {
            return (TcpFile) Objects.requireNonNull(connection.attachment());
        }

        @Override
        public void onReadable(TcpConnection readable) {
            of(readable).onReadable(readable);
        }

        @Override
        public void onWritable(TcpConnection writable) {
            of(writable).onWritable(writable);
        }

        @Override
        public void onClosed(TcpConnection closed, CloseReason why) {
            if (closed.attachment() instanceof TcpFile file) {
                file.onClosed(closed, why);
            }
        }
    }

    @Override
    public void onOpen(TcpConnection opened) {
        TcpConnection held = opened.hold();
        connection = held;
        remotePort = held.remote().port();
        state = State.CONNECTED;
        readEdges++;
        writeEdges++;
        options.fitReceiveSpace(held);
        options.beginAsSystem(held);
        options.applyAll(this, held);
    }

    @Override
    public void onReadable(TcpConnection readable) {
        isEnded |= readable.available() == 0 && readable.isEndOfStream();
        readEdges++;
    }

    @Override
    public void onWritable(TcpConnection writable) {
        writeEdges++;
    }

    @Override
    public void onClosed(TcpConnection closed, CloseReason why) {
        boolean wasConnecting = state == State.CONNECTING;
        error = isGivenUp ? "ETIMEDOUT" : SocketErrors.of(why, wasConnecting, isEnded, options);
        if (state == State.CONNECTED && !isForgotten) {
            keepRest(closed);
        }
        state = State.OVER;
        reason = why;
        readEdges++;
        writeEdges++;
    }

    private static void drain(TcpConnection open) {
        byte[] buffer = new byte[4096];
        int count = 1;
        while (count > 0) {
            count = open.read(buffer, 0, buffer.length);
        }
    }

    private void keepRest(TcpConnection closed) {
        ByteArrayOutputStream unread = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        int count = closed.read(buffer, 0, buffer.length);
        while (count > 0) {
            unread.write(buffer, 0, count);
            count = closed.read(buffer, 0, buffer.length);
        }
        isEnded |= count < 0;
        rest = unread.toByteArray();
    }

    // --- what the script asks ---

    /** The connection, while there is one that is open. */
    @Nullable TcpConnection connection() {
        TcpConnection present = connection;
        return state == State.CONNECTED && present != null && present.isOpen() ? present : null;
    }

    /** Takes note of what TCP knows of the connection, to add it up. */
    void observe() {
        TcpConnection open = connection();
        if (open != null) {
            TcpInfo info = open.info();
            totals.observe(info);
            if (zeroCopy.onAcknowledged(acknowledged(info))) {
                errorEdges++;
            }
        }
    }

    /** The octets of the stream that the peer has acknowledged. */
    private long acknowledged(TcpInfo info) {
        TcpInfo.Windows windows = info.windows();
        return nextWrite - 1 - windows.unacknowledged() - windows.unsent();
    }

    /** Octets written that the peer has not acknowledged; without those that were sent, if so. */
    int outstanding(boolean isUnsentOnly) {
        TcpConnection open = connection();
        if (open == null) {
            return 0;
        }
        TcpInfo.Windows windows = open.info().windows();
        return windows.unsent() + (isUnsentOnly ? 0 : windows.unacknowledged());
    }

    /** Takes note of a call with MSG_ZEROCOPY that has just been made. */
    void onZeroCopy() {
        if (options.get("SO_ZEROCOPY", 0) != 0) {
            zeroCopy.onSend(nextWrite - 1);
        }
    }

    /** What TCP_INFO says of the connection. */
    Map<String, Long> info(ScriptConfig config) {
        TcpInfo info = info();
        if (info == null) {
            TcpState without = state == State.LISTENING ? TcpState.LISTEN : TcpState.CLOSED;
            return TcpInfoFields.without(without, config.isFreeBsd());
        }
        totals.observe(info);
        TcpConnection open = connection();
        int unacked =
                open == null
                        ? 1
                        : machine.unacknowledgedSegments(
                                open.local().port(), open.remote().port(), info.windows());
        int receiveMss = config.mtu() - (config.isIpv6() ? 60 : 40);
        return TcpInfoFields.of(
                info, config.mtu(), receiveMss, unacked, totals, config.isFreeBsd());
    }

    /** What {@code SO_RCVBUF} says, or -1 when the system's default holds. */
    long receiveSpace() {
        TcpInfo info = state == State.CONNECTING ? info() : null;
        if (info != null && info.state() == TcpState.SYN_RECEIVED) {
            options.fitReceiveSpace(info);
        }
        return options.receiveSpace();
    }

    private @Nullable TcpInfo info() {
        TcpConnection open = connection();
        if (open != null) {
            return open.info();
        }
        Tcp tcp = machine.stack().lane(0).tcp();
        return isOpening(tcp) ? tcp.info(opening, machine.nowNs()) : null;
    }

    /** The port of the peer, or 0 when there is no connection. */
    int remotePort() {
        return remotePort;
    }

    /** The error that has not been told yet, which is told now, or null. */
    @Nullable String takeError() {
        String told = error;
        error = null;
        return told;
    }

    boolean hasError() {
        return error != null;
    }

    @Nullable CloseReason reason() {
        return reason;
    }

    /** Octets that can be read at once. */
    int available() {
        TcpConnection open = connection();
        return open == null ? rest.length : open.available();
    }

    /** Whether a read would give the end of the stream. */
    boolean isAtEnd() {
        TcpConnection open = connection();
        isEnded |= open != null && open.isEndOfStream();
        return isReadShut || (available() == 0 && (isEnded || state == State.OVER));
    }

    /** Reads at most {@code length} octets, and fails when they are not those that were sent. */
    int read(int length) {
        byte[] buffer = new byte[Math.min(length, available())];
        TcpConnection open = connection();
        if (open == null) {
            System.arraycopy(rest, 0, buffer, 0, buffer.length);
            rest = Arrays.copyOfRange(rest, buffer.length, rest.length);
        } else {
            open.read(buffer, 0, buffer.length);
        }
        int wrong = StreamData.firstWrong(buffer, buffer.length, nextRead);
        if (wrong >= 0) {
            throw new ScriptFailure(
                    "the octet number "
                            + (nextRead + wrong)
                            + " that was read is not what was sent");
        }
        nextRead += buffer.length;
        return buffer.length;
    }

    /** Writes at most {@code length} octets, and says how many the stack took. */
    int write(TcpConnection open, int length) {
        int taken = open.write(StreamData.range(nextWrite, length));
        nextWrite += taken;
        return taken;
    }

    /**
     * Lets go what MSG_MORE holds back: a call without it does, an option that pushes, and on Linux
     * the next segment that comes.
     */
    void releaseMore(TcpConnection open) {
        hasMore = false;
        open.cork(false);
    }

    /** A segment has come for the connection. */
    void onInbound() {
        TcpConnection open = connection();
        if (hasMore && open != null) {
            releaseMore(open);
        }
    }

    /** Octets written to the connection. */
    long written() {
        return nextWrite - 1;
    }

    /**
     * Opens the connection by TCP Fast Open.
     *
     * @param length octets to go with the SYN, when the peer has given a cookie; none otherwise
     * @return how many the stack took
     */
    int connectFast(int length) {
        state = State.CONNECTING;
        remotePort = machine.remote().port();
        int taken =
                machine.stack()
                        .lane(0)
                        .connect(machine.remote(), this, StreamData.range(nextWrite, length));
        nextWrite += taken;
        return taken;
    }

    /** Ends the connection with a reset, so that the socket can open another one. */
    void disconnect() {
        TcpConnection open = connection();
        if (open != null) {
            open.abort();
        }
        connection = null;
        state = State.NEW;
        error = null;
        isEnded = false;
        isReadShut = false;
        isWriteShut = false;
        isConnectTold = false;
        rest = new byte[0];
        nextRead = 1;
        nextWrite = 1;
    }

    /** Opens the connection; a handler's method tells how it went. */
    void connect() {
        Tcp tcp = machine.stack().lane(0).tcp();
        BitSet before = new BitSet();
        tcp.forEachConnection(before::set);
        state = State.CONNECTING;
        remotePort = machine.remote().port();
        CompletableFuture<TcpConnection> future =
                machine.stack()
                        .connect(
                                localPort == 0 ? null : machine.local(localPort),
                                machine.remote(),
                                this,
                                options.atOnce());
        if (future.isCompletedExceptionally()) {
            state = State.OVER;
            error = "EADDRNOTAVAIL";
            return;
        }
        tcp.forEachConnection(tcb -> {
            if (!before.get(tcb)) {
                opening = tcb;
            }
        });
        if (options.isFreeBsd()) {
            machine.at(machine.nowNs() + options.keepInitNs(), this::giveUpConnect);
        }
    }

    private boolean isOpening(Tcp tcp) {
        return state == State.CONNECTING && opening >= 0 && tcp.exists(opening);
    }

    // The application's limit to the time that connecting may take.
    private void giveUpConnect() {
        Tcp tcp = machine.stack().lane(0).tcp();
        if (isOpening(tcp)) {
            isGivenUp = true;
            tcp.close(opening, machine.nowNs());
        }
    }

    @Override
    int events() {
        if (state == State.LISTENING) {
            return accepted.isEmpty() ? 0 : EpollFile.IN | 64;
        }
        int events = 0;
        if (available() >= Math.max(1, options.get("SO_RCVLOWAT", 1)) || isAtEnd()) {
            events |= EpollFile.IN | 64;
        }
        if (isEnded || isReadShut || state == State.OVER) {
            events |= 0x2000;
        }
        TcpConnection open = connection();
        if (open != null && (isWriteShut || open.writable() > 0)) {
            events |= EpollFile.OUT | 256;
        }
        if (state == State.OVER || state == State.NEW || state == State.BOUND) {
            events |= EpollFile.OUT | 256 | EpollFile.HANG_UP;
        }
        if (isWriteShut && isEnded) {
            events |= EpollFile.HANG_UP;
        }
        return (error == null && !zeroCopy.isReady()) ? events : events | EpollFile.ERROR;
    }

    @Override
    void close() {
        isForgotten = true;
        TcpListener listening = listener;
        if (listening != null) {
            listening.close();
            for (TcpFile child : accepted) {
                TcpConnection open = child.connection();
                if (open != null) {
                    open.abort();
                }
            }
            accepted.clear();
        }
        TcpConnection open = connection();
        if (open != null) {
            if (options.isResetOnClose()) {
                open.resetOnClose(true);
            } else if (options.isFreeBsd()) {
                // FreeBSD throws away what is unread, and closes in good order.
                drain(open);
            }
            open.close();
        } else if (state == State.CONNECTING) {
            // A connection that is not open yet has no handle in the application's interface.
            Tcp tcp = machine.stack().lane(0).tcp();
            if (isOpening(tcp)) {
                tcp.close(opening, machine.nowNs());
            }
        }
    }
}
