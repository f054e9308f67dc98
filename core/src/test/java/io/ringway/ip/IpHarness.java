package io.ringway.ip;

import static org.assertj.core.api.Assertions.assertThat;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.TransportProtocol;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FrameBatch;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.port.PortCapabilities;
import io.ringway.wire.IpAddress;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * IP with a clock of its own, a pool, and a UDP that writes down what it gets: inject, expect,
 * advance.
 */
final class IpHarness implements AutoCloseable {
    static final long SECOND = 1_000_000_000L;
    static final int UDP = 17;

    /** What came up to a transport. */
    static final class Delivered {
        private final IpAddress source;
        private final IpAddress destination;
        private final byte[] payload;
        private final boolean isMulticast;

        Delivered(PacketInfo info, byte[] payload) {
            this.source = new IpAddress(info.sourceHigh, info.sourceLow);
            this.destination = new IpAddress(info.destinationHigh, info.destinationLow);
            this.payload = payload;
            this.isMulticast = info.isMulticast;
        }

        IpAddress source() {
            return source;
        }

        IpAddress destination() {
            return destination;
        }

        byte[] payload() {
            return payload;
        }

        boolean isMulticast() {
            return isMulticast;
        }
    }

    /** An error that came up to a transport. */
    record Reported(
            IcmpError.Kind kind, int mtu, IpAddress remote, int localPort, int remotePort) {}

    final FramePool frames = new FramePool(512, 8);
    final Counters counters = new Counters();
    final FrameBatch out = new FrameBatch(256);
    final Ip ip;
    final List<Delivered> delivered = new ArrayList<>();
    final List<Reported> reported = new ArrayList<>();
    boolean rejectsPorts;
    boolean believesMtu;
    long nowNs = 5 * SECOND;
    private final Deque<byte[]> sent = new ArrayDeque<>();

    IpHarness(IpConfig config) {
        this(config, PortCapabilities.NONE, 1500);
    }

    IpHarness(IpConfig config, PortCapabilities capabilities, int mtu) {
        ip = new Ip(config, frames, counters, out, capabilities, Packets.OUR_MAC, mtu, 42);
        ip.register(new Udp());
    }

    /** Both versions, nothing checked or announced, so that the link is silent at first. */
    static IpConfig.Builder quiet() {
        return IpConfig.builder()
                .address("198.18.0.1/24")
                .address("2001:2::1/64")
                .gateway("198.18.0.254")
                .duplicateDetection(DuplicateDetection.OFF);
    }

    static IpHarness create() {
        return new IpHarness(quiet().build());
    }

    private final class Udp implements TransportProtocol {
        @Override
        public int protocol() {
            return UDP;
        }

        @Override
        public void onPacket(int frame, PacketInfo info, long now) {
            delivered.add(new Delivered(info, octets(frame)));
            if (rejectsPorts) {
                ip.rejectPort(frame, info, now);
            } else {
                frames.release(frame);
            }
        }

        @Override
        public void onError(IcmpError error, long now) {
            reported.add(
                    new Reported(
                            error.kind,
                            error.mtu,
                            new IpAddress(error.remoteHigh, error.remoteLow),
                            error.localPort,
                            error.remotePort));
            if (believesMtu && error.kind == IcmpError.Kind.TOO_BIG) {
                ip.lowerMtu(error, now);
            }
        }
    }

    byte[] octets(int frame) {
        byte[] octets = new byte[frames.length(frame)];
        MemorySegment.copy(
                frames.memory(), JAVA_BYTE, frames.data(frame), octets, 0, octets.length);
        return octets;
    }

    /** A frame of the pool with these octets, as a port delivers it. */
    int receivedFrame(byte[] octets) {
        boolean isSmall = octets.length <= FramePool.SMALL_SLOT - FramePool.RECEIVE_START;
        int frame = isSmall ? frames.allocate() : frames.allocateLarge();
        frames.range(frame, FramePool.RECEIVE_START, octets.length);
        Octets.copy(
                MemorySegment.ofArray(octets),
                0,
                frames.memory(),
                frames.data(frame),
                octets.length);
        return frame;
    }

    IpHarness receive(byte[] frame) {
        ip.onFrame(receivedFrame(frame), nowNs);
        return this;
    }

    IpHarness advance(long ns) {
        long until = nowNs + ns;
        while (ip.nextDeadlineNs() <= until) {
            nowNs = Math.max(nowNs, ip.nextDeadlineNs());
            ip.expire(nowNs);
            poll();
        }
        nowNs = until;
        ip.expire(nowNs);
        poll();
        return this;
    }

    /** Runs the output step and takes what was sent. */
    IpHarness poll() {
        ip.poll(nowNs, Integer.MAX_VALUE);
        for (int i = 0; i < out.count(); i++) {
            sent.add(octets(out.get(i)));
            frames.release(out.get(i));
        }
        out.clear();
        return this;
    }

    /** The next frame that was sent. */
    byte[] expectFrame() {
        poll();
        assertThat(sent).as("a frame was sent").isNotEmpty();
        return sent.remove();
    }

    List<byte[]> expectFrames(int count) {
        poll();
        assertThat(sent).hasSize(count);
        List<byte[]> all = List.copyOf(sent);
        sent.clear();
        return all;
    }

    /** Takes all frames that were sent. */
    void drain(Consumer<byte[]> taker) {
        poll();
        sent.forEach(taker);
        sent.clear();
    }

    IpHarness expectNothing() {
        poll();
        assertThat(sent).as("frames sent").isEmpty();
        return this;
    }

    IpHarness expectCount(Counter counter, long value) {
        assertThat(counters.get(counter)).as(counter.label()).isEqualTo(value);
        return this;
    }

    PacketInfo info(IpAddress destination) {
        PacketInfo info = new PacketInfo();
        info.destinationHigh = destination.high();
        info.destinationLow = destination.low();
        info.protocol = UDP;
        assertThat(ip.chooseSource(info)).isTrue();
        return info;
    }

    IpHarness send(PacketInfo info, byte[] transport) {
        boolean isSmall = transport.length <= FramePool.SMALL_SLOT - FramePool.PAYLOAD_START;
        int frame = isSmall ? frames.allocate() : frames.allocateLarge();
        frames.length(frame, transport.length);
        Octets.copy(
                MemorySegment.ofArray(transport),
                0,
                frames.memory(),
                frames.data(frame),
                transport.length);
        ip.send(frame, info, nowNs);
        return this;
    }

    /** Lets us know both peers, as after a first exchange. */
    IpHarness withNeighbours() {
        receive(Packets.arpRequest(Packets.PEER, Packets.OURS));
        receive(
                Packets.toUs(
                        Packets.icmpv6Packet(
                                Packets.PEER6,
                                Packets.OURS6,
                                255,
                                135,
                                0,
                                Packets.ndpBody(Packets.OURS6, 1, Packets.PEER_MAC))));
        expectFrames(2);
        // A solicited advertisement makes the IPv6 neighbour reachable, so that it is not probed.
        return receive(
                Packets.toUs(
                        Packets.icmpv6Packet(
                                Packets.PEER6,
                                Packets.OURS6,
                                255,
                                136,
                                0x6000_0000,
                                Packets.ndpBody(Packets.PEER6, 2, Packets.PEER_MAC))));
    }

    /** Lets all time run out, and checks that no frame is lost. */
    @Override
    public void close() {
        advance(700 * SECOND);
        sent.clear();
        assertThat(frames.isFull()).as(frames.toString()).isTrue();
        frames.close();
    }
}
