package io.ringway.tcp;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.Steering;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;

import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * One side of a pair of TCPs without IP: packets go to the other side's queue, late or not at all.
 */
final class TcpEnd extends PlainSink implements TcpUser {
    /** A packet on its way; {@code order} is that of two that arrive at the same time. */
    private record Arrival(long atNs, long order, Packet packet) implements Comparable<Arrival> {
        @Override
        public int compareTo(Arrival other) {
            return atNs != other.atNs
                    ? Long.compare(atNs, other.atNs)
                    : Long.compare(order, other.order);
        }
    }

    /** What the path does to packets; chances of 1,000. */
    record Path(long delayNs, long jitterNs, int loss, int duplicate, int corrupt) {}

    final Counters counters = new Counters();
    private final PriorityQueue<Arrival> arriving = new PriorityQueue<>();
    final Tcp tcp;
    final PacketInfo info = new PacketInfo();
    private final RandomGenerator random;
    private final Path path;
    private long order;
    TcpEnd peer = this;
    TcpUser user = (tcb, application, events, nowNs) -> {};

    TcpEnd(TcpConfig config, long address, Path path, RandomGenerator random) {
        super(new FramePool(4096, 0), address);
        this.random = random;
        this.path = path;
        this.tcp = new Tcp(config, frames, this, counters, this, random.nextLong(), Steering.ALONE);
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
        while (!arriving.isEmpty() && arriving.peek().atNs() <= nowNs) {
            Packet packet = arriving.remove().packet();
            int frame = frameOf(packet.octets());
            if (frame != FramePool.NONE) {
                tcp.onPacket(frame, packet.info(), nowNs);
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
        return arriving.isEmpty() ? next : Math.min(next, arriving.peek().atNs());
    }

    @Override
    public void send(int frame, PacketInfo info, long nowNs) {
        Packet packet = take(frame, info);
        if (random.nextInt(1000) < path.loss) {
            return;
        }
        int times = random.nextInt(1000) < path.duplicate ? 2 : 1;
        for (int i = 0; i < times; i++) {
            byte[] sent = packet.octets().clone();
            if (random.nextInt(1000) < path.corrupt) {
                sent[random.nextInt(sent.length)] ^= (byte) (1 << random.nextInt(8));
            }
            long delay = path.delayNs + (path.jitterNs == 0 ? 0 : random.nextLong(path.jitterNs));
            Packet copy = new Packet(sent, packet.info());
            peer.arriving.add(new Arrival(nowNs + delay, order++, copy));
        }
    }
}
