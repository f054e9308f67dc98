package io.ringway.linux;

import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.port.Port;
import io.ringway.port.PortCapabilities;
import io.ringway.port.PortException;
import io.ringway.port.PortQueue;
import io.ringway.wire.IpPrefix;
import io.ringway.wire.MacAddress;

import java.util.SplittableRandom;

/**
 * One end of a wire whose other end is an interface of the kernel: Linux's TAP, with segmentation
 * offload.
 *
 * <p>The interface is made in the network namespace of the thread that opens the port, and goes
 * when the port is closed.
 */
public final class TapPort implements Port {
    private static final int ETHERNET_HEADER = 14;
    private static final int VLAN_TAG = 4;
    private static final int MAX_PACKET = 65_535;

    private final TapDevice device;
    private final long macAddress;
    private final long kernelMacAddress;
    private final int mtu;
    private final PortCapabilities capabilities;
    private final boolean[] isQueueOpen;
    private boolean isOpen = true;

    private TapPort(TapDevice device, long macAddress, long kernelMacAddress, int mtu, int queues) {
        this.device = device;
        this.macAddress = macAddress;
        this.kernelMacAddress = kernelMacAddress;
        this.mtu = mtu;
        this.isQueueOpen = new boolean[queues];
        this.capabilities = capabilities(device.offloads());
    }

    /**
     * Makes the interface, configures it and brings it up.
     *
     * @throws PortException when the file is missing or not ours to open, the privilege is missing,
     *     or the name is in use; it says what to do
     */
    public static TapPort open(TapConfig config) {
        return open(config, false);
    }

    /**
     * The same; of one queue where {@code mayBeOne} and the interface that is there has no more.
     */
    static TapPort open(TapConfig config, boolean mayBeOne) {
        TapDevice device = TapDevice.open(config, mayBeOne);
        try (var request = new InterfaceRequest(device.name())) {
            request.mtu(config.mtu());
            if (config.queueFrames() > 0) {
                request.queueFrames(config.queueFrames());
            }
            long kernelMac = request.macAddress();
            request.up();
            if (!config.kernelAddresses().isEmpty()) {
                int index = request.index();
                for (IpPrefix prefix : config.kernelAddresses()) {
                    AddressRequest.add(index, device.name(), prefix);
                }
            }
            return new TapPort(
                    device,
                    ourAddress(config, kernelMac),
                    kernelMac,
                    config.mtu(),
                    device.queues());
        } catch (PortException refused) {
            device.close();
            throw refused;
        }
    }

    private static long ourAddress(TapConfig config, long kernelMac) {
        long mac = config.macAddress() != 0 ? config.macAddress() : randomAddress(config.seed());
        if (mac != kernelMac) {
            return mac;
        }
        if (config.macAddress() != 0) {
            throw new PortException(
                    "the kernel's end of the TAP has the link address "
                            + MacAddress.format(mac)
                            + " too: each end needs its own, so give another one or none");
        }
        return mac ^ 1;
    }

    /** A unicast address with the bit set that says "made up locally". */
    private static long randomAddress(long seed) {
        return (new SplittableRandom(seed).nextLong() & 0xfcff_ffff_ffffL) | 0x0200_0000_0000L;
    }

    private static PortCapabilities capabilities(int offloads) {
        boolean checksum = (offloads & TapDevice.OFFLOAD_CHECKSUM) != 0;
        boolean tcp = (offloads & TapDevice.OFFLOAD_TCP) != 0;
        boolean udp = (offloads & TapDevice.OFFLOAD_UDP) != 0;
        return new PortCapabilities(checksum, checksum, tcp, udp, tcp || udp ? MAX_PACKET : 0);
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public long macAddress() {
        return macAddress;
    }

    /** The link address of the kernel's end, in the lower 48 bits. */
    public long kernelMacAddress() {
        return kernelMacAddress;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public PortCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public int queueCount() {
        return isQueueOpen.length;
    }

    @Override
    public synchronized PortQueue open(int queue, FramePool pool, Counters counters) {
        if (queue < 0 || queue >= isQueueOpen.length) {
            throw new PortException(
                    name()
                            + (isQueueOpen.length == 1
                                    ? " has one queue, number 0"
                                    : " has " + isQueueOpen.length + " queues, from 0 on")
                            + "; asked for "
                            + queue);
        }
        if (!isOpen) {
            throw new PortException(name() + " is closed");
        }
        if (isQueueOpen[queue]) {
            throw new PortException(
                    "queue " + queue + " of " + name() + " is open already: close it first");
        }
        int longest = mtu + ETHERNET_HEADER + VLAN_TAG;
        boolean receivesLarge =
                capabilities.tcpSegmentation()
                        || capabilities.udpSegmentation()
                        || longest >= TapQueue.SMALL_ROOM;
        if (receivesLarge && pool.largeCount() == 0) {
            throw new PortException(
                    name()
                            + " receives frames of more than "
                            + TapQueue.SMALL_ROOM
                            + " octets and the frame pool has no large ones: give it some, or take"
                            + " a smaller MTU and no segmentation offload");
        }
        if (isQueueOpen.length > 1) {
            device.setAttached(queue, true);
        }
        isQueueOpen[queue] = true;
        return new TapQueue(this, queue, device.descriptor(queue), pool, counters, receivesLarge);
    }

    synchronized void onQueueClosed(int queue) {
        isQueueOpen[queue] = false;
        if (isOpen && isQueueOpen.length > 1) {
            try {
                device.setAttached(queue, false);
            } catch (PortException gone) {
                // With the interface gone nothing comes to the queue either.
            }
        }
    }

    /** Removes the interface. Close the queues first. */
    @Override
    public synchronized void close() {
        if (isOpen) {
            isOpen = false;
            device.close();
        }
    }

    @Override
    public String toString() {
        return name() + " (" + MacAddress.format(macAddress) + ", MTU " + mtu + ")";
    }
}
