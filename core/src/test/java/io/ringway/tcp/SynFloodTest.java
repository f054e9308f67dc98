package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.layer.PacketInfo;
import io.ringway.layer.Steering;
import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;
import io.ringway.wire.Checksum;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A flood of SYNs from hosts that do not exist, while honest clients connect and talk: all of them
 * get through by cookies, and the flood costs no memory (RFC 4987).
 */
class SynFloodTest {
    private static final long MS = 1_000_000L;
    private static final long SERVER = TcpEnd.ipv4(0xc6120001);
    private static final int PORT = 80;
    private static final int CLIENTS = 100;
    private static final int SPOOFED = 200_000;
    private static final int SPOOFED_A_MS = 20;

    /** All hosts on one wire without a delay. Packets to hosts that do not exist are lost. */
    private static final class Wire {
        final Map<Long, Host> hosts = new HashMap<>();
        long lost;
    }

    /** A TCP on the wire. */
    private static final class Host extends PlainSink implements TcpUser {
        final Counters counters = new Counters();
        final ArrayDeque<Packet> arriving = new ArrayDeque<>();
        final Wire wire;
        final Tcp tcp;
        int opened;
        int echoed;
        int closed;

        Host(Wire wire, long address, int frames, TcpConfig config, long seed) {
            super(new FramePool(frames, 0), address);
            this.wire = wire;
            this.tcp = new Tcp(config, this.frames, this, counters, this, seed, Steering.ALONE);
            wire.hosts.put(address, this);
        }

        int connect(long nowNs) {
            return tcp.connect(0, 0, 0, 0, SERVER, PORT, 1, ConnectionOptions.DEFAULT, nowNs);
        }

        @Override
        public void onReady(int tcb, int application, int events, long nowNs) {
            if ((events & OPENED) != 0) {
                opened++;
                if (application == 1) {
                    MemorySegment text = MemorySegment.ofArray(new byte[100]);
                    tcp.write(tcb, text, 0, 100, nowNs);
                }
            }
            while (tcp.viewLength(tcb) > 0 && (events & CLOSED) == 0) {
                int length = tcp.viewLength(tcb);
                if (application == 0) {
                    tcp.write(tcb, frames.memory(), tcp.viewOffset(tcb), length, nowNs);
                } else {
                    echoed += length;
                }
                tcp.consume(tcb, length, nowNs);
            }
            if ((events & CLOSED) != 0) {
                closed++;
            } else if (tcp.isEndOfStream(tcb) || (application == 1 && echoed == 100)) {
                tcp.close(tcb, nowNs);
            }
        }

        int step(long nowNs) {
            int work = 0;
            while (!arriving.isEmpty() && work < 256) {
                Packet packet = arriving.remove();
                int frame = frameOf(packet.octets());
                tcp.onPacket(frame, packet.info(), nowNs);
                work++;
            }
            return work + tcp.expire(nowNs) + tcp.dispatch(nowNs, 1000) + tcp.poll(nowNs, 1000);
        }

        @Override
        public void send(int frame, PacketInfo info, long nowNs) {
            Packet packet = take(frame, info);
            Host to = wire.hosts.get(info.destinationLow);
            if (to == null) {
                wire.lost++;
            } else {
                to.arriving.add(packet);
            }
        }

        @Override
        public int room() {
            return 1000;
        }
    }

    /** A SYN of an address that nobody has, with the options that floods usually have or none. */
    private static PlainSink.Packet spoofed(SplittableRandom random) {
        byte[] octets = new byte[20];
        MemorySegment memory = MemorySegment.ofArray(octets);
        Octets.put32(memory, 0, (1 + random.nextInt(0xffff)) << 16 | PORT);
        Octets.put32(memory, 4, random.nextInt());
        Octets.put32(memory, 12, 0x5002_ffff);
        PacketInfo info = new PacketInfo();
        info.sourceLow = TcpEnd.ipv4(0x0a000000 | random.nextInt(1 << 24));
        info.destinationLow = SERVER;
        long sum = Checksum.pseudoHeader(0, info.sourceLow, 0, SERVER, 6, 20);
        Octets.put16(memory, 16, Checksum.finish(Checksum.sum(memory, 0, 20, sum)));
        return new PlainSink.Packet(octets, info);
    }

    @Test
    void honestClientsGetThrough() {
        SplittableRandom random = new SplittableRandom(4);
        Wire wire = new Wire();
        TcpConfig small =
                TcpConfig.builder()
                        .initialConnections(16)
                        .maxTimeWait(1024)
                        .maxHalfOpen(256)
                        .build();
        Host server = new Host(wire, SERVER, 2048, small, 1);
        server.tcp.listen(0, 0, PORT, ListenOptions.DEFAULT, 0);
        long nowNs = 1000 * MS;
        int sent = 0;
        int begun = 0;
        while (sent < SPOOFED) {
            for (int i = 0; i < SPOOFED_A_MS; i++, sent++) {
                server.arriving.add(spoofed(random));
            }
            if (begun < CLIENTS && sent > 1000 * (begun + 1)) {
                Host client = new Host(wire, TcpEnd.ipv4(0xc6120100 + begun), 64, small, begun);
                assertThat(client.connect(nowNs)).isNotNegative();
                begun++;
            }
            run(wire, nowNs);
            nowNs += MS;
        }
        for (int second = 0; second < 30_000; second++) {
            nowNs += 10 * MS;
            run(wire, nowNs);
        }
        check(wire, server);
    }

    private static void run(Wire wire, long nowNs) {
        int work;
        do {
            work = 0;
            for (Host host : wire.hosts.values()) {
                work += host.step(nowNs);
            }
        } while (work != 0);
    }

    private static void check(Wire wire, Host server) {
        for (Host host : wire.hosts.values()) {
            if (host != server) {
                assertThat(host.opened).isEqualTo(1);
                assertThat(host.echoed).isEqualTo(100);
                assertThat(host.closed).isEqualTo(1);
            }
        }
        assertThat(server.opened).isEqualTo(CLIENTS);
        assertThat(server.tcp.connectionCount()).isZero();
        assertThat(server.tcp.halfOpenCount()).isZero();
        assertThat(server.frames.freeSmallCount()).isEqualTo(2048);
        assertThat(server.counters.get(Counter.TCP_COOKIES_SENT)).isGreaterThan(SPOOFED / 2);
        assertThat(server.counters.get(Counter.TCP_COOKIES_ACCEPTED)).isGreaterThan(CLIENTS / 2);
        assertThat(server.counters.get(Counter.TCP_COOKIES_REJECTED)).isZero();
        // A SYN-ACK for each SYN, some entries' again; nobody is made to hear more than that.
        assertThat(wire.lost).isLessThan(SPOOFED + 10L * 256 * SPOOFED / 1_000);
    }
}
