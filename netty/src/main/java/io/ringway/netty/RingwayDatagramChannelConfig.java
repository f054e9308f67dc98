package io.ringway.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannelConfig;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Map;

/** The options of a {@link RingwayDatagramChannel}. Any thread. */
public final class RingwayDatagramChannelConfig extends DefaultChannelConfig
        implements DatagramChannelConfig {
    private final RingwayDatagramChannel owner;
    private volatile boolean isActiveOnRegistration;
    private volatile boolean isShared;
    private volatile boolean isReuseAddress;
    private volatile boolean isBroadcast;
    private volatile int trafficClass;
    private volatile int sendBuffer;
    private volatile int receiveBuffer;

    RingwayDatagramChannelConfig(RingwayDatagramChannel channel) {
        super(channel, new FrameRecvAllocator());
        this.owner = channel;
    }

    /** Whether others that say the same may bind the same port. */
    boolean isShared() {
        return isShared;
    }

    boolean isActiveOnRegistration() {
        return isActiveOnRegistration;
    }

    @Override
    @SuppressWarnings("deprecation") // One option is, and used.
    public Map<ChannelOption<?>, Object> getOptions() {
        return getOptions(
                super.getOptions(),
                ChannelOption.SO_RCVBUF,
                ChannelOption.SO_SNDBUF,
                ChannelOption.SO_REUSEADDR,
                ChannelOption.SO_BROADCAST,
                ChannelOption.IP_TOS,
                ChannelOption.DATAGRAM_CHANNEL_ACTIVE_ON_REGISTRATION,
                RingwayChannelOption.SO_REUSEPORT);
    }

    @Override
    @SuppressWarnings({
        "unchecked",
        "NullAway",
        "deprecation"
    }) // The option says what its value is.
    public <T> T getOption(ChannelOption<T> option) {
        if (option.equals(ChannelOption.SO_RCVBUF)) {
            return (T) Integer.valueOf(getReceiveBufferSize());
        } else if (option.equals(ChannelOption.SO_SNDBUF)) {
            return (T) Integer.valueOf(getSendBufferSize());
        } else if (option.equals(ChannelOption.SO_REUSEADDR)) {
            return (T) Boolean.valueOf(isReuseAddress());
        } else if (option.equals(ChannelOption.SO_BROADCAST)) {
            return (T) Boolean.valueOf(isBroadcast());
        } else if (option.equals(ChannelOption.IP_TOS)) {
            return (T) Integer.valueOf(getTrafficClass());
        } else if (option.equals(ChannelOption.DATAGRAM_CHANNEL_ACTIVE_ON_REGISTRATION)) {
            return (T) Boolean.valueOf(isActiveOnRegistration);
        } else if (option.equals(RingwayChannelOption.SO_REUSEPORT)) {
            return (T) Boolean.valueOf(isShared);
        }
        return super.getOption(option);
    }

    @Override
    @SuppressWarnings("deprecation") // One option is, and used.
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        validate(option, value);
        if (option.equals(ChannelOption.SO_RCVBUF)) {
            setReceiveBufferSize((Integer) value);
        } else if (option.equals(ChannelOption.SO_SNDBUF)) {
            setSendBufferSize((Integer) value);
        } else if (option.equals(ChannelOption.SO_REUSEADDR)) {
            setReuseAddress((Boolean) value);
        } else if (option.equals(ChannelOption.SO_BROADCAST)) {
            setBroadcast((Boolean) value);
        } else if (option.equals(ChannelOption.IP_TOS)) {
            setTrafficClass((Integer) value);
        } else if (option.equals(ChannelOption.DATAGRAM_CHANNEL_ACTIVE_ON_REGISTRATION)) {
            isActiveOnRegistration = (Boolean) value;
        } else if (option.equals(RingwayChannelOption.SO_REUSEPORT)) {
            isShared = (Boolean) value;
        } else {
            return super.setOption(option, value);
        }
        return true;
    }

    @Override
    public int getSendBufferSize() {
        return sendBuffer;
    }

    /** Makes no difference: the lane's send queue is for all ({@code UdpConfig}). */
    @Override
    public DatagramChannelConfig setSendBufferSize(int octets) {
        sendBuffer = RingwaySocketChannelConfig.requirePositive("SO_SNDBUF", octets);
        return this;
    }

    @Override
    public int getReceiveBufferSize() {
        return receiveBuffer;
    }

    /** Makes no difference: the stack's configuration says how many datagrams wait. */
    @Override
    public DatagramChannelConfig setReceiveBufferSize(int octets) {
        receiveBuffer = RingwaySocketChannelConfig.requirePositive("SO_RCVBUF", octets);
        return this;
    }

    @Override
    public int getTrafficClass() {
        return trafficClass;
    }

    /** Is kept, and makes no difference: UDP sends with Diffserv code point 0. */
    @Override
    public DatagramChannelConfig setTrafficClass(int value) {
        trafficClass = RingwaySocketChannelConfig.requireTrafficClass(value);
        return this;
    }

    @Override
    public boolean isReuseAddress() {
        return isReuseAddress;
    }

    /**
     * Is kept, and makes no difference: {@link RingwayChannelOption#SO_REUSEPORT} shares a port.
     */
    @Override
    public DatagramChannelConfig setReuseAddress(boolean value) {
        isReuseAddress = value;
        return this;
    }

    @Override
    public boolean isBroadcast() {
        return isBroadcast;
    }

    /** Is kept, and makes no difference: broadcasts may be sent and are received. */
    @Override
    public DatagramChannelConfig setBroadcast(boolean value) {
        isBroadcast = value;
        return this;
    }

    // --- groups, of which there are none ---

    @Override
    public boolean isLoopbackModeDisabled() {
        return true;
    }

    @Override
    public DatagramChannelConfig setLoopbackModeDisabled(boolean value) {
        return this;
    }

    @Override
    public int getTimeToLive() {
        return 1;
    }

    @Override
    public DatagramChannelConfig setTimeToLive(int value) {
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // Netty's way to say that there is none.
    public @Nullable InetAddress getInterface() {
        return null;
    }

    @Override
    public DatagramChannelConfig setInterface(InetAddress value) {
        throw new UnsupportedOperationException(
                "this transport joins no multicast groups yet; channels of java.nio over Ringway"
                        + " do");
    }

    @Override
    @SuppressWarnings("NullAway") // Netty's way to say that there is none.
    public @Nullable NetworkInterface getNetworkInterface() {
        return null;
    }

    @Override
    public DatagramChannelConfig setNetworkInterface(NetworkInterface value) {
        throw new UnsupportedOperationException(
                "this transport joins no multicast groups yet; channels of java.nio over Ringway"
                        + " do");
    }

    @Override
    protected void autoReadCleared() {
        owner.onAutoReadCleared();
    }

    @Override
    public DatagramChannelConfig setConnectTimeoutMillis(int value) {
        super.setConnectTimeoutMillis(value);
        return this;
    }

    @Override
    @SuppressWarnings("deprecation") // Of the interface.
    public DatagramChannelConfig setMaxMessagesPerRead(int value) {
        super.setMaxMessagesPerRead(value);
        return this;
    }

    @Override
    public DatagramChannelConfig setWriteSpinCount(int value) {
        super.setWriteSpinCount(value);
        return this;
    }

    @Override
    public DatagramChannelConfig setAllocator(ByteBufAllocator value) {
        super.setAllocator(value);
        return this;
    }

    @Override
    public DatagramChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator value) {
        super.setRecvByteBufAllocator(value);
        return this;
    }

    @Override
    public DatagramChannelConfig setAutoRead(boolean value) {
        super.setAutoRead(value);
        return this;
    }

    @Override
    public DatagramChannelConfig setAutoClose(boolean value) {
        super.setAutoClose(value);
        return this;
    }

    @Override
    public DatagramChannelConfig setMessageSizeEstimator(MessageSizeEstimator value) {
        super.setMessageSizeEstimator(value);
        return this;
    }

    @Override
    public DatagramChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark value) {
        super.setWriteBufferWaterMark(value);
        return this;
    }
}
