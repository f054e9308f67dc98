package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.PortQueue;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpPrefix;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.MacAddress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A TAP in a namespace of its own: the kernel is 198.18.0.1, and we are 198.18.0.2 and no stack at
 * all.
 */
final class TapFixture implements AutoCloseable {
    static final InetSocketAddress US = new InetSocketAddress("198.18.0.2", 7);
    static final int TCP = IpProtocol.TCP;
    static final int UDP = IpProtocol.UDP;
    static final int OUR_ADDRESS = 0xc612_0002;
    static final int KERNEL_ADDRESS = 0xc612_0001;

    private static final long MAPPED = 0xffff_0000_0000L;
    private static final long PATIENCE_NS = 5_000_000_000L;

    final NetNamespace namespace = NetNamespace.create();
    final TapPort port;
    final FramePool pool;
    final Counters counters = new Counters();
    final PortQueue queue;

    private final FrameBatch batch = new FrameBatch(16);
    private final PollSleeper sleeper;
    private final Ipv4Header ipv4 = new Ipv4Header();

    TapFixture(TapOffloads offloads, int mtu) {
        this(offloads, mtu, new FramePool(64, 4));
    }

    TapFixture(TapOffloads offloads, int mtu, FramePool pool) {
        this.pool = pool;
        var config =
                TapConfig.builder()
                        .offloads(offloads)
                        .mtu(mtu)
                        .seed(7)
                        .kernelAddresses(List.of(IpPrefix.parse("198.18.0.1/24")))
                        .build();
        port = namespace.call(() -> TapPort.open(config));
        queue = port.open(0, pool, counters);
        sleeper = new PollSleeper(queue.pollDescriptor());
        String mac = MacAddress.format(port.macAddress());
        namespace.output("ip", "neigh", "add", "198.18.0.2", "lladdr", mac, "dev", port.name());
    }

    /** What makes a socket in the namespace. */
    interface Opening<T> {
        T open() throws IOException;
    }

    <T> T inside(Opening<T> opening) {
        return inside(namespace, opening);
    }

    static <T> T inside(NetNamespace namespace, Opening<T> opening) {
        return namespace.call(() -> {
            try {
                return opening.open();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    long count(Counter counter) {
        return counters.get(counter);
    }

    /**
     * The first frame received that is wanted; the kernel's own chatter (MLD, router solicitations)
     * is released.
     */
    int receive(IntPredicate wanted) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        var one = new FrameBatch(1);
        while (System.nanoTime() < deadline) {
            if (queue.receive(one, 42) == 0) {
                sleeper.sleep(deadline - System.nanoTime());
                continue;
            }
            int frame = one.get(0);
            one.clear();
            if (wanted.test(frame)) {
                return frame;
            }
            pool.release(frame);
        }
        throw new AssertionError("no such frame came within 5 s");
    }

    /** The first IPv4 packet of {@code protocol} to our address. */
    int receive(int protocol) {
        return receive(frame -> isToUs(frame, protocol));
    }

    boolean isToUs(int frame, int protocol) {
        long at = pool.data(frame);
        var ethernet = new EthernetHeader().wrap(pool.memory(), at);
        var packet = ipv4.wrap(pool.memory(), at + EthernetHeader.LENGTH);
        return ethernet.type() == EthernetHeader.TYPE_IPV4
                && packet.protocol() == protocol
                && packet.destination() == OUR_ADDRESS;
    }

    /** Where the transport header begins, in the pool's memory. */
    long transport(int frame) {
        return pool.data(frame) + EthernetHeader.LENGTH + Ipv4Header.MIN_LENGTH;
    }

    /**
     * The sum over transport header, data and pseudo-header: that of an intact packet is 0xffff.
     */
    int transportSum(int frame, int protocol) {
        int length = pool.length(frame) - EthernetHeader.LENGTH - Ipv4Header.MIN_LENGTH;
        long pseudo =
                Checksum.pseudoHeader(
                        0,
                        MAPPED | (KERNEL_ADDRESS & 0xffff_ffffL),
                        0,
                        MAPPED | (OUR_ADDRESS & 0xffff_ffffL),
                        protocol,
                        length);
        return Checksum.fold(Checksum.sum(pool.memory(), transport(frame), length, pseudo));
    }

    /**
     * The pseudo-header's sum for a packet of ours, as a port wants it where it makes the checksum.
     */
    static int pseudo(int protocol, int length) {
        return Checksum.fold(
                Checksum.pseudoHeader(
                        0,
                        MAPPED | (OUR_ADDRESS & 0xffff_ffffL),
                        0,
                        MAPPED | (KERNEL_ADDRESS & 0xffff_ffffL),
                        protocol,
                        length));
    }

    /**
     * A frame with {@code payload} behind {@code header} octets for the caller to fill in, not yet
     * with IPv4.
     */
    int frame(byte[] payload, int header) {
        int frame = payload.length > 1400 ? pool.allocateLarge() : pool.allocate();
        pool.length(frame, payload.length);
        MemorySegment.copy(
                payload, 0, pool.memory(), ValueLayout.JAVA_BYTE, pool.data(frame), payload.length);
        pool.push(frame, header);
        return frame;
    }

    /**
     * Puts IPv4 and Ethernet in front of a transport header whose checksum is the port's work, and
     * sends it.
     */
    void send(int frame, int protocol, int checksumOffset) {
        int length = pool.length(frame) + Ipv4Header.MIN_LENGTH;
        ipv4.wrap(pool.memory(), pool.push(frame, Ipv4Header.MIN_LENGTH))
                .set(
                        0,
                        length,
                        1,
                        Ipv4Header.DONT_FRAGMENT,
                        64,
                        protocol,
                        OUR_ADDRESS,
                        KERNEL_ADDRESS);
        new EthernetHeader()
                .wrap(pool.memory(), pool.push(frame, EthernetHeader.LENGTH))
                .set(port.kernelMacAddress(), port.macAddress(), EthernetHeader.TYPE_IPV4);
        pool.checksum(frame, FramePool.CHECKSUM_NEEDED);
        pool.checksumRange(frame, EthernetHeader.LENGTH + Ipv4Header.MIN_LENGTH, checksumOffset);
        batch.add(frame);
        assertThat(queue.transmit(batch, 42)).isEqualTo(1);
        assertThat(batch.count()).isZero();
    }

    @Override
    public void close() {
        sleeper.close();
        queue.close();
        port.close();
        namespace.close();
        assertThat(pool.isFull()).as(pool.toString()).isTrue();
        pool.close();
    }
}
