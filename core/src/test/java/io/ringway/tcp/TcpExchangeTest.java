package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Two TCPs talk over a bad path in virtual time: every octet arrives once and in order, and nothing
 * is left over.
 */
class TcpExchangeTest {
    private static final long MS = 1_000_000L;
    private static final long GIVE_UP_NS = 3_600_000 * MS;

    /** Sends octets that tell their place, checks what comes, and closes when both are done. */
    private static final class Talker implements TcpUser {
        private final TcpEnd end;
        private final RandomGenerator random;
        private final int toSend;
        private int sent;
        private int received;
        private boolean isEnd;
        private CloseReason reason;
        private int closed;
        private final MemorySegment scratch = MemorySegment.ofArray(new byte[20_000]);

        Talker(TcpEnd end, RandomGenerator random, int toSend) {
            this.end = end;
            this.random = random;
            this.toSend = toSend;
        }

        @Override
        public void onReady(int tcb, int application, int events, long nowNs) {
            if ((events & CLOSED) != 0) {
                closed++;
                reason = end.tcp.closeReason(tcb);
            }
            read(tcb, nowNs);
            if ((events & CLOSED) != 0) {
                return;
            }
            write(tcb, nowNs);
            if (sent == toSend && isEnd) {
                end.tcp.close(tcb, nowNs);
            } else if (sent == toSend) {
                end.tcp.shutdownOutput(tcb, nowNs);
            }
        }

        private void read(int tcb, long nowNs) {
            while (end.tcp.viewLength(tcb) > 0) {
                int length = Math.min(end.tcp.viewLength(tcb), 1 + random.nextInt(3000));
                long at = end.tcp.viewOffset(tcb);
                for (int i = 0; i < length; i++) {
                    byte octet =
                            end.frames
                                    .memory()
                                    .get(java.lang.foreign.ValueLayout.JAVA_BYTE, at + i);
                    if (octet != octetAt(received)) {
                        throw new AssertionError("octet " + received + " is " + octet);
                    }
                    received++;
                }
                end.tcp.consume(tcb, length, nowNs);
            }
            isEnd = end.tcp.isEndOfStream(tcb);
        }

        private void write(int tcb, long nowNs) {
            while (sent < toSend) {
                int length = Math.min(toSend - sent, 1 + random.nextInt(20_000));
                for (int i = 0; i < length; i++) {
                    scratch.set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, octetAt(sent + i));
                }
                int taken = end.tcp.write(tcb, scratch, 0, length, nowNs);
                sent += taken;
                if (taken < length) {
                    return;
                }
            }
        }

        private static byte octetAt(int place) {
            return (byte) (place * 31 + (place >> 8) * 7);
        }
    }

    private record Outcome(long tookNs, Talker client, Talker server) {}

    private static Outcome run(long seed, TcpConfig config, TcpEnd.Path path, int up, int down) {
        SplittableRandom random = new SplittableRandom(seed);
        TcpEnd a = new TcpEnd(config, TcpEnd.ipv4(0xc6120001), path, random.split());
        TcpEnd b = new TcpEnd(config, TcpEnd.ipv4(0xc6120002), path, random.split());
        a.peer = b;
        b.peer = a;
        Talker client = new Talker(a, random.split(), up);
        Talker server = new Talker(b, random.split(), down);
        a.user = client;
        b.user = server;
        assertThat(b.tcp.listen(0, 0, 80, ListenOptions.DEFAULT, 1)).isGreaterThanOrEqualTo(0);
        long now = 1000 * MS;
        ConnectionOptions usual = ConnectionOptions.DEFAULT;
        assertThat(a.tcp.connect(0, 0, 0, 0, b.address, 80, 1, usual, now)).isNotNegative();
        long start = now;
        long ended = 0;
        while (true) {
            boolean isBusy = a.step(now);
            isBusy |= b.step(now);
            if (client.closed > 0 && server.closed > 0 && ended == 0) {
                ended = now;
            }
            if (isBusy) {
                continue;
            }
            long next = Math.min(a.nextNs(now), b.nextNs(now));
            if (next == Long.MAX_VALUE) {
                break;
            }
            assertThat(next - start).as("time, seed %d", seed).isLessThan(GIVE_UP_NS);
            now = Math.max(next, now + 1);
        }
        for (TcpEnd end : new TcpEnd[] {a, b}) {
            assertThat(end.tcp.connectionCount()).as("connections, seed %d", seed).isZero();
            assertThat(end.tcp.busyCount()).as("flights, seed %d", seed).isZero();
            assertThat(end.frames.isFull()).as("frames, seed %d", seed).isTrue();
            end.tcp.close();
            end.frames.close();
        }
        return new Outcome(ended - start, client, server);
    }

    private static TcpConfig.Builder small() {
        return TcpConfig.builder()
                .maxConnections(64)
                .initialConnections(16)
                .maxHalfOpen(64)
                .maxTimeWait(64);
    }

    @Test
    void everythingArrivesOverACleanPathWithoutRetransmission() {
        Outcome outcome =
                run(1, small().build(), new TcpEnd.Path(MS, 0, 0, 0, 0), 500_000, 300_000);
        assertThat(outcome.client.received).isEqualTo(300_000);
        assertThat(outcome.server.received).isEqualTo(500_000);
        assertThat(outcome.client.reason).isEqualTo(CloseReason.CLOSED);
        assertThat(outcome.server.reason).isEqualTo(CloseReason.CLOSED);
        assertThat(outcome.client.end.counters.get(Counter.TCP_RETRANSMITTED)).isZero();
        assertThat(outcome.server.end.counters.get(Counter.TCP_RETRANSMITTED)).isZero();
    }

    @Test
    void everythingArrivesOverBadPaths() {
        for (long seed = 1; seed <= 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            TcpEnd.Path path =
                    new TcpEnd.Path(
                            random.nextLong(50 * MS),
                            random.nextBoolean() ? 0 : random.nextLong(1, 20 * MS),
                            random.nextInt(100),
                            random.nextInt(30),
                            random.nextInt(20));
            TcpConfig config =
                    small().selectiveAck(random.nextInt(4) != 0)
                            .timestamps(random.nextInt(4) != 0)
                            .windowScaling(random.nextBoolean())
                            .receiveBufferBytes(2048 + random.nextInt(100_000))
                            .sendBufferBytes(2048 + random.nextInt(100_000))
                            .congestionControl(random.nextBoolean() ? "cubic" : "newreno")
                            .build();
            int up = random.nextInt(200_000);
            int down = random.nextInt(200_000);
            Outcome outcome = run(seed, config, path, up, down);
            boolean isWhole =
                    outcome.client.reason == CloseReason.CLOSED
                            && outcome.server.reason == CloseReason.CLOSED;
            if (isWhole) {
                assertThat(outcome.client.received).as("down, seed %d", seed).isEqualTo(down);
                assertThat(outcome.server.received).as("up, seed %d", seed).isEqualTo(up);
            }
            assertThat(outcome.client.closed).as("client, seed %d", seed).isEqualTo(1);
        }
    }
}
