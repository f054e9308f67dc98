package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringway.Datagram;
import io.ringway.Stack;
import io.ringway.StackException;
import io.ringway.UdpHandler;
import io.ringway.UdpOptions;
import io.ringway.UdpSocket;
import io.ringway.layer.IcmpError;
import io.ringway.memory.Counter;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** UDP sockets in several lanes, in virtual time. */
class UdpLanesTest {
    private static final int LANES = 3;
    private static final int PORT = 53;
    private static final int SOURCES = 60;

    private static Pair lanes(int count) {
        return resolved(Pair.with().configA(c -> c.lanes(count)).build());
    }

    /** Lets b find out a's link address, for which only so many datagrams wait. */
    private static Pair resolved(Pair pair) {
        UdpSocket first = pair.b().bind(0, null);
        first.send(pair.endpointA(1), new byte[1]);
        first.send(pair.endpointA6(1), new byte[1]);
        pair.settle();
        first.close();
        return pair;
    }

    private static long count(Stack stack, Counter counter) {
        long sum = 0;
        for (int i = 0; i < stack.laneCount(); i++) {
            sum += stack.lane(i).counters().get(counter);
        }
        return sum;
    }

    /** Sockets at stack b, each with a port of its own. */
    private static List<UdpSocket> sources(Pair pair, UdpHandler handler) {
        List<UdpSocket> sources = new ArrayList<>();
        for (int i = 0; i < SOURCES; i++) {
            sources.add(pair.b().bind(0, handler));
        }
        return sources;
    }

    private static void echo(UdpSocket socket, Datagram datagram) {
        socket.reply(datagram, datagram.memory(), datagram.offset(), datagram.length());
    }

    @Test
    void aSocketIsInEveryLane() {
        try (Pair pair = lanes(LANES)) {
            int[] handled = new int[LANES];
            pair.a()
                    .bind(
                            PORT,
                            (socket, datagram) -> {
                                handled[socket.lane().index()]++;
                                echo(socket, datagram);
                            });
            int[] answers = new int[1];
            for (UdpSocket source : sources(pair, (_, _) -> answers[0]++)) {
                source.send(pair.endpointA(PORT), "four".getBytes(UTF_8));
                source.send(pair.endpointA6(PORT), "six".getBytes(UTF_8));
            }
            pair.settle();
            assertThat(answers[0]).isEqualTo(2 * SOURCES);
            assertThat(Arrays.stream(handled).sum()).isEqualTo(2 * SOURCES);
            assertThat(handled).doesNotContain(0);
            pair.assertClean();
        }
    }

    @Test
    void steeredByPortASocketsDatagramsComeToOneLane() {
        try (Pair pair =
                resolved(
                        Pair.with()
                                .configA(c ->
                                        c.lanes(lanes ->
                                                lanes.withCount(LANES).withUdpByPort(true)))
                                .build())) {
            int[] handled = new int[LANES];
            pair.a().bind(PORT, (socket, _) -> handled[socket.lane().index()]++);
            for (UdpSocket source : sources(pair, (_, _) -> {})) {
                source.send(pair.endpointA(PORT), new byte[9]);
            }
            pair.settle();
            Arrays.sort(handled);
            assertThat(handled).containsExactly(0, 0, SOURCES);
            pair.assertClean();
        }
    }

    @Test
    void aChosenPortIsTheSameInAllLanes() {
        try (Pair pair = lanes(LANES)) {
            UdpSocket first = pair.a().bind(0, (_, _) -> {});
            UdpSocket second = pair.a().bind(0, (_, _) -> {});
            assertThat(first.local().port()).isPositive().isNotEqualTo(second.local().port());
            for (int i = 0; i < LANES; i++) {
                assertThat(pair.a().lane(i).udp().socketCount()).isEqualTo(2);
                assertThat(first.onLane(i).local()).isEqualTo(first.local());
                assertThat(first.onLane(i).lane().index()).isEqualTo(i);
            }
        }
    }

    @Test
    void aPortThatOneLaneRefusesIsBoundInNone() {
        try (Pair pair = lanes(LANES)) {
            assertThat(pair.a().lane(2).udp().bind(0, 0, PORT)).isNotNull();
            assertThatThrownBy(() -> pair.a().bind(PORT, (_, _) -> {}))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("in use");
            pair.settle();
            assertThat(pair.a().lane(0).udp().socketCount()).isZero();
            assertThat(pair.a().lane(1).udp().socketCount()).isZero();
            assertThat(pair.a().lane(2).udp().socketCount()).isEqualTo(1);
        }
    }

    @Test
    void aClosedPortCanBeBoundAtOnce() {
        try (Pair pair = lanes(LANES)) {
            for (int i = 0; i < 10; i++) {
                UdpSocket socket = pair.a().bind(PORT, (_, _) -> {});
                assertThatThrownBy(() -> pair.a().bind(PORT, (_, _) -> {}))
                        .isInstanceOf(StackException.class);
                socket.close();
            }
            for (int i = 0; i < LANES; i++) {
                assertThat(pair.a().lane(i).udp().socketCount()).isZero();
            }
        }
    }

    @Test
    void aHandlerThatThrowsLosesItsSocketInAllLanes() {
        try (Pair pair = lanes(LANES)) {
            pair.a()
                    .bind(
                            PORT,
                            (_, _) -> {
                                throw new IllegalStateException("on purpose");
                            });
            pair.b().bind(0, (_, _) -> {}).send(pair.endpointA(PORT), new byte[1]);
            pair.settle();
            assertThat(count(pair.a(), Counter.HANDLER_FAILURES)).isEqualTo(1);
            for (int i = 0; i < LANES; i++) {
                assertThat(pair.a().lane(i).udp().socketCount()).isZero();
            }
            pair.assertClean();
        }
    }

    @Test
    void connectedASocketHearsItsPeerOnlyInWhateverLane() {
        try (Pair pair = lanes(LANES)) {
            for (UdpSocket source : sources(pair, (_, _) -> {})) {
                List<String> heard = new ArrayList<>();
                UdpSocket socket =
                        pair.a().bind(0, (_, datagram) -> heard.add(datagram.source().toString()));
                Endpoint peer = pair.endpointB(source.local().port());
                socket.connect(peer);
                assertThat(socket.local().address()).isEqualTo(pair.endpointA(1).address());
                Endpoint us = pair.endpointA(socket.local().port());
                assertThat(source.send(us, new byte[1])).isTrue();
                pair.b().bind(0, (_, _) -> {}).send(us, new byte[1]);
                pair.settle();
                assertThat(heard).containsExactly(peer.toString());
                socket.disconnect();
                pair.b().bind(0, (_, _) -> {}).send(us, new byte[1]);
                pair.settle();
                assertThat(heard).hasSize(2);
                socket.close();
            }
            pair.assertClean();
        }
    }

    @Test
    void anIcmpErrorComesToTheConnectedSocketInItsLane() {
        try (Pair pair = lanes(LANES)) {
            List<IcmpError.Kind> heard = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                UdpSocket socket =
                        pair.a()
                                .bind(
                                        0,
                                        new UdpHandler() {
                                            @Override
                                            public void onDatagram(UdpSocket at, Datagram d) {}

                                            @Override
                                            public void onError(UdpSocket at, IcmpError.Kind kind) {
                                                heard.add(kind);
                                            }
                                        });
                socket.connect(pair.endpointB(9));
                socket.send(new byte[3]);
                pair.run(Duration.ofSeconds(2));
            }
            assertThat(heard).hasSize(10).containsOnly(IcmpError.Kind.PORT_UNREACHABLE);
        }
    }

    @Test
    void aTombstoneForwardsWhatIsUnderWayAndExpires() {
        try (Pair pair = lanes(LANES)) {
            Stack stack = pair.a();
            List<Integer> lanes = new ArrayList<>();
            UdpSocket socket = stack.bind(PORT, (at, _) -> lanes.add(at.lane().index()));
            Endpoint peer = pair.endpointB(4000);
            socket.connect(peer);
            assertThat(count(stack, Counter.UDP_TOMBSTONES)).isEqualTo(LANES - 1);
            for (int i = 0; i < LANES; i++) {
                UdpFrames.arrive(stack, i, peer, pair.endpointA(PORT), new byte[5]);
            }
            pair.settle();
            // Wherever it came, it was handled in the lane of the flow.
            assertThat(lanes).hasSize(LANES);
            assertThat(lanes.stream().distinct()).hasSize(1);
            assertThat(count(stack, Counter.UDP_FORWARDED)).isEqualTo(LANES - 1);
            assertThat(count(stack, Counter.UDP_TOMBSTONES_EXPIRED)).isZero();

            pair.run(Duration.ofSeconds(2));
            assertThat(count(stack, Counter.UDP_TOMBSTONES_EXPIRED)).isEqualTo(LANES - 1);
            lanes.clear();
            for (int i = 0; i < LANES; i++) {
                UdpFrames.arrive(stack, i, peer, pair.endpointA(PORT), new byte[5]);
            }
            pair.settle();
            assertThat(lanes).containsExactlyInAnyOrder(0, 1, 2);
            assertThat(count(stack, Counter.UDP_FORWARDED)).isEqualTo(LANES - 1);
            pair.assertClean();
        }
    }

    @Test
    void aSocketThatIsClosedOrDisconnectedLeavesNoTombstone() {
        try (Pair pair = lanes(LANES)) {
            UdpSocket socket = pair.a().bind(PORT, (_, _) -> {});
            socket.connect(pair.endpointB(4000));
            socket.disconnect();
            UdpSocket other = pair.a().bind(PORT + 1, (_, _) -> {});
            other.connect(pair.endpointB(4000));
            other.close();
            pair.run(Duration.ofSeconds(5));
            assertThat(count(pair.a(), Counter.UDP_TOMBSTONES)).isEqualTo(2 * (LANES - 1));
            assertThat(count(pair.a(), Counter.UDP_TOMBSTONES_EXPIRED)).isZero();
        }
    }

    @Test
    void aGroupSharesTheFlowsAndWhoClosesLeavesItsShare() {
        try (Pair pair = lanes(LANES)) {
            UdpOptions shared = UdpOptions.DEFAULT.withShared(true);
            Endpoint any = new Endpoint(IpAddress.ANY_IPV6, PORT);
            int[] member = new int[SOURCES];
            List<UdpSocket> group = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int index = i;
                UdpHandler handler = (_, datagram) -> member[datagram.toBytes()[0]] = index;
                group.add(pair.a().bind(any, handler, shared));
            }
            assertThatThrownBy(() -> pair.a().bind(any, (_, _) -> {}))
                    .isInstanceOf(StackException.class);
            List<UdpSocket> sources = sources(pair, (_, _) -> {});
            Arrays.fill(member, -1);
            sendFromEach(pair, sources);
            int[] before = member.clone();
            assertThat(before).contains(0, 1, 2, 3).doesNotContain(-1);

            // A flow stays with its member, except those of the one that closes.
            group.get(2).close();
            Arrays.fill(member, -1);
            sendFromEach(pair, sources);
            assertThat(member).doesNotContain(-1, 2);
            for (int i = 0; i < SOURCES; i++) {
                if (before[i] != 2) {
                    assertThat(member[i]).isEqualTo(before[i]);
                }
            }
            pair.assertClean();
        }
    }

    private static void sendFromEach(Pair pair, List<UdpSocket> sources) {
        for (int i = 0; i < sources.size(); i++) {
            sources.get(i).send(pair.endpointA(PORT), new byte[] {(byte) i});
        }
        pair.settle();
    }
}
