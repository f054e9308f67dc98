package io.ringway.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannelConfig;
import io.ringway.UdpSocket;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Map;

/** The options of a {@link RingwayDatagramChannel}. Any thread. */
public final class RingwayDatagramChannelConfig extends DefaultChannelConfig
        implements DatagramChannelConfig {
    private static final int MOST_HOPS = 255;

    private final RingwayDatagramChannel owner;
    private volatile boolean isActiveOnRegistration;
    private volatile boolean isShared;
    private volatile boolean isReuseAddress;
    private volatile boolean isBroadcast;
    private volatile int trafficClass;
    private volatile int sendBuffer;
    private volatile int receiveBuffer;
    private volatile boolean isLoopbackDisabled;
    private volatile int timeToLive = 1;
    private volatile @Nullable NetworkInterface networkInterface;
    private volatile @Nullable InetAddress interfaceAddress;

    RingwayDatagramChannelConfig(RingwayDatagramChannel channel) {
        super(channel, new FrameRecvAllocator());
        this.owner = channel;
    }

    /** Gives the socket what its datagrams are to have in their headers. The event loop only. */
    void applyTo(UdpSocket socket) {
        socket.marking(trafficClass, timeToLive, !isLoopbackDisabled);
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
                ChannelOption.IP_MULTICAST_ADDR,
                ChannelOption.IP_MULTICAST_IF,
                ChannelOption.IP_MULTICAST_TTL,
                ChannelOption.IP_MULTICAST_LOOP_DISABLED,
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
        } else if (option.equals(ChannelOption.IP_MULTICAST_ADDR)) {
            return (T) getInterface();
        } else if (option.equals(ChannelOption.IP_MULTICAST_IF)) {
            return (T) getNetworkInterface();
        } else if (option.equals(ChannelOption.IP_MULTICAST_TTL)) {
            return (T) Integer.valueOf(getTimeToLive());
        } else if (option.equals(ChannelOption.IP_MULTICAST_LOOP_DISABLED)) {
            return (T) Boolean.valueOf(isLoopbackModeDisabled());
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
        } else if (option.equals(ChannelOption.IP_MULTICAST_ADDR)) {
            setInterface((InetAddress) value);
        } else if (option.equals(ChannelOption.IP_MULTICAST_IF)) {
            setNetworkInterface((NetworkInterface) value);
        } else if (option.equals(ChannelOption.IP_MULTICAST_TTL)) {
            setTimeToLive((Integer) value);
        } else if (option.equals(ChannelOption.IP_MULTICAST_LOOP_DISABLED)) {
            setLoopbackModeDisabled((Boolean) value);
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

    /** The Diffserv code point of what is sent; the two bits of ECN are left out. */
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
     * Before binding: others that say the same may have the address, too. What is sent to a group
     * or to everybody comes to each, all else to the one bound last.
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

    // --- groups ---

    @Override
    public boolean isLoopbackModeDisabled() {
        return isLoopbackDisabled;
    }

    @Override
    public DatagramChannelConfig setLoopbackModeDisabled(boolean value) {
        isLoopbackDisabled = value;
        return this;
    }

    @Override
    public int getTimeToLive() {
        return timeToLive;
    }

    /** How far datagrams to groups go; 0 is not beyond this stack. */
    @Override
    public DatagramChannelConfig setTimeToLive(int value) {
        if (value < 0 || value > MOST_HOPS) {
            throw new IllegalArgumentException("timeToLive is " + value + "; expected 0 to 255");
        }
        timeToLive = value;
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // Netty's way to say that none is set.
    public @Nullable InetAddress getInterface() {
        return interfaceAddress;
    }

    /** Is kept, and makes no difference: a stack has one port. */
    @Override
    public DatagramChannelConfig setInterface(InetAddress value) {
        try {
            networkInterface = NetworkInterface.getByInetAddress(value);
        } catch (SocketException unknown) {
            throw new ChannelException(unknown);
        }
        interfaceAddress = value;
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // Netty's way to say that none is set.
    public @Nullable NetworkInterface getNetworkInterface() {
        return networkInterface;
    }

    /** Is kept, and makes no difference: a stack has one port. */
    @Override
    public DatagramChannelConfig setNetworkInterface(NetworkInterface value) {
        networkInterface = value;
        interfaceAddress = value.inetAddresses().findFirst().orElse(null);
        return this;
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
