package io.ringway.tcp;

import io.ringway.layer.IcmpError;
import io.ringway.layer.PacketInfo;
import io.ringway.layer.PacketSink;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * One side of a pair of TCPs without IP: packets go to the other side's queue, late or not at all.
 */
final class TcpEnd implements PacketSink, TcpUser {
    /** A packet on its way. */
    private static final class Packet implements Comparable<Packet> {
        final long atNs;
        final long order;
        final byte[] octets;
        final PacketInfo info;

        Packet(long atNs, long order, byte[] octets, PacketInfo info) {
            this.atNs = atNs;
            this.order = order;
            this.octets = octets;
            this.info = info;
        }

        @Override
        public int compareTo(Packet other) {
            return atNs != other.atNs
                    ? Long.compare(atNs, other.atNs)
                    : Long.compare(order, other.order);
        }
    }

    /** What the path does to packets; chances of 1,000. */
    record Path(long delayNs, long jitterNs, int loss, int duplicate, int corrupt) {}

    final FramePool frames = new FramePool(4096, 0);
    final Counters counters = new Counters();
    private final PriorityQueue<Packet> arriving = new PriorityQueue<>();
    final Tcp tcp;
    final long address;
    final PacketInfo info = new PacketInfo();
    private final RandomGenerator random;
    private final Path path;
    private long order;
    TcpEnd peer = this;
    TcpUser user = (tcb, application, events, nowNs) -> {};

    TcpEnd(TcpConfig config, long address, Path path, RandomGenerator random) {
        this.address = address;
        this.random = random;
        this.path = path;
        this.tcp = new Tcp(config, frames, this, counters, this, random.nextLong());
    }

    static long ipv4(int address) {
        return PacketInfo.IPV4_LOW | (address & 0xffffffffL);
    }

    @Override
    public void onReady(int tcb, int application, int events, long nowNs) {
        user.onReady(tcb, application, events, nowNs);
    }

    /** One duty cycle; whether anything happened. */
    boolean step(long nowNs) {
        int work = 0;
        while (!arriving.isEmpty() && arriving.peek().atNs <= nowNs) {
            Packet packet = arriving.remove();
            int frame = frames.allocate();
            if (frame != FramePool.NONE) {
                frames.range(frame, FramePool.RECEIVE_START, packet.octets.length);
                java.lang.foreign.MemorySegment.copy(
                        packet.octets,
                        0,
                        frames.memory(),
                        java.lang.foreign.ValueLayout.JAVA_BYTE,
                        frames.data(frame),
                        packet.octets.length);
                tcp.onPacket(frame, packet.info, nowNs);
            }
            work++;
        }
        work += tcp.expire(nowNs);
        work += tcp.dispatch(nowNs, 100);
        work += tcp.poll(nowNs, 100);
        return work > 0;
    }

    long nextNs(long nowNs) {
        long next = tcp.nextDeadlineNs(nowNs);
        return arriving.isEmpty() ? next : Math.min(next, arriving.peek().atNs);
    }

    @Override
    public void send(int frame, PacketInfo info, long nowNs) {
        byte[] octets = new byte[frames.length(frame)];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) Octets.u8(frames.memory(), frames.data(frame) + i);
        }
        frames.release(frame);
        PacketInfo copy = new PacketInfo();
        copy.sourceHigh = info.sourceHigh;
        copy.sourceLow = info.sourceLow;
        copy.destinationHigh = info.destinationHigh;
        copy.destinationLow = info.destinationLow;
        copy.protocol = info.protocol;
        if (random.nextInt(1000) < path.loss) {
            return;
        }
        int times = random.nextInt(1000) < path.duplicate ? 2 : 1;
        for (int i = 0; i < times; i++) {
            byte[] sent = octets.clone();
            if (random.nextInt(1000) < path.corrupt) {
                sent[random.nextInt(sent.length)] ^= (byte) (1 << random.nextInt(8));
            }
            long delay = path.delayNs + (path.jitterNs == 0 ? 0 : random.nextLong(path.jitterNs));
            peer.arriving.add(new Packet(nowNs + delay, order++, sent, copy));
        }
    }

    @Override
    public int room() {
        return 64;
    }

    @Override
    public int mtu(PacketInfo info) {
        return 1500;
    }

    @Override
    public boolean chooseSource(PacketInfo info) {
        info.sourceHigh = 0;
        info.sourceLow = address;
        return true;
    }

    @Override
    public boolean isLocal(long high, long low) {
        return high == 0 && low == address;
    }

    @Override
    public void rejectPort(int frame, PacketInfo info, long nowNs) {
        frames.release(frame);
    }

    @Override
    public void confirmReachable(PacketInfo info, long nowNs) {}

    @Override
    public void lowerMtu(IcmpError error, long nowNs) {}

    @Override
    public boolean hasChecksumOffload() {
        return false;
    }

    @Override
    public int maxSegmentationLength() {
        return 0;
    }
}
