package io.ringway.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ServerSocketChannelConfig;
import io.netty.util.NetUtil;
import io.ringway.tcp.ListenOptions;

import java.util.Map;

/**
 * The options of a {@link RingwayServerSocketChannel}, to be set before it is bound. Any thread.
 */
public final class RingwayServerSocketChannelConfig extends DefaultChannelConfig
        implements ServerSocketChannelConfig {
    private final RingwayServerSocketChannel owner;
    private volatile int backlog = NetUtil.SOMAXCONN;
    private volatile int receiveBuffer;
    private volatile int fastOpen;
    private volatile boolean isReuseAddress = true;

    RingwayServerSocketChannelConfig(RingwayServerSocketChannel channel) {
        super(channel, new ServerChannelRecvByteBufAllocator());
        this.owner = channel;
    }

    ListenOptions options() {
        int octets = receiveBuffer == 0 ? 0 : RingwaySocketChannelConfig.buffer(receiveBuffer);
        return new ListenOptions(Math.max(1, backlog), octets).withFastOpen(fastOpen);
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return getOptions(
                super.getOptions(),
                ChannelOption.SO_RCVBUF,
                ChannelOption.SO_REUSEADDR,
                ChannelOption.SO_BACKLOG,
                ChannelOption.TCP_FASTOPEN);
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // The option says what its value is.
    public <T> T getOption(ChannelOption<T> option) {
        if (option.equals(ChannelOption.SO_RCVBUF)) {
            return (T) Integer.valueOf(getReceiveBufferSize());
        } else if (option.equals(ChannelOption.SO_REUSEADDR)) {
            return (T) Boolean.valueOf(isReuseAddress());
        } else if (option.equals(ChannelOption.SO_BACKLOG)) {
            return (T) Integer.valueOf(getBacklog());
        } else if (option.equals(ChannelOption.TCP_FASTOPEN)) {
            return (T) Integer.valueOf(fastOpen);
        }
        return super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        validate(option, value);
        if (option.equals(ChannelOption.SO_RCVBUF)) {
            setReceiveBufferSize((Integer) value);
        } else if (option.equals(ChannelOption.SO_REUSEADDR)) {
            setReuseAddress((Boolean) value);
        } else if (option.equals(ChannelOption.SO_BACKLOG)) {
            setBacklog((Integer) value);
        } else if (option.equals(ChannelOption.TCP_FASTOPEN)) {
            fastOpen = (Integer) value;
        } else {
            return super.setOption(option, value);
        }
        return true;
    }

    @Override
    public int getBacklog() {
        return backlog;
    }

    /**
     * Connections that may wait to be shown to the pipeline, and half-open ones in each lane.
     *
     * @throws IllegalArgumentException when it is negative
     */
    @Override
    public ServerSocketChannelConfig setBacklog(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("SO_BACKLOG is " + value + "; expected 0 or more");
        }
        backlog = value;
        return this;
    }

    @Override
    public boolean isReuseAddress() {
        return isReuseAddress;
    }

    /** Makes no difference: TIME-WAIT keeps no port of ours from being listened at. */
    @Override
    public ServerSocketChannelConfig setReuseAddress(boolean value) {
        isReuseAddress = value;
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

    /** For the connections that are accepted. */
    @Override
    public ServerSocketChannelConfig setReceiveBufferSize(int octets) {
        receiveBuffer = RingwaySocketChannelConfig.requirePositive("SO_RCVBUF", octets);
        return this;
    }

    /** Makes no difference. */
    @Override
    public ServerSocketChannelConfig setPerformancePreferences(
            int connectionTime, int latency, int bandwidth) {
        return this;
    }

    @Override
    protected void autoReadCleared() {
        owner.onAutoReadCleared();
    }

    @Override
    public ServerSocketChannelConfig setConnectTimeoutMillis(int value) {
        super.setConnectTimeoutMillis(value);
        return this;
    }

    @Override
    @SuppressWarnings("deprecation") // Of the interface.
    public ServerSocketChannelConfig setMaxMessagesPerRead(int value) {
        super.setMaxMessagesPerRead(value);
        return this;
    }

    @Override
    public ServerSocketChannelConfig setWriteSpinCount(int value) {
        super.setWriteSpinCount(value);
        return this;
    }

    @Override
    public ServerSocketChannelConfig setAllocator(ByteBufAllocator value) {
        super.setAllocator(value);
        return this;
    }

    @Override
    public ServerSocketChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator value) {
        super.setRecvByteBufAllocator(value);
        return this;
    }

    @Override
    public ServerSocketChannelConfig setAutoRead(boolean value) {
        super.setAutoRead(value);
        return this;
    }

    @Override
    public ServerSocketChannelConfig setMessageSizeEstimator(MessageSizeEstimator value) {
        super.setMessageSizeEstimator(value);
        return this;
    }

    @Override
    public ServerSocketChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark value) {
        super.setWriteBufferWaterMark(value);
        return this;
    }

    @Override
    @SuppressWarnings("deprecation") // Of the interface.
    public ServerSocketChannelConfig setWriteBufferHighWaterMark(int value) {
        super.setWriteBufferHighWaterMark(value);
        return this;
    }

    @Override
    @SuppressWarnings("deprecation") // Of the interface.
    public ServerSocketChannelConfig setWriteBufferLowWaterMark(int value) {
        super.setWriteBufferLowWaterMark(value);
        return this;
    }
}
