package io.ringway.linux;

import io.ringway.wire.IpPrefix;
import io.ringway.wire.MacAddress;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How to make a TAP, with a builder.
 *
 * @param name the interface's name, at most 15 characters; {@code %d} in it stands for the first
 *     number that is free
 * @param mtu octets of the largest IP packet, 68 to 65,521
 * @param offloads what is left to the other side; what the kernel is too old for is left out
 * @param macAddress our own address, that of the stack, and not that of the kernel's interface: one
 *     station on each end of the wire. 0 for a random, locally administered one
 * @param seed decides that random address
 * @param kernelAddresses given to the kernel's interface, without duplicate address detection;
 *     empty leaves them to the caller
 * @param queueFrames how many frames may wait in the kernel until we read them, 1 to 100,000; more
 *     are dropped. 0 leaves it at the kernel's own choice, 500
 * @param queues how many queues there are, 1 to 64. With several the kernel spreads flows over
 *     them, and moves a flow to the queue from which we last sent a frame of it
 * @param device the file to open, {@code /dev/net/tun}
 */
public record TapConfig(
        String name,
        int mtu,
        TapOffloads offloads,
        long macAddress,
        long seed,
        List<IpPrefix> kernelAddresses,
        int queueFrames,
        int queues,
        String device) {
    /** The largest name of an interface: {@code IFNAMSIZ} less the terminating zero. */
    private static final int NAME_LIMIT = 15;

    private static final int LEAST_MTU = 68;
    private static final int LARGEST_MTU = 65_535 - 14;
    private static final int LONGEST_QUEUE = 100_000;
    private static final int MOST_QUEUES = 64;

    public TapConfig {
        if (name.isEmpty() || name.length() > NAME_LIMIT || !name.matches("[!-~&&[^/:]]+")) {
            throw new IllegalArgumentException(
                    "an interface's name has 1 to 15 printable characters without space, \"/\" and"
                            + " \":\"; given \""
                            + name
                            + "\"");
        }
        if (mtu < LEAST_MTU || mtu > LARGEST_MTU) {
            throw new IllegalArgumentException(
                    "the MTU of a TAP is "
                            + LEAST_MTU
                            + " to "
                            + LARGEST_MTU
                            + " octets; given "
                            + mtu);
        }
        if (macAddress != 0 && !MacAddress.isUnicast(macAddress)) {
            throw new IllegalArgumentException(
                    "a station's link address is a unicast address of 48 bits; given "
                            + MacAddress.format(macAddress));
        }
        if (queueFrames < 0 || queueFrames > LONGEST_QUEUE) {
            throw new IllegalArgumentException(
                    "the queue of a TAP is 1 to "
                            + LONGEST_QUEUE
                            + " frames long, or 0 for the kernel's choice; given "
                            + queueFrames);
        }
        if (queues < 1 || queues > MOST_QUEUES) {
            throw new IllegalArgumentException(
                    "a TAP has 1 to " + MOST_QUEUES + " queues; given " + queues);
        }
        kernelAddresses = List.copyOf(kernelAddresses);
    }

    /**
     * A TAP named by the kernel, one queue, MTU 1500, all offloads, a random address for us and
     * none for the kernel.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {
        private String name = "rw%d";
        private int mtu = 1500;
        private TapOffloads offloads = TapOffloads.ALL;
        private long macAddress;
        private long seed = ThreadLocalRandom.current().nextLong();
        private List<IpPrefix> kernelAddresses = List.of();
        private int queueFrames;
        private int queues = 1;
        private String device = "/dev/net/tun";

        private Builder() {}

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder mtu(int mtu) {
            this.mtu = mtu;
            return this;
        }

        public Builder offloads(TapOffloads offloads) {
            this.offloads = offloads;
            return this;
        }

        public Builder macAddress(long macAddress) {
            this.macAddress = macAddress;
            return this;
        }

        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        public Builder kernelAddresses(List<IpPrefix> addresses) {
            this.kernelAddresses = addresses;
            return this;
        }

        public Builder queueFrames(int queueFrames) {
            this.queueFrames = queueFrames;
            return this;
        }

        public Builder queues(int queues) {
            this.queues = queues;
            return this;
        }

        public Builder device(String device) {
            this.device = device;
            return this;
        }

        /**
         * Checks the values and makes the record.
         *
         * @throws IllegalArgumentException when a value is out of its range
         */
        public TapConfig build() {
            return new TapConfig(
                    name,
                    mtu,
                    offloads,
                    macAddress,
                    seed,
                    kernelAddresses,
                    queueFrames,
                    queues,
                    device);
        }
    }
}
