package io.ringway.linux;

import io.ringway.wire.IpAddress;

import java.util.ArrayList;
import java.util.List;

/**
 * How to attach to an interface by AF_XDP, with a builder.
 *
 * @param interfaceName the interface, which exists and is up
 * @param mode where our program runs
 * @param copy whether the driver uses our frames itself
 * @param queues how many of the interface's queues to open, from the first on; 0 for all. What
 *     comes on others and is ours is dropped
 * @param takesAll whether every frame is ours, and the kernel gets none: for an interface that
 *     nobody else uses
 * @param own addresses that are ours alone; more can follow, see {@link XdpPort#steering}
 * @param shared addresses that the kernel has too, of which we take the ports; at least one, if
 *     more are to follow
 * @param ports of the shared addresses, for TCP and UDP, kept from programs on the kernel's stack
 * @param vlan the VLAN that our frames are tagged with, 0 for none
 * @param trust whether checksums of received frames are taken for right
 * @param receiveFrames frames that wait to be filled, 64 to 65,536; no more than a quarter of those
 *     that the lane has. A lane that is not run for a moment needs many
 * @param transmitFrames frames that wait to be sent, 64 to 65,536
 */
public record XdpConfig(
        String interfaceName,
        Mode mode,
        Copy copy,
        int queues,
        boolean takesAll,
        List<IpAddress> own,
        List<IpAddress> shared,
        List<PortRange> ports,
        int vlan,
        Trust trust,
        int receiveFrames,
        int transmitFrames) {
    private static final int LEAST_FRAMES = 64;
    private static final int MOST_FRAMES = 65_536;
    private static final int LARGEST_VLAN = 4_094;

    /** Where the program runs that decides which frames are ours. */
    public enum Mode {
        /** In the driver, or behind it where it cannot. */
        AUTO,
        /** In the driver. */
        NATIVE,
        /** Behind the driver, where a frame has become the kernel's already: for any interface. */
        GENERIC
    }

    /** Whether the driver reads and writes our frames itself. */
    public enum Copy {
        /** Where it can. */
        AUTO,
        /** The kernel copies. */
        COPY,
        /** It must, or the port does not open. */
        ZERO_COPY
    }

    /**
     * What to believe of the checksums of received frames: no flag says that they were left out.
     */
    public enum Trust {
        /**
         * Right where the other end is this machine's kernel (veth), which leaves them to a device
         * that is not there; verified elsewhere.
         */
        AUTO,
        /** Verified. The peer of a veth then needs {@code ethtool -K PEER tx off}. */
        NEVER,
        /** Taken for right. */
        ALWAYS
    }

    public XdpConfig {
        if (interfaceName.isEmpty() || interfaceName.length() > 15) {
            throw new IllegalArgumentException(
                    "an interface's name has 1 to 15 characters; given \"" + interfaceName + "\"");
        }
        require("queues", queues, 0, 1_024);
        require("vlan", vlan, 0, LARGEST_VLAN);
        require("receiveFrames", receiveFrames, LEAST_FRAMES, MOST_FRAMES);
        require("transmitFrames", transmitFrames, LEAST_FRAMES, MOST_FRAMES);
        if (Integer.bitCount(receiveFrames) != 1 || Integer.bitCount(transmitFrames) != 1) {
            throw new IllegalArgumentException(
                    "receiveFrames and transmitFrames are powers of two; given "
                            + receiveFrames
                            + " and "
                            + transmitFrames);
        }
        if (copy == Copy.ZERO_COPY && mode == Mode.GENERIC) {
            throw new IllegalArgumentException(
                    "zero-copy is the driver's work: leave out the generic mode");
        }
        own = List.copyOf(own);
        shared = List.copyOf(shared);
        ports = List.copyOf(ports);
    }

    private static void require(String name, int given, int least, int most) {
        if (given < least || given > most) {
            throw new IllegalArgumentException(
                    name + " is from " + least + " to " + most + "; given " + given);
        }
    }

    /** All queues of {@code interfaceName} by the best that its driver offers, nothing ours yet. */
    public static Builder builder(String interfaceName) {
        return new Builder(interfaceName);
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {
        private final String interfaceName;
        private final List<IpAddress> own = new ArrayList<>();
        private final List<IpAddress> shared = new ArrayList<>();
        private final List<PortRange> ports = new ArrayList<>();
        private Mode mode = Mode.AUTO;
        private Copy copy = Copy.AUTO;
        private int queues;
        private boolean takesAll;
        private int vlan;
        private Trust trust = Trust.AUTO;
        private int receiveFrames = 8_192;
        private int transmitFrames = 2_048;

        private Builder(String interfaceName) {
            this.interfaceName = interfaceName;
        }

        public Builder mode(Mode mode) {
            this.mode = mode;
            return this;
        }

        public Builder copy(Copy copy) {
            this.copy = copy;
            return this;
        }

        public Builder queues(int queues) {
            this.queues = queues;
            return this;
        }

        public Builder takesAll(boolean takesAll) {
            this.takesAll = takesAll;
            return this;
        }

        /** Adds an address that is ours alone. */
        public Builder own(IpAddress address) {
            own.add(address);
            return this;
        }

        /** Adds an address that the kernel has too. */
        public Builder share(IpAddress address) {
            shared.add(address);
            return this;
        }

        /** Adds ports of the shared addresses. */
        public Builder ports(int first, int last) {
            ports.add(new PortRange(first, last));
            return this;
        }

        public Builder vlan(int vlan) {
            this.vlan = vlan;
            return this;
        }

        public Builder trust(Trust trust) {
            this.trust = trust;
            return this;
        }

        public Builder receiveFrames(int receiveFrames) {
            this.receiveFrames = receiveFrames;
            return this;
        }

        public Builder transmitFrames(int transmitFrames) {
            this.transmitFrames = transmitFrames;
            return this;
        }

        /**
         * Checks the values and makes the record.
         *
         * @throws IllegalArgumentException when a value is out of its range
         */
        public XdpConfig build() {
            return new XdpConfig(
                    interfaceName,
                    mode,
                    copy,
                    queues,
                    takesAll,
                    own,
                    shared,
                    ports,
                    vlan,
                    trust,
                    receiveFrames,
                    transmitFrames);
        }
    }
}
