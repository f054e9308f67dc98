package io.ringway.netty;

import io.netty.channel.ChannelOption;

/** Options that Netty has no name of its own for. */
public final class RingwayChannelOption {
    /** Whether octets that fill no segment wait for more, 200 ms at the longest. */
    public static final ChannelOption<Boolean> TCP_CORK = option("TCP_CORK");

    /** Whether everything that comes is acknowledged at once. */
    public static final ChannelOption<Boolean> TCP_QUICKACK = option("TCP_QUICKACK");

    /** Octets that may be written and not sent; 0 for no such bound. */
    public static final ChannelOption<Integer> TCP_NOTSENT_LOWAT = option("TCP_NOTSENT_LOWAT");

    /** The congestion control by its name: cubic, newreno, bbr, dctcp, or one of yours. */
    public static final ChannelOption<String> TCP_CONGESTION = option("TCP_CONGESTION");

    /** Whether a datagram channel shares its port with others that say the same. */
    public static final ChannelOption<Boolean> SO_REUSEPORT = option("SO_REUSEPORT");

    private RingwayChannelOption() {}

    private static <T> ChannelOption<T> option(String name) {
        return ChannelOption.valueOf(RingwayChannelOption.class, name);
    }
}
