package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.Stack;
import io.ringway.StackException;
import io.ringway.UdpOptions;
import io.ringway.UdpSocket;
import io.ringway.layer.SourceFilter;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/**
 * Multicast and broadcast by sockets in several lanes, in virtual time (RFC 1112, RFC 3376 §3.2).
 */
class UdpGroupsTest {
    private static final int LANES = 3;
    private static final int PORT = 5353;
    private static final UdpOptions REUSED = UdpOptions.DEFAULT.withReused(true);
    private static final Endpoint ANY = new Endpoint(IpAddress.ANY_IPV6, PORT);

    private static Pair pair() {
        return Pair.with().configA(c -> c.lanes(LANES)).build();
    }

    /** A socket that counts what comes to it. */
    private static final class Listener {
        private final UdpSocket socket;
        private int count;

        Listener(Stack stack, Endpoint local) {
            socket = stack.bind(local, (_, _) -> count++, REUSED);
        }

        Listener on(String group) {
            listen(group, SourceFilter.ALL);
            return this;
        }

        void listen(String group, SourceFilter from) {
            assertThat(socket.listen(IpAddress.parse(group), from)).isNotCancelled();
        }

        /** How many came since this was asked before. */
        int take() {
            int taken = count;
            count = 0;
            return taken;
        }
    }

    private static Endpoint to(String group) {
        return new Endpoint(IpAddress.parse(group), PORT);
    }

    /** Sends twelve datagrams, from as many ports, so that they come to all lanes. */
    private static void sendTwelve(Pair pair, Stack from, String group) {
        for (int i = 0; i < 12; i++) {
            UdpSocket socket = from.bind(0, (_, _) -> {});
            assertThat(socket.send(to(group), new byte[] {1})).isTrue();
            pair.settle();
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"239.1.2.3", "ff15::7"})
    void whoHasJoinedHearsItInEveryLane(String group) {
        try (Pair pair = pair()) {
            Listener first = new Listener(pair.a(), ANY).on(group);
            Listener second = new Listener(pair.a(), ANY).on(group);
            Listener stranger = new Listener(pair.a(), ANY);
            sendTwelve(pair, pair.b(), group);
            assertThat(first.take()).isEqualTo(12);
            assertThat(second.take()).isEqualTo(12);
            assertThat(stranger.take()).isZero();
            first.listen(group, SourceFilter.NONE);
            sendTwelve(pair, pair.b(), group);
            assertThat(first.take()).isZero();
            assertThat(second.take()).isEqualTo(12);
            second.socket.close();
            sendTwelve(pair, pair.b(), group);
            assertThat(second.take()).isZero();
            pair.assertClean();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"239.1.2.3", "ff15::7", "255.255.255.255"})
    void whatIsSentIsHeardOnTheSameStackAndBeyond(String group) {
        try (Pair pair = pair()) {
            boolean isBroadcast = group.startsWith("255");
            Listener here = new Listener(pair.a(), ANY);
            Listener there = new Listener(pair.b(), ANY);
            if (!isBroadcast) {
                here.on(group);
                there.on(group);
            }
            sendTwelve(pair, pair.a(), group);
            assertThat(here.take()).isEqualTo(12);
            assertThat(there.take()).isEqualTo(12);
            pair.assertClean();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,false,0,1", "1,true,1,1", "0,true,1,0", "0,false,0,0"})
    void theSenderSaysHowFar(int hops, boolean isHeardHere, int here, int there) {
        try (Pair pair = pair()) {
            Listener own = new Listener(pair.a(), ANY).on("239.1.2.3");
            Listener peer = new Listener(pair.b(), ANY).on("239.1.2.3");
            UdpSocket sender = pair.a().bind(0, (_, _) -> {});
            sender.marking(0, hops, isHeardHere);
            sender.send(to("239.1.2.3"), new byte[] {1});
            pair.settle();
            assertThat(own.take()).isEqualTo(here);
            assertThat(peer.take()).isEqualTo(there);
        }
    }

    @Test
    void aGroupOfOneHostStaysThere() {
        try (Pair pair = pair()) {
            Listener own = new Listener(pair.a(), ANY).on("ff01::101");
            Listener peer = new Listener(pair.b(), ANY).on("ff01::101");
            sendTwelve(pair, pair.a(), "ff01::101");
            assertThat(own.take()).isEqualTo(12);
            assertThat(peer.take()).isZero();
        }
    }

    @Test
    void aDatagramFromLoopbackNeverLeaves() {
        try (Pair pair = pair()) {
            Listener own = new Listener(pair.a(), ANY).on("239.1.2.3");
            Listener peer = new Listener(pair.b(), ANY).on("239.1.2.3");
            UdpSocket sender =
                    pair.a().bind(new Endpoint(IpAddress.LOOPBACK_IPV4, 0), (_, _) -> {});
            sender.send(to("239.1.2.3"), new byte[] {1});
            sender.send(pair.endpointB(PORT), new byte[] {1});
            pair.settle();
            assertThat(own.take()).isEqualTo(1);
            assertThat(peer.take()).isZero();
        }
    }

    @Test
    void sourcesAreIncludedAndExcluded() {
        try (Pair pair = pair()) {
            String group = "232.1.2.3";
            IpAddress a = pair.endpointA(1).address();
            IpAddress b = pair.endpointB(1).address();
            Listener listener = new Listener(pair.a(), ANY);
            listener.listen(group, SourceFilter.only(List.of(b)));
            sendTwelve(pair, pair.b(), group);
            sendTwelve(pair, pair.a(), group);
            assertThat(listener.take()).as("from b only").isEqualTo(12);
            listener.listen(group, SourceFilter.allBut(List.of(a, b)));
            sendTwelve(pair, pair.b(), group);
            assertThat(listener.take()).as("from neither").isZero();
            listener.listen(group, SourceFilter.allBut(List.of(a)));
            sendTwelve(pair, pair.b(), group);
            assertThat(listener.take()).as("not from a").isEqualTo(12);
        }
    }

    @Test
    void whoIsBoundToTheGroupHearsNothingElse() {
        try (Pair pair = pair()) {
            Listener listener = new Listener(pair.a(), to("239.1.2.3")).on("239.1.2.3");
            Listener other = new Listener(pair.a(), to("239.9.9.9")).on("239.1.2.3");
            sendTwelve(pair, pair.b(), "239.1.2.3");
            assertThat(listener.take()).isEqualTo(12);
            assertThat(other.take()).isZero();
            pair.b().bind(0, (_, _) -> {}).send(pair.endpointA(PORT), new byte[1]);
            pair.settle();
            assertThat(listener.take()).isZero();
            // What it sends comes from an address of its stack.
            Listener peer = new Listener(pair.b(), ANY).on("239.1.2.3");
            listener.socket.send(to("239.1.2.3"), new byte[1]);
            pair.settle();
            assertThat(peer.take()).isEqualTo(1);
        }
    }

    @Test
    void whoIsConnectedHearsItsPeerOnly() {
        try (Pair pair = pair()) {
            Listener listener = new Listener(pair.a(), to("239.1.2.3")).on("239.1.2.3");
            UdpSocket peer = pair.b().bind(0, (_, _) -> {});
            listener.socket.connect(new Endpoint(pair.endpointB(1).address(), peer.local().port()));
            pair.settle();
            sendTwelve(pair, pair.b(), "239.1.2.3");
            assertThat(listener.take()).isZero();
            peer.send(to("239.1.2.3"), new byte[1]);
            pair.settle();
            assertThat(listener.take()).isEqualTo(1);
        }
    }

    @Test
    void ofThoseThatReuseAnAddressTheLastOneHasWhatIsSentToOne() {
        try (Pair pair = pair()) {
            Listener first = new Listener(pair.a(), ANY);
            Listener last = new Listener(pair.a(), ANY);
            sendTwelve(pair, pair.b(), pair.endpointA(PORT).address().toString());
            assertThat(first.take()).isZero();
            assertThat(last.take()).isEqualTo(12);
            last.socket.close();
            sendTwelve(pair, pair.b(), pair.endpointA(PORT).address().toString());
            assertThat(first.take()).isEqualTo(12);
            assertThatThrownBy(() -> pair.a().bind(ANY, null)).isInstanceOf(StackException.class);
            assertThatThrownBy(() -> pair.a().bind(ANY, null, UdpOptions.DEFAULT.withShared(true)))
                    .isInstanceOf(StackException.class);
        }
    }

    @Test
    void tooManyGroupsAreRefusedInAllLanes() {
        try (Pair pair = pair()) {
            UdpSocket socket = pair.a().bind(ANY, (_, _) -> {}, REUSED);
            for (int i = 0; i < 256; i++) {
                assertThat(socket.listen(IpAddress.parse("239.1.2." + i), SourceFilter.ALL))
                        .isCompleted();
            }
            IpAddress oneMore = IpAddress.parse("239.1.3.0");
            assertThat(socket.listen(oneMore, SourceFilter.ALL)).isCompletedExceptionally();
            socket.close();
            UdpSocket next = pair.a().bind(ANY, (_, _) -> {}, REUSED);
            assertThat(next.listen(oneMore, SourceFilter.ALL)).isCompleted();
            assertThatThrownBy(() -> next.listen(pair.endpointA(1).address(), SourceFilter.ALL))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
