package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.PortQueue;
import io.ringway.testkit.Privileged;
import io.ringway.wire.Checksum;
import io.ringway.wire.EthernetHeader;
import io.ringway.wire.IpPrefix;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.Ipv4Header;
import io.ringway.wire.MacAddress;
import io.ringway.wire.UdpHeader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A TAP of several queues: the kernel spreads flows, and a flow follows where we send it from. */
@Privileged
@Timeout(60)
class TapQueuesTest {
    private static final int QUEUES = 4;
    private static final int FLOWS = 64;
    private static final int OUR_PORT = 7;
    private static final int TRANSPORT = EthernetHeader.LENGTH + Ipv4Header.MIN_LENGTH;

    private final NetNamespace namespace = NetNamespace.create();
    private final FramePool pool = new FramePool(512, 16);
    private final List<PortQueue> queues = new ArrayList<>();
    private final FrameBatch batch = new FrameBatch(32);

    @Test
    void flowsSpreadAndAFlowIsPulledToTheQueueItIsSentFrom() throws Exception {
        var config =
                TapConfig.builder()
                        .queues(QUEUES)
                        .kernelAddresses(List.of(IpPrefix.parse("198.18.0.1/24")))
                        .build();
        List<DatagramSocket> sockets = new ArrayList<>();
        try (var port = namespace.call(() -> TapPort.open(config))) {
            String mac = MacAddress.format(port.macAddress());
            namespace.output("ip", "neigh", "add", "198.18.0.2", "lladdr", mac, "dev", port.name());
            for (int i = 0; i < QUEUES; i++) {
                queues.add(port.open(i, pool, new Counters()));
            }
            for (int i = 0; i < FLOWS; i++) {
                var local = new InetSocketAddress("198.18.0.1", 0);
                sockets.add(TapFixture.inside(namespace, () -> new DatagramSocket(local)));
            }
            int[] spread = new int[QUEUES];
            for (DatagramSocket socket : sockets) {
                spread[queueOf(socket)]++;
            }
            assertThat(spread).doesNotContain(0);
            for (int i = 0; i < FLOWS; i++) {
                DatagramSocket socket = sockets.get(i);
                answer(port, socket.getLocalPort(), queues.get(i % QUEUES));
                socket.setSoTimeout(5_000);
                socket.receive(new DatagramPacket(new byte[1], 1));
                assertThat(queueOf(socket)).isEqualTo(i % QUEUES);
            }
        } finally {
            sockets.forEach(DatagramSocket::close);
            queues.forEach(PortQueue::close);
            namespace.close();
        }
        assertThat(pool.isFull()).isTrue();
        pool.close();
    }

    /** Sends a datagram, and returns the queue that it comes to. */
    private int queueOf(DatagramSocket socket) throws Exception {
        socket.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress("198.18.0.2", 7)));
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (System.nanoTime() < deadline) {
            for (int i = 0; i < queues.size(); i++) {
                queues.get(i).receive(batch, 1);
                boolean isIt = false;
                for (int j = 0; j < batch.count(); j++) {
                    int frame = batch.get(j);
                    long at = pool.data(frame) + TRANSPORT;
                    isIt |=
                            pool.length(frame) >= TRANSPORT + UdpHeader.LENGTH
                                    && Octets.u16(pool.memory(), at) == socket.getLocalPort();
                    pool.release(frame);
                }
                batch.clear();
                if (isIt) {
                    return i;
                }
            }
        }
        throw new AssertionError("the datagram came to no queue");
    }

    private void answer(TapPort port, int to, PortQueue from) {
        int frame = pool.allocate();
        var memory = pool.memory();
        int length = UdpHeader.LENGTH + 1;
        pool.length(frame, 1);
        int pseudo =
                Checksum.fold(
                        Checksum.pseudoHeader(
                                0,
                                0xffff_0000_0000L | 0xc612_0002L,
                                0,
                                0xffff_0000_0000L | 0xc612_0001L,
                                IpProtocol.UDP,
                                length));
        new UdpHeader()
                .wrap(memory, pool.push(frame, UdpHeader.LENGTH))
                .set(OUR_PORT, to, length, pseudo);
        new Ipv4Header()
                .wrap(memory, pool.push(frame, Ipv4Header.MIN_LENGTH))
                .set(
                        0,
                        Ipv4Header.MIN_LENGTH + length,
                        1,
                        0,
                        64,
                        IpProtocol.UDP,
                        0xc612_0002,
                        0xc612_0001);
        new EthernetHeader()
                .wrap(memory, pool.push(frame, EthernetHeader.LENGTH))
                .set(port.kernelMacAddress(), port.macAddress(), EthernetHeader.TYPE_IPV4);
        pool.checksum(frame, FramePool.CHECKSUM_NEEDED);
        pool.checksumRange(frame, TRANSPORT, UdpHeader.CHECKSUM);
        batch.add(frame);
        assertThat(from.transmit(batch, 1)).isEqualTo(1);
    }
}
