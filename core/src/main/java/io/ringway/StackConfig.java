package io.ringway;

import io.ringway.ip.IpConfig;
import io.ringway.port.PortCapabilities;
import io.ringway.tcp.CongestionControl;
import io.ringway.tcp.TcpConfig;
import io.ringway.udp.UdpConfig;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpPrefix;

import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * Everything that can be set of a stack. Most programs set an address, perhaps a {@link Profile},
 * and nothing else.
 *
 * @param ip addresses, routes and the limits of IP
 * @param tcp the limits, times and algorithms of TCP
 * @param udp the limits of UDP
 * @param lane the limits of a lane's duty cycle
 * @param lanes how many lanes there are, and which flow is whose
 * @param smallFrames frames of 2 KiB in each lane's pool; 0 chooses
 * @param largeFrames frames of 68 KiB in each lane's pool, for super-frames and long datagrams; 0
 *     chooses by what the port can do
 * @param idle what a lane's thread does when there is no work
 * @param clock where lanes read the time
 * @param seed what all randomness of the stack (sequence numbers, ports, hash keys) is derived
 *     from; empty draws a fresh secret one. To be set for tests only: who knows it can forge
 *     segments
 */
public record StackConfig(
        IpConfig ip,
        TcpConfig tcp,
        UdpConfig udp,
        LaneConfig lane,
        LanesConfig lanes,
        int smallFrames,
        int largeFrames,
        IdleStrategy idle,
        NanoClock clock,
        OptionalLong seed) {
    private static final int DEFAULT_SMALL_FRAMES = 16 * 1024;
    private static final int DEFAULT_LARGE_FRAMES = 64;
    private static final int DEFAULT_LARGE_FRAMES_WITH_SEGMENTATION = 512;
    private static final int MAX_SMALL_FRAMES = 1 << 23;
    private static final int MAX_LARGE_FRAMES = 1 << 18;

    public StackConfig {
        require("smallFrames", smallFrames, MAX_SMALL_FRAMES);
        require("largeFrames", largeFrames, MAX_LARGE_FRAMES);
        if (ip.addresses().isEmpty() && !ip.linkLocal()) {
            throw new IllegalArgumentException(
                    "a stack needs an address: give one with its network, such as"
                            + " address(\"198.18.0.1/24\")");
        }
    }

    private static void require(String name, int given, int most) {
        if (given < 0 || given > most) {
            throw new IllegalArgumentException(
                    name + " must be from 1 to " + most + ", or 0 to choose; given " + given);
        }
    }

    /** A builder with the settings of {@link Profile#DEFAULT}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the settings of {@code profile}. */
    public static Builder builder(Profile profile) {
        return profile.apply(new Builder());
    }

    /** The usual settings with these addresses, each with its network: {@code 198.18.0.1/24}. */
    public static StackConfig of(String... addresses) {
        Builder builder = builder();
        for (String address : addresses) {
            builder.address(address);
        }
        return builder.build();
    }

    /** Small frames in a lane's pool, chosen when it is 0. */
    int smallFrameCount() {
        return smallFrames != 0 ? smallFrames : DEFAULT_SMALL_FRAMES;
    }

    /** Large frames in a lane's pool, chosen by what the port can do when it is 0. */
    int largeFrameCount(PortCapabilities capabilities) {
        if (largeFrames != 0) {
            return largeFrames;
        }
        return capabilities.maxSegmentationLength() > 0
                ? DEFAULT_LARGE_FRAMES_WITH_SEGMENTATION
                : DEFAULT_LARGE_FRAMES;
    }

    /** Builds a {@link StackConfig}. What is not set has the value that suits most. */
    public static final class Builder {
        private IpConfig.Builder ip = IpConfig.builder();
        private TcpConfig.Builder tcp = TcpConfig.builder();
        private UdpConfig.Builder udp = UdpConfig.builder();
        private LaneConfig lane = LaneConfig.DEFAULT;
        private LanesConfig lanes = LanesConfig.ONE;
        private int smallFrames;
        private int largeFrames;
        private IdleStrategy idle = IdleStrategy.SPIN_THEN_POLL;
        private NanoClock clock = NanoClock.SYSTEM;
        private OptionalLong seed = OptionalLong.empty();

        private Builder() {}

        /**
         * Adds an address of the stack with the length of its network: {@code 198.18.0.1/24},
         * {@code 2001:2::1/64}.
         */
        public Builder address(String prefix) {
            return address(IpPrefix.parse(prefix));
        }

        public Builder address(IpPrefix prefix) {
            ip.address(prefix);
            return this;
        }

        /** Adds the router that packets to other networks go to. */
        public Builder gateway(String address) {
            return gateway(IpAddress.parse(address));
        }

        public Builder gateway(IpAddress address) {
            ip.gateway(address);
            return this;
        }

        /** The most connections at a time, for each lane. */
        public Builder maxConnections(int count) {
            tcp.maxConnections(count);
            return this;
        }

        /**
         * The congestion-control algorithm by its name, {@code cubic}, {@code newreno}, {@code
         * bbr}, {@code dctcp}.
         */
        public Builder congestionControl(String name) {
            tcp.congestionControl(name);
            return this;
        }

        /**
         * Adds a congestion-control algorithm that can then be chosen by its name. All lanes use
         * this one object, which therefore has no state of its own.
         */
        public Builder add(CongestionControl own) {
            tcp.congestion(congestion -> congestion.with(own));
            return this;
        }

        /** Changes settings of IP: {@code ip(ip -> ip.vlan(7))}. */
        public Builder ip(UnaryOperator<IpConfig.Builder> change) {
            ip = change.apply(ip);
            return this;
        }

        /** Changes settings of TCP: {@code tcp(tcp -> tcp.sendBufferBytes(1 << 20))}. */
        public Builder tcp(UnaryOperator<TcpConfig.Builder> change) {
            tcp = change.apply(tcp);
            return this;
        }

        /** Changes settings of UDP: {@code udp(udp -> udp.receiveQueueDatagrams(64))}. */
        public Builder udp(UnaryOperator<UdpConfig.Builder> change) {
            udp = change.apply(udp);
            return this;
        }

        public Builder lane(LaneConfig value) {
            lane = value;
            return this;
        }

        /** How many lanes the stack has, each with a thread of its own. */
        public Builder lanes(int count) {
            lanes = lanes.withCount(count);
            return this;
        }

        /** Changes how flows are dealt to lanes: {@code lanes(lanes -> lanes.withBuckets(256))}. */
        public Builder lanes(UnaryOperator<LanesConfig> change) {
            lanes = change.apply(lanes);
            return this;
        }

        public Builder smallFrames(int count) {
            smallFrames = count;
            return this;
        }

        public Builder largeFrames(int count) {
            largeFrames = count;
            return this;
        }

        public Builder idle(IdleStrategy value) {
            idle = value;
            return this;
        }

        public Builder clock(NanoClock value) {
            clock = value;
            return this;
        }

        /** For tests: derives all randomness from {@code value}. */
        public Builder seed(long value) {
            seed = OptionalLong.of(value);
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException when a setting cannot be; the message says which, and
         *     what is expected
         */
        public StackConfig build() {
            return new StackConfig(
                    ip.build(),
                    tcp.build(),
                    udp.build(),
                    lane,
                    lanes,
                    smallFrames,
                    largeFrames,
                    idle,
                    clock,
                    seed);
        }
    }
}
