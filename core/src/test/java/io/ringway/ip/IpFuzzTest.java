package io.ringway.ip;

import static io.ringway.ip.Packets.OURS;
import static io.ringway.ip.Packets.OURS6;
import static io.ringway.ip.Packets.PEER;
import static io.ringway.ip.Packets.PEER6;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Frames that are almost right, and frames that are nothing: each is counted, none throws or stays.
 */
class IpFuzzTest {
    private static final int FRAMES = 100_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void mutationsOfValidFramesAreCountedAndLeakNothing(long seed) {
        Random random = new Random(seed);
        List<byte[]> corpus = corpus();
        run(seed, random, () -> mutate(corpus.get(random.nextInt(corpus.size())), random));
    }

    @ParameterizedTest
    @ValueSource(longs = {3})
    void randomOctetsAreCountedAndLeakNothing(long seed) {
        Random random = new Random(seed);
        run(
                seed,
                random,
                () -> {
                    byte[] frame = new byte[random.nextInt(200)];
                    random.nextBytes(frame);
                    return frame;
                });
    }

    private interface Source {
        byte[] next();
    }

    private static void run(long seed, Random random, Source source) {
        try (IpHarness ip = new IpHarness(IpHarness.quiet().linkLocal(true).build())) {
            ip.rejectsPorts = true;
            ip.believesMtu = true;
            long before = total(ip.counters);
            for (int i = 0; i < FRAMES; i++) {
                byte[] frame = source.next();
                try {
                    ip.receive(frame);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("seed " + seed + ", frame " + i, e);
                }
                long after = total(ip.counters);
                assertThat(after).as("seed %d, frame %d is counted", seed, i).isGreaterThan(before);
                if (random.nextInt(16) == 0) {
                    ip.advance(random.nextInt(20) * 10_000_000L);
                }
                before = total(ip.counters);
                ip.delivered.clear();
                ip.reported.clear();
            }
        }
    }

    private static long total(Counters counters) {
        long total = 0;
        for (Counter counter : Counter.values()) {
            total += counters.get(counter);
        }
        return total;
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] frame = original.clone();
        switch (random.nextInt(8)) {
            case 0 -> frame = Packets.slice(frame, 0, random.nextInt(frame.length + 1));
            case 1 -> frame = Packets.join(frame, new byte[random.nextInt(64)]);
            case 2, 3, 4, 5 -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    // Mostly in the headers, which are what can lead us astray.
                    int at = 14 + random.nextInt(Math.min(60, frame.length - 14));
                    frame[at] = interesting(random);
                }
            }
            case 6 -> frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
            default -> {}
        }
        if (random.nextInt(4) != 0) {
            mendChecksum(frame);
        }
        return frame;
    }

    private static byte interesting(Random random) {
        byte[] values = {0, 1, -1, 4, 5, 6, 17, 44, 58, 60, 0x7f, (byte) 0x80, 0x20, 0x3f};
        return random.nextBoolean()
                ? values[random.nextInt(values.length)]
                : (byte) random.nextInt(256);
    }

    /** Lets the fault get past the header checksum of IPv4. */
    private static void mendChecksum(byte[] frame) {
        if (frame.length < 34 || frame[12] != 8 || frame[13] != 0) {
            return;
        }
        int header = Math.min((frame[14] & 15) * 4, frame.length - 14);
        if (header < 20) {
            return;
        }
        frame[24] = 0;
        frame[25] = 0;
        int checksum = Packets.checksum(frame, 14, header, 0);
        frame[24] = (byte) (checksum >>> 8);
        frame[25] = (byte) checksum;
    }

    private static List<byte[]> corpus() {
        List<byte[]> corpus = new ArrayList<>();
        byte[] udp = Packets.udp(7, 9, Packets.data(40));
        corpus.add(Packets.arpRequest(PEER, OURS));
        corpus.add(Packets.arpReply(PEER));
        corpus.add(Packets.toUs(Packets.ipv4(PEER, OURS, 17, udp)));
        corpus.add(Packets.toUs(Packets.ipv4(PEER, OURS, 99, udp)));
        corpus.add(
                Packets.toUs(
                        Packets.ipv4(
                                PEER, OURS, 17, 0, 5, new byte[] {1, 7, 7, 4, 0, 0, 0, 0}, udp)));
        corpus.add(Packets.toUs(Packets.ipv4(PEER, OURS, 1, Packets.icmp(8, 0, 77, udp))));
        byte[] quote = Packets.ipv4(OURS, PEER, 17, Packets.udp(9, 7, new byte[8]));
        corpus.add(Packets.toUs(Packets.ipv4(PEER, OURS, 1, Packets.icmp(3, 4, 1000, quote))));
        for (int offset = 0; offset < 3; offset++) {
            int flags = (offset < 2 ? 0x2000 : 0) | offset;
            corpus.add(
                    Packets.toUs(
                            Packets.ipv4(PEER, OURS, 17, flags, 9, new byte[0], Packets.data(8))));
            corpus.add(
                    Packets.toUs(
                            Packets.ipv6(
                                    PEER6,
                                    OURS6,
                                    44,
                                    64,
                                    Packets.join(
                                            Packets.fragmentHeader(17, offset * 8, offset < 2, 3),
                                            Packets.data(8)))));
        }
        corpus.add(Packets.toUs(Packets.ipv6(PEER6, OURS6, 17, 64, udp)));
        byte[] options = {17, 0, 5, 2, 0, 0, 1, 0};
        corpus.add(Packets.toUs(Packets.ipv6(PEER6, OURS6, 0, 64, Packets.join(options, udp))));
        byte[] routing = {60, 0, 4, 0, 0, 0, 0, 0};
        corpus.add(
                Packets.toUs(
                        Packets.ipv6(PEER6, OURS6, 43, 64, Packets.join(routing, options, udp))));
        corpus.add(Packets.toUs(Packets.icmpv6Packet(PEER6, OURS6, 64, 128, 77, udp)));
        byte[] quote6 = Packets.ipv6(OURS6, PEER6, 17, 64, Packets.udp(9, 7, new byte[8]));
        corpus.add(Packets.toUs(Packets.icmpv6Packet(PEER6, OURS6, 64, 2, 1300, quote6)));
        IpAddress group = OURS6.solicitedNode();
        byte[] body = Packets.ndpBody(OURS6, 1, Packets.PEER_MAC);
        corpus.add(Packets.toUs(Packets.icmpv6Packet(PEER6, group, 255, 135, 0, body)));
        byte[] advertised = Packets.ndpBody(PEER6, 2, Packets.PEER_MAC);
        corpus.add(
                Packets.toUs(
                        Packets.icmpv6Packet(PEER6, OURS6, 255, 136, 0x6000_0000, advertised)));
        return corpus;
    }
}
