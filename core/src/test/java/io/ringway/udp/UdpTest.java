package io.ringway.udp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.layer.Steering;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.wire.Checksum;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.UdpHeader;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class UdpTest {
    private static final IpAddress US = IpAddress.parse("198.18.0.1");
    private static final IpAddress US6 = IpAddress.parse("2001:2::1");
    private static final IpAddress PEER = IpAddress.parse("198.18.0.2");
    private static final IpAddress PEER6 = IpAddress.parse("2001:2::2");
    private static final int PORT = 53;
    private static final int PEER_PORT = 4000;

    private final FramePool frames = new FramePool(64, 4);
    private final Counters counters = new Counters();
    private final Sink sink = new Sink();
    private final User user = new User();
    private final UdpConfig config =
            UdpConfig.builder().receiveQueueDatagrams(3).receiveQueueBytes(100).build();
    private final Udp udp = new Udp(config, frames, sink, counters, user, 1, Steering.ALONE);

    @AfterEach
    void everyFrameIsHome() {
        udp.unbindAll();
        assertThat(frames.isFull()).as(frames.toString()).isTrue();
        frames.close();
    }

    @Test
    void deliversToTheBoundPort() {
        UdpBinding binding = bind(PORT);
        receive(PEER, US, PORT, "hello");
        assertThat(udp.nextDeadlineNs(7)).isEqualTo(7);
        assertThat(udp.dispatch(7, 10)).isEqualTo(1);
        assertThat(user.heard).containsExactly("readable 53");
        assertThat(take(binding)).isEqualTo("hello from 198.18.0.2:4000 to 198.18.0.1");
        assertThat(udp.nextDeadlineNs(7)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theBindingThatFitsBestTakesTheDatagram() {
        UdpBinding wildcard = udp.bind(0, 0, PORT, 0, true);
        UdpBinding specific = udp.bind(US.high(), US.low(), PORT, 0, true);
        UdpBinding connected = udp.bind(0, 0, PORT + 1);
        connect(connected, PEER_PORT);
        receive(PEER, US, PORT, "a");
        receive(PEER6, US6, PORT, "b");
        receive(PEER, US, PORT + 1, "c");
        assertThat(specific.count()).isEqualTo(1);
        assertThat(wildcard.count()).isEqualTo(1);
        assertThat(connected.count()).isEqualTo(1);
    }

    private void connect(UdpBinding binding, int port) {
        udp.connect(binding, US.high(), US.low(), PEER.high(), PEER.low(), port, 0);
    }

    @Test
    void aConnectedSocketHearsItsPeerOnly() {
        UdpBinding connected = bind(PORT);
        connect(connected, PEER_PORT + 1);
        receive(PEER, US, PORT, "stranger");
        assertThat(connected.count()).isZero();
        assertThat(counters.get(Counter.UDP_NO_SOCKET)).isEqualTo(1);
        assertThat(sink.rejected).isEqualTo(1);
    }

    @Test
    void twoSocketsCannotHaveTheSameAddressAndPort() {
        bind(PORT);
        assertThat(udp.bind(0, 0, PORT)).isNull();
        assertThat(udp.bind(US.high(), US.low(), PORT)).as("any is this one, too").isNull();
        assertThat(udp.bind(US.high(), US.low(), PORT, 0, true)).as("the first refuses").isNull();
        assertThat(udp.bind(US.high(), US.low(), PORT + 1)).isNotNull();
        assertThat(udp.bind(PEER.high(), PEER.low(), PORT + 1)).isNotNull();
    }

    @Test
    void port0ChoosesAPortOfTheEphemeralRange() {
        UdpBinding first = bind(0);
        UdpBinding second = bind(0);
        assertThat(first.localPort()).isBetween(config.firstEphemeralPort(), 65_535);
        assertThat(second.localPort()).isNotEqualTo(first.localPort());
    }

    @Test
    void nobodyThereIsAnsweredWithPortUnreachable() {
        receive(PEER, US, PORT, "x");
        assertThat(counters.get(Counter.UDP_NO_SOCKET)).isEqualTo(1);
        assertThat(sink.rejected).isEqualTo(1);
    }

    @Test
    void nobodyThereOfAGroupIsNotAnswered() {
        receive(
                PEER,
                IpAddress.parse("224.0.0.251"),
                datagram(PEER, IpAddress.parse("224.0.0.251"), PORT, "x"),
                true);
        assertThat(counters.get(Counter.UDP_NO_SOCKET)).isEqualTo(1);
        assertThat(sink.rejected).isZero();
    }

    @Test
    void theReceiveQueueHasALimitOfDatagrams() {
        UdpBinding binding = bind(PORT);
        for (int i = 0; i < 5; i++) {
            receive(PEER, US, PORT, "x");
        }
        assertThat(binding.count()).isEqualTo(3);
        assertThat(counters.get(Counter.UDP_QUEUE_FULL)).isEqualTo(2);
        binding.removeFirst();
        receive(PEER, US, PORT, "y");
        assertThat(binding.count()).isEqualTo(3);
    }

    @Test
    void theReceiveQueueHasALimitOfOctets() {
        UdpBinding binding = bind(PORT);
        receive(PEER, US, PORT, "x".repeat(60));
        receive(PEER, US, PORT, "x".repeat(60));
        assertThat(binding.count()).isEqualTo(1);
        assertThat(binding.bytes()).isEqualTo(60);
        assertThat(counters.get(Counter.UDP_QUEUE_FULL)).isEqualTo(1);
    }

    @Test
    void aWrongChecksumIsDropped() {
        bind(PORT);
        byte[] datagram = datagram(PEER, US, PORT, "hello");
        datagram[UdpHeader.LENGTH] ^= 1;
        receive(PEER, US, datagram, false);
        assertThat(counters.get(Counter.UDP_BAD_CHECKSUM)).isEqualTo(1);
    }

    // RFC 768: an all-zero checksum says that the sender made none. RFC 8200 §8.1: not over IPv6.
    @Test
    void aZeroChecksumIsTakenOverIpv4Only() {
        UdpBinding binding = bind(PORT);
        byte[] datagram = datagram(PEER, US, PORT, "hello");
        datagram[UdpHeader.CHECKSUM] = 0;
        datagram[UdpHeader.CHECKSUM + 1] = 0;
        receive(PEER, US, datagram, false);
        assertThat(binding.count()).isEqualTo(1);
        receive(PEER6, US6, datagram, false);
        assertThat(binding.count()).isEqualTo(1);
        assertThat(counters.get(Counter.UDP_BAD_CHECKSUM)).isEqualTo(1);
    }

    @Test
    void aLengthThatCannotBeIsDropped() {
        bind(PORT);
        byte[] tooLong = datagram(PEER, US, PORT, "hello");
        tooLong[5]++;
        byte[] tooShort = datagram(PEER, US, PORT, "hello");
        tooShort[5] = 7;
        receive(PEER, US, tooLong, false);
        receive(PEER, US, tooShort, false);
        receive(PEER, US, new byte[7], false);
        assertThat(counters.get(Counter.UDP_TRUNCATED)).isEqualTo(3);
    }

    @Test
    void whatLiesBehindTheLengthIsCutOff() {
        UdpBinding binding = bind(PORT);
        byte[] datagram = datagram(PEER, US, PORT, "hello");
        byte[] padded = Arrays.copyOf(datagram, datagram.length + 9);
        receive(PEER, US, padded, false);
        assertThat(take(binding)).startsWith("hello from");
    }

    @Test
    void anIcmpErrorReachesTheConnectedSocket() {
        UdpBinding connected = bind(PORT);
        connect(connected, PEER_PORT);
        UdpBinding other = bind(PORT + 1);
        udp.onError(error(PORT), 0);
        udp.onError(error(other.localPort()), 0);
        udp.dispatch(0, 10);
        assertThat(user.heard).containsExactly("PORT_UNREACHABLE 53");
    }

    @Test
    void sendsAWholeDatagram() {
        UdpBinding binding = bind(PORT);
        assertThat(send(binding, PEER, "hello")).isTrue();
        assertThat(udp.nextDeadlineNs(7)).isEqualTo(7);
        assertThat(udp.poll(7, 10)).isEqualTo(1);
        assertThat(sink.sent).containsExactly("198.18.0.1:53 > 198.18.0.2:4000 hello good");
        assertThat(counters.get(Counter.UDP_SENT)).isEqualTo(1);
    }

    @Test
    void leavesTheChecksumToThePortWherePossible() {
        sink.offload = true;
        UdpBinding binding = bind(PORT);
        send(binding, PEER, "hello");
        send(binding, PEER, "x".repeat(2000));
        udp.poll(0, 10);
        assertThat(sink.sent.get(0)).endsWith("hello left to the port");
        assertThat(sink.sent.get(1)).endsWith("xx good");
    }

    @Test
    void sendsOverIpv6() {
        UdpBinding binding = bind(PORT);
        send(binding, PEER6, "hello");
        udp.poll(0, 10);
        assertThat(sink.sent).containsExactly("2001:2::1:53 > 2001:2::2:4000 hello good");
    }

    @Test
    void withoutARouteNothingIsSent() {
        sink.hasRoute = false;
        assertThat(send(bind(PORT), PEER, "hello")).isFalse();
        assertThat(counters.get(Counter.IP_NO_ROUTE)).isEqualTo(1);
    }

    @Test
    void sendsNoMoreThanIpHasRoomFor() {
        UdpBinding binding = bind(PORT);
        send(binding, PEER, "a");
        send(binding, PEER, "b");
        sink.room = 1;
        assertThat(udp.poll(0, 10)).isEqualTo(1);
        sink.room = 1;
        assertThat(udp.poll(0, 10)).isEqualTo(1);
        assertThat(sink.sent).hasSize(2);
    }

    @Test
    void aSuperFrameIsCutIntoItsDatagrams() {
        UdpBinding binding = bind(PORT);
        int frame = frame(datagram(PEER, US, PORT, "aabbc"));
        frames.checksum(frame, FramePool.CHECKSUM_VERIFIED);
        frames.segmentation(frame, FramePool.SEGMENTATION_UDP, 2);
        udp.onPacket(frame, info(PEER, US, false), 0);
        assertThat(binding.count()).isEqualTo(3);
        assertThat(take(binding)).startsWith("aa from 198.18.0.2:4000");
        assertThat(take(binding)).startsWith("bb from");
        assertThat(take(binding)).startsWith("c from");
    }

    private UdpBinding bind(int port) {
        UdpBinding binding = udp.bind(0, 0, port);
        assertThat(binding).isNotNull();
        return binding;
    }

    private boolean send(UdpBinding binding, IpAddress to, String payload) {
        MemorySegment octets = MemorySegment.ofArray(payload.getBytes(UTF_8));
        return udp.send(binding, 0, 0, to.high(), to.low(), PEER_PORT, octets, 0, payload.length());
    }

    private void receive(IpAddress from, IpAddress to, int port, String payload) {
        receive(from, to, datagram(from, to, port, payload), false);
    }

    private void receive(IpAddress from, IpAddress to, byte[] datagram, boolean isMulticast) {
        udp.onPacket(frame(datagram), info(from, to, isMulticast), 0);
    }

    private int frame(byte[] datagram) {
        int frame = frames.allocate();
        frames.length(frame, datagram.length);
        MemorySegment.copy(
                MemorySegment.ofArray(datagram),
                0,
                frames.memory(),
                frames.data(frame),
                datagram.length);
        return frame;
    }

    private static PacketInfo info(IpAddress from, IpAddress to, boolean isMulticast) {
        PacketInfo info = new PacketInfo();
        info.sourceHigh = from.high();
        info.sourceLow = from.low();
        info.destinationHigh = to.high();
        info.destinationLow = to.low();
        info.isMulticast = isMulticast;
        return info;
    }

    private static byte[] datagram(IpAddress from, IpAddress to, int port, String payload) {
        byte[] octets = new byte[UdpHeader.LENGTH + payload.length()];
        MemorySegment memory = MemorySegment.ofArray(octets);
        System.arraycopy(payload.getBytes(UTF_8), 0, octets, UdpHeader.LENGTH, payload.length());
        UdpHeader header = new UdpHeader().wrap(memory, 0);
        header.set(PEER_PORT, port, octets.length, 0);
        long sum =
                Checksum.pseudoHeader(
                        from.high(),
                        from.low(),
                        to.high(),
                        to.low(),
                        IpProtocol.UDP,
                        octets.length);
        header.checksum(Checksum.finishUdp(Checksum.sum(memory, 0, octets.length, sum)));
        return octets;
    }

    private static IcmpError error(int localPort) {
        IcmpError error = new IcmpError();
        error.kind = IcmpError.Kind.PORT_UNREACHABLE;
        error.localHigh = US.high();
        error.localLow = US.low();
        error.localPort = localPort;
        error.remoteHigh = PEER.high();
        error.remoteLow = PEER.low();
        error.remotePort = PEER_PORT;
        return error;
    }

    private String take(UdpBinding binding) {
        byte[] payload = new byte[binding.length()];
        MemorySegment.copy(
                frames.memory(),
                binding.offset(),
                MemorySegment.ofArray(payload),
                0,
                payload.length);
        String taken =
                new String(payload, UTF_8)
                        + " from "
                        + new IpAddress(binding.sourceHigh(), binding.sourceLow())
                        + ":"
                        + binding.sourcePort()
                        + " to "
                        + new IpAddress(binding.destinationHigh(), binding.destinationLow());
        binding.removeFirst();
        return taken;
    }

    private static final class User implements UdpUser {
        final List<String> heard = new ArrayList<>();

        @Override
        public boolean onReadable(UdpBinding binding, long nowNs) {
            heard.add("readable " + binding.localPort());
            return false;
        }

        @Override
        public void onError(UdpBinding binding, IcmpError.Kind kind, long nowNs) {
            heard.add(kind + " " + binding.localPort());
        }
    }

    private final class Sink implements PacketSink {
        final List<String> sent = new ArrayList<>();
        int rejected;
        int room = 100;
        boolean offload;
        boolean hasRoute = true;

        @Override
        public void send(int frame, PacketInfo info, long nowNs) {
            room--;
            long at = frames.data(frame);
            int length = frames.length(frame);
            UdpHeader header = new UdpHeader().wrap(frames.memory(), at);
            long sum =
                    Checksum.pseudoHeader(
                            info.sourceHigh,
                            info.sourceLow,
                            info.destinationHigh,
                            info.destinationLow,
                            info.protocol,
                            length);
            boolean isLeft = frames.checksum(frame) == FramePool.CHECKSUM_NEEDED;
            boolean isGood =
                    isLeft
                            ? header.checksum() == Checksum.fold(sum)
                            : Checksum.isIntact(Checksum.sum(frames.memory(), at, length, sum));
            byte[] payload = new byte[length - UdpHeader.LENGTH];
            MemorySegment.copy(
                    frames.memory(),
                    at + UdpHeader.LENGTH,
                    MemorySegment.ofArray(payload),
                    0,
                    payload.length);
            sent.add(
                    new IpAddress(info.sourceHigh, info.sourceLow)
                            + ":"
                            + header.sourcePort()
                            + " > "
                            + new IpAddress(info.destinationHigh, info.destinationLow)
                            + ":"
                            + header.destinationPort()
                            + " "
                            + new String(payload, UTF_8)
                            + (isGood ? (isLeft ? " left to the port" : " good") : " BAD"));
            frames.release(frame);
        }

        @Override
        public int room() {
            return room;
        }

        @Override
        public int mtu(PacketInfo info) {
            return 1500;
        }

        @Override
        public boolean chooseSource(PacketInfo info) {
            IpAddress source = info.isDestinationIpv4() ? US : US6;
            info.sourceHigh = source.high();
            info.sourceLow = source.low();
            return hasRoute;
        }

        @Override
        public boolean isLocal(long high, long low) {
            return true;
        }

        @Override
        public void rejectPort(int frame, PacketInfo info, long nowNs) {
            rejected++;
            frames.release(frame);
        }

        @Override
        public void confirmReachable(PacketInfo info, long nowNs) {}

        @Override
        public boolean hasChecksumOffload() {
            return offload;
        }

        @Override
        public int maxSegmentationLength() {
            return 0;
        }
    }
}
