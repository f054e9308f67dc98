package io.ringway.linux;

import io.ringway.wire.IpAddress;
import io.ringway.wire.MacAddress;

import java.util.List;

/**
 * How to open AF_PACKET on an interface, with a builder.
 *
 * @param interfaceName the interface, which is there and up
 * @param queues how many queues there are, 1 to 64; the kernel spreads flows over them
 * @param receive how frames come to us
 * @param steering which queue a flow's frames come to, when there are several
 * @param receiveFrames how many frames wait for us in a queue's ring before more are dropped, 64 to
 *     65,536, a power of two
 * @param transmitFrames how many frames a queue's transmit ring has, 64 to 65,536, a power of two
 * @param macAddress our own link address; 0 for the interface's own, which the kernel's stack there
 *     answers to as well
 * @param shared addresses that the kernel has too on that interface, and of which we take the
 *     ports: they are kept from programs on the kernel's stack, and everything else at those
 *     addresses stays the kernel's. Needs the interface's own link address
 * @param ports of the shared addresses, for TCP and UDP; also those from which we connect
 * @param bypassesQdisc whether our frames go to the driver at once; otherwise they go through the
 *     interface's queueing discipline
 */
public record PacketConfig(
        String interfaceName,
        int queues,
        PacketReceive receive,
        PacketSteering steering,
        int receiveFrames,
        int transmitFrames,
        long macAddress,
        List<IpAddress> shared,
        List<PortRange> ports,
        boolean bypassesQdisc) {
    /** The largest name of an interface: {@code IFNAMSIZ} less the terminating zero. */
    private static final int NAME_LIMIT = 15;

    private static final int MOST_QUEUES = 64;
    private static final int LEAST_FRAMES = 64;
    private static final int MOST_FRAMES = 65_536;

    public PacketConfig {
        if (interfaceName.isEmpty() || interfaceName.length() > NAME_LIMIT) {
            throw new IllegalArgumentException(
                    "an interface's name has 1 to 15 characters; given \"" + interfaceName + "\"");
        }
        if (queues < 1 || queues > MOST_QUEUES) {
            throw new IllegalArgumentException(
                    "an AF_PACKET port has 1 to " + MOST_QUEUES + " queues; given " + queues);
        }
        checkFrames("receive", receiveFrames);
        checkFrames("transmit", transmitFrames);
        if (macAddress != 0 && !MacAddress.isUnicast(macAddress)) {
            throw new IllegalArgumentException(
                    "a station's link address is a unicast address of 48 bits; given "
                            + MacAddress.format(macAddress));
        }
        shared = List.copyOf(shared);
        ports = List.copyOf(ports);
        if (shared.isEmpty() != ports.isEmpty()) {
            throw new IllegalArgumentException(
                    "addresses that are shared with the kernel need ports that are ours there, and"
                            + " ports need such addresses; given "
                            + shared
                            + " and "
                            + ports);
        }
        if (!shared.isEmpty() && macAddress != 0) {
            throw new IllegalArgumentException(
                    "who shares an address with the kernel has the interface's link address; given "
                            + MacAddress.format(macAddress));
        }
    }

    private static void checkFrames(String direction, int frames) {
        if (frames < LEAST_FRAMES || frames > MOST_FRAMES || Integer.bitCount(frames) != 1) {
            throw new IllegalArgumentException(
                    "the "
                            + direction
                            + " ring of an AF_PACKET port has "
                            + LEAST_FRAMES
                            + " to "
                            + MOST_FRAMES
                            + " frames, a power of two; given "
                            + frames);
        }
    }

    /**
     * One queue on {@code interfaceName} with the interface's own link address, 4,096 frames for
     * receiving and 1,024 for sending.
     */
    public static Builder builder(String interfaceName) {
        return new Builder(interfaceName);
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {
        private final String interfaceName;
        private int queues = 1;
        private PacketReceive receive = PacketReceive.FRAMES;
        private PacketSteering steering = PacketSteering.LANES;
        private int receiveFrames = 4_096;
        private int transmitFrames = 1_024;
        private long macAddress;
        private List<IpAddress> shared = List.of();
        private List<PortRange> ports = List.of();
        private boolean bypassesQdisc = true;

        private Builder(String interfaceName) {
            this.interfaceName = interfaceName;
        }

        public Builder queues(int queues) {
            this.queues = queues;
            return this;
        }

        public Builder receive(PacketReceive receive) {
            this.receive = receive;
            return this;
        }

        public Builder steering(PacketSteering steering) {
            this.steering = steering;
            return this;
        }

        public Builder receiveFrames(int frames) {
            this.receiveFrames = frames;
            return this;
        }

        public Builder transmitFrames(int frames) {
            this.transmitFrames = frames;
            return this;
        }

        public Builder macAddress(long macAddress) {
            this.macAddress = macAddress;
            return this;
        }

        /** Both at once, since one is nothing without the other. */
        public Builder share(List<IpAddress> addresses, List<PortRange> ports) {
            this.shared = addresses;
            this.ports = ports;
            return this;
        }

        public Builder bypassesQdisc(boolean bypassesQdisc) {
            this.bypassesQdisc = bypassesQdisc;
            return this;
        }

        /**
         * Checks the values and makes the record.
         *
         * @throws IllegalArgumentException when a value is out of its range
         */
        public PacketConfig build() {
            return new PacketConfig(
                    interfaceName,
                    queues,
                    receive,
                    steering,
                    receiveFrames,
                    transmitFrames,
                    macAddress,
                    shared,
                    ports,
                    bypassesQdisc);
        }
    }
}
