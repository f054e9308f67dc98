package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.port.ImpairmentConfig;
import io.ringway.port.LinkConfig;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.Ecn;
import io.ringway.tcp.ListenOptions;
import io.ringway.tcp.Pacing;
import io.ringway.tcp.TcpConfig;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Two whole stacks over a bad path in virtual time: it loses, delays, reorders, doubles, corrupts
 * and marks packets, dies for a while, takes only smaller packets than before, and joins segments
 * and ACKs; with every congestion control, with and without SACK, ECN, pacing and Fast Open. Every
 * octet arrives once and in order, or the connection ends with a reason; and nothing is left over.
 *
 * <p>{@code -Dringway.seeds=1000} runs so many, and {@code -Dringway.seed=…} one that failed.
 */
class TwoStacksTest {
    private static final int FIRST_PORT = 1000;
    private static final long MILLI = 1_000_000;
    private static final long STEP_NS = 20 * MILLI;
    private static final Duration GIVE_UP = Duration.ofHours(2);

    /** One side of a connection: sends so many octets, reads what comes, and closes. */
    private static final class Side implements TcpHandler {
        private final Rand rand;
        private final int toSend;
        private final long outgoing;
        private final long incoming;
        private final boolean isSlow;
        private final byte[] buffer = new byte[20_000];
        private @Nullable TcpConnection connection;
        private @Nullable CloseReason reason;
        private int closed;
        private int sent;
        private int received;
        private boolean isOpen;
        private boolean isAborted;
        private boolean isShut;
        private boolean isEnd;

        Side(Rand rand, int toSend, boolean isSlow, long outgoing, long incoming) {
            this.rand = rand;
            this.toSend = toSend;
            this.isSlow = isSlow;
            this.outgoing = outgoing;
            this.incoming = incoming;
        }

        @Override
        public void onOpen(TcpConnection opened) {
            connection = opened.hold();
            isOpen = true;
            opened.noDelay(rand.chance(0.3));
            // A lost RST of the other side is found out by asking only, when nothing is
            // outstanding.
            opened.keepAlive(Duration.ofSeconds(60), Duration.ofSeconds(5), 9);
            write(opened);
        }

        @Override
        public void onReadable(TcpConnection readable) {
            if (!isSlow) {
                read(readable, Integer.MAX_VALUE);
            }
        }

        @Override
        public void onWritable(TcpConnection writable) {
            write(writable);
        }

        @Override
        public void onClosed(TcpConnection over, CloseReason why) {
            closed++;
            reason = why;
        }

        boolean isOver() {
            return closed > 0;
        }

        void read(TcpConnection from, int limit) {
            int left = limit;
            while (left > 0) {
                int wanted = Math.min(left, rand.between(1, buffer.length));
                int count = from.read(buffer, 0, wanted);
                if (count < 0) {
                    isEnd = true;
                }
                if (count <= 0) {
                    break;
                }
                for (int i = 0; i < count; i++) {
                    received++;
                    if (buffer[i] != Pattern.at(incoming + received)) {
                        throw new AssertionError("octet " + received + " is wrong");
                    }
                }
                left -= count;
            }
            finish(from);
        }

        /** Opens the connection, perhaps with the first octets in the SYN. */
        void connect(Lane lane, Endpoint to, boolean isFastOpen) {
            if (isFastOpen) {
                int early = Math.min(toSend, rand.between(0, 2000));
                sent = lane.connect(to, this, Pattern.range(outgoing + 1, early));
            } else {
                lane.connect(to, this);
            }
        }

        private void write(TcpConnection into) {
            while (sent < toSend) {
                int length = Math.min(toSend - sent, rand.between(1, 20_000));
                int taken = into.write(Pattern.range(outgoing + sent + 1, length));
                sent += taken;
                if (taken < length) {
                    return;
                }
            }
            if (!isShut) {
                isShut = true;
                into.shutdownOutput();
            }
            finish(into);
        }

        private void finish(TcpConnection which) {
            if (isEnd && isShut) {
                which.close();
            }
        }

        /** What happens between the stack's callbacks. */
        void poke() {
            TcpConnection held = connection;
            if (held != null && !isOver() && isSlow && rand.chance(0.3)) {
                read(held, rand.between(1, 30_000));
            }
        }

        void abort() {
            TcpConnection held = connection;
            if (held != null && !isOver()) {
                isAborted = true;
                held.abort();
            }
        }

        @Override
        public String toString() {
            return "sent %d/%d received %d end %s shut %s closed %d %s%s"
                    .formatted(
                            sent,
                            toSend,
                            received,
                            isEnd,
                            isShut,
                            closed,
                            reason,
                            isSlow ? " slow" : "");
        }
    }

    @Seeded(count = 90)
    void everyOctetArrivesOnceAndInOrder(Rand rand) {
        run(rand, false);
    }

    @Seeded(count = 30)
    void aConnectionThatIsAbortedEndsWithAReasonOnBothSides(Rand rand) {
        run(rand, true);
    }

    private static void run(Rand rand, boolean isAborting) {
        boolean isIpv6 = rand.chance(0.3);
        // Whom the server aborts, and who never hears of it, opens once more.
        boolean isFastOpen = !isAborting && rand.chance(0.3);
        boolean isSilent = rand.chance(0.15);
        Rand sides = rand.split();
        try (Pair pair = pair(rand, isIpv6, isFastOpen, isSilent)) {
            List<Side> all = new ArrayList<>();
            List<Opening> openings = new ArrayList<>();
            int connections = rand.between(1, 4);
            for (int i = 0; i < connections; i++) {
                boolean isTiny = rand.chance(0.2);
                int most = isTiny ? 3 : 150_000;
                long key = rand.nextLong();
                int up = rand.chance(0.2) ? 0 : rand.between(0, most);
                int down = rand.chance(0.2) ? 0 : rand.between(0, most);
                Side server = new Side(sides.split(), down, rand.chance(0.3), key, ~key);
                Side client = new Side(sides.split(), up, rand.chance(0.3), ~key, key);
                all.add(server);
                all.add(client);
                int port = FIRST_PORT + i;
                Endpoint at = new Endpoint(IpAddress.ANY_IPV6, port);
                pair.a().listen(at, server, ListenOptions.DEFAULT.withFastOpen(isFastOpen ? 8 : 0));
                Endpoint to = isIpv6 ? pair.endpointA6(port) : pair.endpointA(port);
                long atNs = pair.clock().nanoTime() + (i == 0 ? 0 : rand.between(0, 2000) * MILLI);
                openings.add(new Opening(client, to, isFastOpen, atNs));
            }
            long abortAtNs =
                    pair.clock().nanoTime() + (isAborting ? rand.between(0, 3000) * MILLI : 0);
            Side aborting = isAborting ? all.get(rand.below(all.size())) : null;
            play(pair, all, openings, aborting, abortAtNs, sides.split());
            check(all);
            pair.assertClean();
        }
    }

    /** A connection that is to be opened. */
    private record Opening(Side client, Endpoint to, boolean isFastOpen, long atNs) {}

    private static void play(
            Pair pair,
            List<Side> all,
            List<Opening> openings,
            @Nullable Side aborting,
            long abortAtNs,
            Rand moves) {
        long endNs = pair.clock().nanoTime() + GIVE_UP.toNanos();
        boolean isAborted = aborting == null;
        while (!openings.isEmpty() || !isOver(all)) {
            long nowNs = pair.clock().nanoTime();
            for (Opening opening : List.copyOf(openings)) {
                if (opening.atNs() <= nowNs) {
                    openings.remove(opening);
                    Lane lane = pair.b().lane(openings.size() % pair.b().laneCount());
                    opening.client().connect(lane, opening.to(), opening.isFastOpen());
                }
            }
            pair.runUntil(() -> openings.isEmpty() && isOver(all), Duration.ofNanos(STEP_NS));
            all.forEach(Side::poke);
            moveBuckets(pair.a(), moves);
            moveBuckets(pair.b(), moves);
            if (!isAborted && pair.clock().nanoTime() >= abortAtNs && aborting != null) {
                isAborted = true;
                aborting.abort();
            }
            assertThat(pair.clock().nanoTime()).as("%s", all).isLessThan(endNs);
        }
    }

    /** Buckets go from lane to lane in the midst of everything. */
    private static void moveBuckets(Stack stack, Rand rand) {
        if (stack.laneCount() > 1 && rand.chance(0.3)) {
            for (int i = rand.between(1, 60); i > 0; i--) {
                int bucket = rand.below(stack.buckets().count());
                CompletableFuture<?> _ =
                        stack.buckets().move(bucket, rand.below(stack.laneCount()));
            }
        }
    }

    private static boolean isOver(List<Side> all) {
        for (Side side : all) {
            // A server whose client has failed is never told of a connection.
            if (!side.isOver() && !isHopeless(all, side)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHopeless(List<Side> all, Side server) {
        int at = all.indexOf(server);
        return at % 2 == 0 && server.connection == null && all.get(at + 1).isOver();
    }

    private static void check(List<Side> all) {
        for (int i = 0; i < all.size(); i += 2) {
            Side server = all.get(i);
            Side client = all.get(i + 1);
            assertThat(client.closed).as("ends of the client: %s", client).isEqualTo(1);
            assertThat(server.closed).as("ends of the server: %s", server).isLessThan(2);
            boolean isAborted = server.isAborted || client.isAborted;
            if (client.reason == CloseReason.CLOSED && server.reason == CloseReason.CLOSED) {
                checkReceived(server, client);
                checkReceived(client, server);
            } else if (!isAborted) {
                // On a path that dies, a connection may fail to open: with that reason.
                assertThat(server.isOpen && client.isOpen)
                        .as("an open connection that failed: %s / %s", server, client)
                        .isFalse();
                assertThat(client.reason)
                        .as("%s / %s", server, client)
                        .isIn(
                                CloseReason.UNREACHABLE,
                                CloseReason.TIMED_OUT,
                                CloseReason.RESET_BY_PEER);
            }
        }
    }

    private static void checkReceived(Side by, Side from) {
        if (by.isAborted) {
            // It did not want the rest.
            assertThat(by.received).as("%s / %s", by, from).isLessThanOrEqualTo(from.toSend);
        } else {
            assertThat(by.received).as("%s / %s", by, from).isEqualTo(from.toSend);
        }
    }

    private static Pair pair(Rand rand, boolean isIpv6, boolean isFastOpen, boolean isSilent) {
        // A SYN that comes twice may show its data twice (RFC 7413 §2.1), so there are none then.
        boolean isDoubling = !isFastOpen && rand.chance(0.6);
        ImpairmentConfig impairment =
                ImpairmentConfig.builder()
                        .loss(rand.chance(0.2) ? 0 : rand.nextDouble() * 0.1)
                        .reorder(rand.chance(0.4) ? 0 : rand.nextDouble() * 0.2)
                        .duplicate(isDoubling ? rand.nextDouble() * 0.05 : 0)
                        .corrupt(rand.chance(0.4) ? 0 : rand.nextDouble() * 0.02)
                        .delayNs(rand.between(0, 50) * MILLI)
                        .build();
        int mtu = isIpv6 ? rand.oneOf(1280, 1500, 9000) : rand.oneOf(576, 1280, 1500, 9000);
        LinkConfig.Builder link = LinkConfig.builder().mtu(mtu);
        if (rand.chance(0.3)) {
            link.capabilities(LinkConfig.OFFLOADED.capabilitiesA());
        }
        Rand a = rand.split();
        Rand b = rand.split();
        int lanesA = rand.chance(0.5) ? 1 : rand.between(2, 4);
        int lanesB = rand.chance(0.5) ? 1 : rand.between(2, 4);
        RoughPort.Habits toA = habits(rand.split(), mtu, isIpv6, isSilent);
        RoughPort.Habits toB = habits(rand.split(), mtu, isIpv6, isSilent);
        return Pair.with()
                .link(link.build())
                .impairment(impairment)
                .tap(port -> new RoughPort(port, toA))
                .tapB(port -> new RoughPort(port, toB))
                .configA(config -> config.lanes(lanesA).tcp(tcp -> settings(tcp, a)))
                .configB(config -> config.lanes(lanesB).tcp(tcp -> settings(tcp, b)))
                .seed(rand.nextLong())
                .build();
    }

    private static RoughPort.Habits habits(Rand rand, int mtu, boolean isIpv6, boolean isSilent) {
        int narrow = isIpv6 ? 1280 : rand.oneOf(576, 1006, 1280);
        boolean isNarrowing = rand.chance(0.3) && narrow < mtu;
        return new RoughPort.Habits(
                rand.split(),
                rand.chance(0.5) ? rand.nextDouble() * 0.2 : 0,
                rand.chance(0.4),
                rand.chance(0.4),
                isNarrowing ? narrow : mtu,
                rand.between(0, 2000) * MILLI,
                isSilent,
                rand.between(0, 3000) * MILLI,
                rand.chance(0.3) ? rand.between(1, 5000) * MILLI : 0);
    }

    private static TcpConfig.Builder settings(TcpConfig.Builder tcp, Rand rand) {
        int buffer = rand.chance(0.3) ? rand.between(2048, 8000) : 1 << rand.between(12, 20);
        Ecn ecn = rand.oneOf(Ecn.OFF, Ecn.PASSIVE, Ecn.ON, Ecn.ON);
        Pacing pacing = rand.oneOf(Pacing.OFF, Pacing.AUTO, Pacing.AUTO, Pacing.ON);
        return tcp.receiveBufferBytes(buffer)
                .sendBufferBytes(1 << rand.between(11, 18))
                .timestamps(rand.chance(0.7))
                .selectiveAck(rand.chance(0.7))
                .windowScaling(rand.chance(0.7))
                .congestion(c -> c.withEcn(ecn).withPacing(pacing))
                .congestionControl(rand.oneOf("cubic", "newreno", "bbr", "dctcp"));
    }

    @Test
    void tenMinutesOfProtocolTimePassInVirtualTime() {
        try (Pair pair = Pair.create()) {
            Side server = new Side(new Rand(1), 0, true, 1, 2);
            List<TcpConnection> clients = new ArrayList<>();
            pair.a().listen(FIRST_PORT, server);
            for (int i = 0; i < 20; i++) {
                pair.b()
                        .lane(0)
                        .connect(
                                pair.endpointA(FIRST_PORT),
                                new TcpHandler() {
                                    @Override
                                    public void onOpen(TcpConnection connection) {
                                        clients.add(connection.hold());
                                        connection.keepAlive(
                                                Duration.ofSeconds(5), Duration.ofSeconds(1), 3);
                                    }

                                    @Override
                                    public void onReadable(TcpConnection connection) {}
                                });
            }
            long startNs = pair.clock().nanoTime();
            pair.run(Duration.ofMinutes(10));
            assertThat(pair.clock().nanoTime() - startNs)
                    .isEqualTo(Duration.ofMinutes(10).toNanos());
            assertThat(clients).hasSize(20);
            assertThat(pair.b().lane(0).connectionCount()).isEqualTo(20);
            pair.b().lane(0).abortAll();
            pair.assertClean();
        }
    }
}
