package io.ringway.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannelConfig;
import io.ringway.TcpConnection;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The options of a {@link RingwaySocketChannel}. They are kept here, and set on the connection as
 * soon as there is one, by its event loop. Any thread.
 */
public final class RingwaySocketChannelConfig extends DefaultChannelConfig
        implements SocketChannelConfig {
    private static final int LEAST_BUFFER = 2048;
    private static final int MOST_BUFFER = 1 << 30;

    private final RingwaySocketChannel owner;
    private volatile boolean isHalfClosureAllowed;
    private volatile boolean isNoDelay = true;
    private volatile boolean isKeepAlive;
    private volatile boolean isReuseAddress = true;
    private volatile int linger = -1;
    private volatile int trafficClass;
    private volatile int sendBuffer;
    private volatile int receiveBuffer;
    private volatile int notSentLowWater;
    private volatile boolean isCorked;
    private volatile boolean isQuickAck;
    private volatile boolean isFastOpen;
    private volatile @Nullable String congestionControl;

    RingwaySocketChannelConfig(RingwaySocketChannel channel) {
        super(channel, new FrameRecvAllocator());
        this.owner = channel;
    }

    /** Before the SYN: what the handshake tells the peer. The event loop only. */
    void applyToSyn(TcpConnection to) {
        applyReceiveBuffer(to);
        applyTrafficClass(to);
    }

    /** Whether what was written before connecting goes with the SYN. */
    boolean isFastOpen() {
        return isFastOpen;
    }

    /** Everything, when the connection is open. The event loop only. */
    void apply(TcpConnection to) {
        to.noDelay(isNoDelay);
        if (isKeepAlive) {
            to.keepAlive(true);
        }
        if (isCorked) {
            to.cork(true);
        }
        if (isQuickAck) {
            to.quickAck(true);
        }
        applyReceiveBuffer(to);
        applyTrafficClass(to);
        if (sendBuffer != 0) {
            to.sendBuffer(buffer(sendBuffer));
        }
        if (notSentLowWater != 0) {
            to.notSentLowWater(notSentLowWater);
        }
        String algorithm = congestionControl;
        if (algorithm != null) {
            to.congestionControl(algorithm);
        }
    }

    private void applyReceiveBuffer(TcpConnection to) {
        if (receiveBuffer != 0) {
            to.receiveBuffer(buffer(receiveBuffer));
        }
    }

    private void applyTrafficClass(TcpConnection to) {
        if (trafficClass != 0) {
            to.diffserv(trafficClass >>> 2);
        }
    }

    /** What close is to do with octets that are under way. The event loop only. */
    void applyLinger(TcpConnection to) {
        int seconds = linger;
        if (seconds == 0) {
            to.resetOnClose(true);
        } else if (seconds > 0) {
            to.linger(Duration.ofSeconds(seconds));
        }
    }

    static int buffer(int octets) {
        return Math.clamp(octets, LEAST_BUFFER, MOST_BUFFER);
    }

    /** Sets something on the connection, when there is one, on its lane. */
    private void set(Consumer<TcpConnection> what) {
        TcpConnection to = owner.connection();
        if (to == null || !owner.isRegistered()) {
            return;
        }
        Runnable ifOpen =
                () -> {
                    TcpConnection live = owner.liveConnection();
                    if (live != null) {
                        what.accept(live);
                    }
                };
        if (owner.eventLoop().inEventLoop()) {
            ifOpen.run();
        } else {
            owner.eventLoop().execute(ifOpen);
        }
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return getOptions(
                super.getOptions(),
                ChannelOption.SO_RCVBUF,
                ChannelOption.SO_SNDBUF,
                ChannelOption.TCP_NODELAY,
                ChannelOption.SO_KEEPALIVE,
                ChannelOption.SO_REUSEADDR,
                ChannelOption.SO_LINGER,
                ChannelOption.IP_TOS,
                ChannelOption.ALLOW_HALF_CLOSURE,
                ChannelOption.TCP_FASTOPEN_CONNECT,
                RingwayChannelOption.TCP_CORK,
                RingwayChannelOption.TCP_QUICKACK,
                RingwayChannelOption.TCP_NOTSENT_LOWAT,
                RingwayChannelOption.TCP_CONGESTION);
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // The option says what its value is.
    public <T> T getOption(ChannelOption<T> option) {
        if (option.equals(ChannelOption.SO_RCVBUF)) {
            return (T) Integer.valueOf(getReceiveBufferSize());
        } else if (option.equals(ChannelOption.SO_SNDBUF)) {
            return (T) Integer.valueOf(getSendBufferSize());
        } else if (option.equals(ChannelOption.TCP_NODELAY)) {
            return (T) Boolean.valueOf(isTcpNoDelay());
        } else if (option.equals(ChannelOption.SO_KEEPALIVE)) {
            return (T) Boolean.valueOf(isKeepAlive());
        } else if (option.equals(ChannelOption.SO_REUSEADDR)) {
            return (T) Boolean.valueOf(isReuseAddress());
        } else if (option.equals(ChannelOption.SO_LINGER)) {
            return (T) Integer.valueOf(getSoLinger());
        } else if (option.equals(ChannelOption.IP_TOS)) {
            return (T) Integer.valueOf(getTrafficClass());
        } else if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
            return (T) Boolean.valueOf(isAllowHalfClosure());
        } else if (option.equals(ChannelOption.TCP_FASTOPEN_CONNECT)) {
            return (T) Boolean.valueOf(isFastOpen);
        } else if (option.equals(RingwayChannelOption.TCP_CORK)) {
            return (T) Boolean.valueOf(isCorked);
        } else if (option.equals(RingwayChannelOption.TCP_QUICKACK)) {
            return (T) Boolean.valueOf(isQuickAck);
        } else if (option.equals(RingwayChannelOption.TCP_NOTSENT_LOWAT)) {
            return (T) Integer.valueOf(notSentLowWater);
        } else if (option.equals(RingwayChannelOption.TCP_CONGESTION)) {
            return (T) congestionControl;
        }
        return super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        validate(option, value);
        if (option.equals(ChannelOption.SO_RCVBUF)) {
            setReceiveBufferSize((Integer) value);
        } else if (option.equals(ChannelOption.SO_SNDBUF)) {
            setSendBufferSize((Integer) value);
        } else if (option.equals(ChannelOption.TCP_NODELAY)) {
            setTcpNoDelay((Boolean) value);
        } else if (option.equals(ChannelOption.SO_KEEPALIVE)) {
            setKeepAlive((Boolean) value);
        } else if (option.equals(ChannelOption.SO_REUSEADDR)) {
            setReuseAddress((Boolean) value);
        } else if (option.equals(ChannelOption.SO_LINGER)) {
            setSoLinger((Integer) value);
        } else if (option.equals(ChannelOption.IP_TOS)) {
            setTrafficClass((Integer) value);
        } else if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
            setAllowHalfClosure((Boolean) value);
        } else if (option.equals(ChannelOption.TCP_FASTOPEN_CONNECT)) {
            isFastOpen = (Boolean) value;
        } else if (option.equals(RingwayChannelOption.TCP_CORK)) {
            setCorked((Boolean) value);
        } else if (option.equals(RingwayChannelOption.TCP_QUICKACK)) {
            setQuickAck((Boolean) value);
        } else if (option.equals(RingwayChannelOption.TCP_NOTSENT_LOWAT)) {
            setNotSentLowWater((Integer) value);
        } else if (option.equals(RingwayChannelOption.TCP_CONGESTION)) {
            setCongestionControl((String) value);
        } else {
            return super.setOption(option, value);
        }
        return true;
    }

    private void setCorked(boolean value) {
        isCorked = value;
        set(connection -> connection.cork(value));
    }

    private void setQuickAck(boolean value) {
        isQuickAck = value;
        set(connection -> connection.quickAck(value));
    }

    private void setNotSentLowWater(int octets) {
        notSentLowWater = octets;
        set(connection -> connection.notSentLowWater(octets));
    }

    private void setCongestionControl(String name) {
        congestionControl = name;
        set(connection -> connection.congestionControl(name));
    }

    @Override
    public boolean isTcpNoDelay() {
        return isNoDelay;
    }

    @Override
    public SocketChannelConfig setTcpNoDelay(boolean value) {
        isNoDelay = value;
        set(connection -> connection.noDelay(value));
        return this;
    }

    @Override
    public int getSoLinger() {
        return linger;
    }

    @Override
    public SocketChannelConfig setSoLinger(int seconds) {
        linger = Math.max(-1, seconds);
        return this;
    }

    /** What was set, or the stack's setting. */
    @Override
    public int getSendBufferSize() {
        RingwayIoHandler handler = owner.handlerOrNull();
        return sendBuffer != 0 || handler == null
                ? sendBuffer
                : handler.stack().config().tcp().sendBufferBytes();
    }

    @Override
    public SocketChannelConfig setSendBufferSize(int octets) {
        sendBuffer = requirePositive("SO_SNDBUF", octets);
        set(connection -> connection.sendBuffer(buffer(octets)));
        return this;
    }

    /** What was set, or the stack's setting. */
    @Override
    public int getReceiveBufferSize() {
        RingwayIoHandler handler = owner.handlerOrNull();
        return receiveBuffer != 0 || handler == null
                ? receiveBuffer
                : handler.stack().config().tcp().receiveBufferBytes();
    }

    @Override
    public SocketChannelConfig setReceiveBufferSize(int octets) {
        receiveBuffer = requirePositive("SO_RCVBUF", octets);
        set(connection -> connection.receiveBuffer(buffer(octets)));
        return this;
    }

    static int requirePositive(String what, int octets) {
        if (octets <= 0) {
            throw new IllegalArgumentException(what + " is " + octets + "; expected more than 0");
        }
        return octets;
    }

    @Override
    public boolean isKeepAlive() {
        return isKeepAlive;
    }

    @Override
    public SocketChannelConfig setKeepAlive(boolean value) {
        isKeepAlive = value;
        set(connection -> connection.keepAlive(value));
        return this;
    }

    @Override
    public int getTrafficClass() {
        return trafficClass;
    }

    /** The Diffserv code point in the upper six bits; the two of ECN are TCP's own. */
    @Override
    public SocketChannelConfig setTrafficClass(int value) {
        trafficClass = requireTrafficClass(value);
        set(connection -> connection.diffserv(value >>> 2));
        return this;
    }

    static int requireTrafficClass(int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("IP_TOS is " + value + "; expected 0 to 255");
        }
        return value;
    }

    @Override
    public boolean isReuseAddress() {
        return isReuseAddress;
    }

    /** Makes no difference: TIME-WAIT keeps no port of ours from being used. */
    @Override
    public SocketChannelConfig setReuseAddress(boolean value) {
        isReuseAddress = value;
        return this;
    }

    /** Makes no difference. */
    @Override
    public SocketChannelConfig setPerformancePreferences(
            int connectionTime, int latency, int bandwidth) {
        return this;
    }

    @Override
    public boolean isAllowHalfClosure() {
        return isHalfClosureAllowed;
    }

    @Override
    public SocketChannelConfig setAllowHalfClosure(boolean value) {
        isHalfClosureAllowed = value;
        return this;
    }

    @Override
    protected void autoReadCleared() {
        owner.onAutoReadCleared();
    }

    @Override
    public SocketChannelConfig setConnectTimeoutMillis(int value) {
        super.setConnectTimeoutMillis(value);
        return this;
    }

    @Override
    @SuppressWarnings("deprecation") // Of the interface.
    public SocketChannelConfig setMaxMessagesPerRead(int value) {
        super.setMaxMessagesPerRead(value);
        return this;
    }

    @Override
    public SocketChannelConfig setWriteSpinCount(int value) {
        super.setWriteSpinCount(value);
        return this;
    }

    @Override
    public SocketChannelConfig setAllocator(ByteBufAllocator value) {
        super.setAllocator(value);
        return this;
    }

    @Override
    public SocketChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator value) {
        super.setRecvByteBufAllocator(value);
        return this;
    }

    @Override
    public SocketChannelConfig setAutoRead(boolean value) {
        super.setAutoRead(value);
        return this;
    }

    @Override
    public SocketChannelConfig setAutoClose(boolean value) {
        super.setAutoClose(value);
        return this;
    }

    @Override
    public SocketChannelConfig setMessageSizeEstimator(MessageSizeEstimator value) {
        super.setMessageSizeEstimator(value);
        return this;
    }

    @Override
    public SocketChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark value) {
        super.setWriteBufferWaterMark(value);
        return this;
    }
}
