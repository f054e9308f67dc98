package io.ringway.linux;

import static io.ringway.linux.TapFixture.UDP;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.port.PortCapabilities;
import io.ringway.port.PortException;
import io.ringway.testkit.Privileged;
import io.ringway.wire.MacAddress;
import io.ringway.wire.UdpHeader;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** A real TAP: what the kernel's sockets send arrives as frames, and the other way round. */
@Privileged
class TapPortTest {
    private static final int PATIENCE_MS = 5_000;

    @Test
    void aDatagramOfTheKernelArrivesWithItsChecksumLeftToUs() throws IOException {
        try (var tap = new TapFixture(TapOffloads.ALL, 1500);
                var socket = tap.inside(DatagramSocket::new)) {
            send(socket, new byte[100]);
            int frame = tap.receive(UDP);
            assertThat(tap.pool.length(frame)).isEqualTo(14 + 20 + 8 + 100);
            assertThat(tap.pool.start(frame)).isEqualTo(FramePool.RECEIVE_START);
            assertThat(tap.pool.isLarge(frame)).isFalse();
            assertThat(tap.pool.checksum(frame)).isEqualTo(FramePool.CHECKSUM_NEEDED);
            assertThat(tap.pool.checksumStart(frame)).isEqualTo(34);
            assertThat(tap.pool.checksumOffset(frame)).isEqualTo(UdpHeader.CHECKSUM);
            assertThat(tap.pool.segmentation(frame)).isEqualTo(FramePool.SEGMENTATION_NONE);
            assertThat(tap.pool.stamp(frame)).isEqualTo(42);
            tap.pool.release(frame);
        }
    }

    @Test
    void withoutOffloadsItsChecksumIsWhole() throws IOException {
        try (var tap = new TapFixture(TapOffloads.NONE, 1500);
                var socket = tap.inside(DatagramSocket::new)) {
            assertThat(tap.port.capabilities()).isEqualTo(PortCapabilities.NONE);
            send(socket, new byte[] {1, 2, 3, 4, 5});
            int frame = tap.receive(UDP);
            assertThat(tap.pool.checksum(frame)).isEqualTo(FramePool.CHECKSUM_NONE);
            assertThat(tap.transportSum(frame, UDP)).isEqualTo(0xffff);
            tap.pool.release(frame);
        }
    }

    @Test
    void ourDatagramReachesASocketOfTheKernel() throws IOException {
        try (var tap = new TapFixture(TapOffloads.ALL, 1500);
                var socket = bound(tap)) {
            sendUdp(tap, socket, pattern(5), 0);
            assertThat(receive(socket)).isEqualTo(pattern(5));
            assertThat(tap.count(Counter.FRAMES_SENT)).isEqualTo(1);
            assertThat(tap.count(Counter.OCTETS_SENT)).isEqualTo(14 + 20 + 8 + 5);
        }
    }

    @Test
    void theKernelCutsOurUdpSuperFrame() throws IOException {
        try (var tap = new TapFixture(TapOffloads.ALL, 1500);
                var socket = bound(tap)) {
            assumeTrue(tap.port.capabilities().udpSegmentation());
            sendUdp(tap, socket, pattern(2_500), 1_000);
            assertThat(receive(socket)).isEqualTo(Arrays.copyOf(pattern(2_500), 1_000));
            assertThat(receive(socket)).hasSize(1_000);
            assertThat(receive(socket)).hasSize(500);
        }
    }

    @Test
    void aJumboFrameArrivesWholeInALargeOne() throws IOException {
        try (var tap = new TapFixture(TapOffloads.NONE, 9_000);
                var socket = tap.inside(DatagramSocket::new)) {
            byte[] payload = pattern(8_900);
            send(socket, payload);
            int frame = tap.receive(UDP);
            assertThat(tap.pool.isLarge(frame)).isTrue();
            assertThat(tap.pool.start(frame)).isEqualTo(FramePool.RECEIVE_START);
            assertThat(tap.pool.length(frame)).isEqualTo(14 + 20 + 8 + 8_900);
            assertThat(tap.transportSum(frame, UDP)).isEqualTo(0xffff);
            tap.pool.release(frame);
        }
    }

    @Test
    void theFrameThatJustFitsIsSmallAndOneOctetMoreIsLarge() throws IOException {
        int fits = TapQueue.SMALL_ROOM - 14 - 20 - 8;
        try (var tap = new TapFixture(TapOffloads.NONE, 9_000);
                var socket = tap.inside(DatagramSocket::new)) {
            for (int length : new int[] {fits, fits + 1}) {
                send(socket, pattern(length));
                int frame = tap.receive(UDP);
                assertThat(tap.pool.isLarge(frame)).isEqualTo(length > fits);
                assertThat(tap.transportSum(frame, UDP)).isEqualTo(0xffff);
                tap.pool.release(frame);
            }
        }
    }

    @Test
    void whatIsTooLongForTheFramesLeftIsDroppedWithAReason() throws IOException {
        try (var tap = new TapFixture(TapOffloads.NONE, 9_000, new FramePool(64, 1));
                var socket = tap.inside(DatagramSocket::new)) {
            send(socket, pattern(5_000));
            int held = tap.receive(UDP);
            send(socket, pattern(5_000));
            send(socket, pattern(10));
            int behind = tap.receive(UDP);
            assertThat(tap.pool.length(behind)).isEqualTo(14 + 20 + 8 + 10);
            assertThat(tap.count(Counter.PORT_NO_FRAME)).isEqualTo(1);
            tap.pool.release(held);
            tap.pool.release(behind);
        }
    }

    @Test
    void withoutAFrameTheKernelKeepsWhatWaits() throws IOException {
        try (var tap = new TapFixture(TapOffloads.NONE, 1500, new FramePool(1, 0));
                var socket = tap.inside(DatagramSocket::new)) {
            send(socket, pattern(10));
            int held = tap.receive(UDP);
            send(socket, pattern(20));
            assertThat(tap.queue.receive(new FrameBatch(8), 43)).isZero();
            tap.pool.release(held);
            int next = tap.receive(UDP);
            assertThat(tap.pool.length(next)).isEqualTo(14 + 20 + 8 + 20);
            tap.pool.release(next);
        }
    }

    @Test
    void receiveStopsWhereTheBatchIsFullOrNothingWaits() throws IOException {
        try (var tap = new TapFixture(TapOffloads.ALL, 1500);
                var socket = tap.inside(DatagramSocket::new)) {
            tap.namespace.output("ip", "link", "set", tap.port.name(), "addrgenmode", "none");
            for (int i = 0; i < 5; i++) {
                send(socket, new byte[1]);
            }
            tap.pool.release(tap.receive(UDP));
            var batch = new FrameBatch(2);
            assertThat(tap.queue.receive(batch, 1)).isEqualTo(2);
            assertThat(batch.room()).isZero();
            tap.pool.release(batch.get(0));
            tap.pool.release(batch.get(1));
            batch.clear();
            while (tap.queue.receive(batch, 1) > 0) {
                for (int i = 0; i < batch.count(); i++) {
                    tap.pool.release(batch.get(i));
                }
                batch.clear();
            }
            assertThat(tap.queue.receive(batch, 1)).isZero();
            assertThat(tap.count(Counter.FRAMES_RECEIVED)).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    void whatTheDeviceRefusesIsCountedAndReleased() throws IOException {
        try (var tap = new TapFixture(TapOffloads.ALL, 1500);
                var socket = bound(tap)) {
            tap.namespace.output("ip", "link", "set", tap.port.name(), "down");
            sendUdp(tap, socket, new byte[1], 0);
            assertThat(tap.count(Counter.PORT_TRANSMIT_ERROR)).isEqualTo(1);
            assertThat(tap.count(Counter.FRAMES_SENT)).isZero();
        }
    }

    @Test
    void ourAddressIsMadeFromTheSeedAndIsNotTheKernels() {
        try (var namespace = NetNamespace.create()) {
            var config = TapConfig.builder().seed(11).build();
            long[] ours = new long[2];
            for (int i = 0; i < 2; i++) {
                try (var port = namespace.call(() -> TapPort.open(config))) {
                    ours[i] = port.macAddress();
                    assertThat(MacAddress.isUnicast(ours[i])).isTrue();
                    assertThat(MacAddress.isLocallyAdministered(ours[i])).isTrue();
                    assertThat(ours[i]).isNotEqualTo(port.kernelMacAddress());
                }
            }
            assertThat(ours[0]).isEqualTo(ours[1]);
        }
    }

    @Test
    void aNameCanBeTakenAgainAtOnceAndNotTwice() {
        try (var namespace = NetNamespace.create()) {
            var config = TapConfig.builder().name("rw-again").mtu(1280).build();
            for (int round = 0; round < 3; round++) {
                try (var port = namespace.call(() -> TapPort.open(config))) {
                    assertThat(port.name()).isEqualTo("rw-again");
                    assertThat(namespace.output("ip", "link", "show", "rw-again"))
                            .contains("mtu 1280", ",UP");
                    assertThatThrownBy(() -> namespace.call(() -> TapPort.open(config)))
                            .isInstanceOf(PortException.class)
                            .hasMessageContainingAll("rw-again", "EBUSY", "another name");
                }
            }
            assertThatThrownBy(() ->
                            namespace.call(
                                    () -> TapPort.open(TapConfig.builder().name("lo").build())))
                    .isInstanceOf(PortException.class)
                    .hasMessageContaining("no TAP");
        }
    }

    @Test
    void theQueueOpensOnceAtATimeAndWantsLargeFrames() {
        try (var namespace = NetNamespace.create();
                var port = namespace.call(() -> TapPort.open(TapConfig.builder().build()));
                var small = new FramePool(4, 0);
                var pool = new FramePool(4, 1)) {
            assertThatThrownBy(() -> port.open(0, small, new Counters()))
                    .isInstanceOf(PortException.class)
                    .hasMessageContaining("no large ones");
            assertThatThrownBy(() -> port.open(1, pool, new Counters()))
                    .isInstanceOf(PortException.class)
                    .hasMessageContaining("one queue");
            var queue = port.open(0, pool, new Counters());
            assertThatThrownBy(() -> port.open(0, pool, new Counters()))
                    .isInstanceOf(PortException.class)
                    .hasMessageContaining("open already");
            queue.close();
            port.open(0, pool, new Counters()).close();
        }
    }

    private static void send(DatagramSocket socket, byte[] payload) throws IOException {
        socket.send(new DatagramPacket(payload, payload.length, TapFixture.US));
    }

    private static DatagramSocket bound(TapFixture tap) throws IOException {
        var socket = tap.inside(() -> new DatagramSocket(new InetSocketAddress("198.18.0.1", 0)));
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private static byte[] receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static void sendUdp(
            TapFixture tap, DatagramSocket to, byte[] payload, int segmentSize) {
        int length = UdpHeader.LENGTH + payload.length;
        int frame = tap.frame(payload, UdpHeader.LENGTH);
        new UdpHeader()
                .wrap(tap.pool.memory(), tap.pool.data(frame))
                .set(7, to.getLocalPort(), length, TapFixture.pseudo(UDP, length));
        if (segmentSize > 0) {
            tap.pool.segmentation(frame, FramePool.SEGMENTATION_UDP, segmentSize);
        }
        tap.send(frame, UDP, UdpHeader.CHECKSUM);
    }

    private static byte[] pattern(int length) {
        byte[] pattern = new byte[length];
        for (int i = 0; i < length; i++) {
            pattern[i] = (byte) (i * 31 + (i >> 8));
        }
        return pattern;
    }
}
