package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.Counter;

import org.junit.jupiter.api.Test;

/**
 * The receive window: RFC 9293 §3.8.6 (never shrinks, no silly steps), RFC 7323 §2.4 (scaled), and
 * its growth by what the application reads.
 */
class TcpWindowTest {
    private static final int MSS = TcpHarness.MSS;
    private static final int INITIAL = 64 * 1024;

    /** A peer that scales by 7, and a window that begins with 64 KiB and may grow to 4 MiB. */
    private static TcpHarnessBuilder growing() {
        return TcpHarness.with()
                .windowScale(7)
                .smallFrames(8192)
                .tcp(t ->
                        t.receiveBufferBytes(INITIAL).buffers(b -> b.withMaxReceiveBytes(4 << 20)));
    }

    /** The edges that the stack has told the peer of, and what it sends to reach them. */
    private static final class Peer {
        private final TcpHarness tcp;
        private final int scale;
        private long next = 1;
        private long edge;
        private long lastWindow;

        Peer(TcpHarness tcp, int scale) {
            this.tcp = tcp;
            this.scale = scale;
        }

        void send(int length) {
            tcp.receive(segment().seq(next).length(length));
            next += length;
            hear();
        }

        /** Every ACK keeps what those before it have promised, but for a unit of the field. */
        void hear() {
            for (SentSegment ack = tcp.poll(); ack != null; ack = tcp.poll()) {
                lastWindow = (long) ack.window() << scale;
                assertThat(ack.ack() + lastWindow).isGreaterThan(edge - (1L << scale));
                edge = Math.max(edge, ack.ack() + lastWindow);
            }
        }

        /** A window's worth, and then a round trip of 20 ms. */
        void round() {
            long until = next + lastWindow;
            while (next + MSS <= until) {
                send(MSS);
            }
            tcp.advance(20).skip();
        }
    }

    // Not from an RFC but dynamic right-sizing: the window is twice what was read in a round trip.
    @Test
    void theWindowGrowsWithWhatIsRead() {
        try (var tcp = growing().listening()) {
            Peer peer = open(tcp);
            peer.send(MSS);
            assertThat(peer.lastWindow).isBetween(INITIAL - 2L * MSS, (long) INITIAL);
            for (int i = 0; i < 10; i++) {
                peer.round();
            }
            assertThat(peer.lastWindow).isGreaterThan(3 << 20);
            tcp.expectCount(Counter.TCP_RECEIVE_LIMIT, 0);
        }
    }

    // A round trip of 20 ms, as the handshake measures it.
    private static Peer open(TcpHarness tcp) {
        tcp.receive(tcp.peerSyn());
        int scale = tcp.poll().windowScale();
        tcp.advance(20).receive(segment().withAck(1)).expectNothing();
        return new Peer(tcp, scale);
    }

    @Test
    void theWindowOfAReaderWhoIsSlowDoesNotGrow() {
        try (var tcp = growing().notReading().listening()) {
            Peer peer = open(tcp);
            for (int i = 0; i < 200; i++) {
                if (peer.lastWindow >= MSS || i == 0) {
                    peer.send(MSS);
                }
                tcp.advance(20).skip();
                tcp.read(1000);
                peer.hear();
            }
            assertThat(peer.edge - 1).isLessThanOrEqualTo(INITIAL + 200_000);
        }
    }

    @Test
    void aWindowThatWasSetStays() {
        try (var tcp =
                TcpHarness.with()
                        .windowScale(7)
                        .tcp(t -> t.receiveBufferBytes(INITIAL))
                        .listening()) {
            Peer peer = open(tcp);
            peer.send(MSS);
            for (int i = 0; i < 10; i++) {
                peer.round();
            }
            assertThat(peer.lastWindow).isLessThanOrEqualTo(INITIAL);
        }
    }

    // The memory counts and not the octets: where frames are few the window stays small.
    @Test
    void theWindowGrowsNoFurtherThanThePoolGoes() {
        try (var tcp = growing().smallFrames(256).listening()) {
            Peer peer = open(tcp);
            peer.send(MSS);
            for (int i = 0; i < 10; i++) {
                peer.round();
            }
            // 16 large frames count as half a mebibyte.
            assertThat(peer.lastWindow).isLessThan(1 << 20);
            tcp.expectCount(Counter.TCP_RECEIVE_LIMIT, 0);
        }
    }

    // RFC 9293 §3.8.6 (MUST-34, SHLD-14), RFC 7323 §2.4: with a unit of some hundred octets the
    // edge neither moves left by more than a unit, nor creeps beyond what may be held.
    @Seeded(count = 60)
    void aScaledWindowKeepsItsEdge(Rand rand) {
        int limit = rand.between(70_000, 3_000_000);
        try (var tcp =
                TcpHarness.with()
                        .windowScale(7)
                        .notReading()
                        .smallFrames(8192)
                        .tcp(t -> t.receiveBufferBytes(limit))
                        .listening()) {
            Peer peer = open(tcp);
            peer.edge = 1 + 65_535;
            long read = 0;
            for (int i = 0; i < 600; i++) {
                long room = peer.edge - peer.next;
                int most = (int) Math.min(room, rand.chance(0.3) ? 20 : MSS);
                if (most > 0) {
                    peer.send(rand.between(1, most));
                }
                if (rand.chance(0.05)) {
                    read += tcp.read(rand.between(1, 40_000));
                    peer.hear();
                }
                if (rand.chance(0.2)) {
                    tcp.advance(50).skip();
                }
                assertThat(peer.edge - 1 - read).isLessThanOrEqualTo(limit);
            }
            read += tcp.read(Integer.MAX_VALUE);
            peer.hear();
            assertThat(read).isEqualTo(peer.next - 1);
        }
    }
}
