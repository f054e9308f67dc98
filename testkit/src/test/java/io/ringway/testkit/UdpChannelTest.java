package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.LaneConfig;
import io.ringway.Stack;
import io.ringway.StackException;
import io.ringway.UdpBatch;
import io.ringway.UdpChannel;
import io.ringway.UdpOptions;
import io.ringway.UdpSocket;
import io.ringway.memory.Counter;
import io.ringway.port.LinkConfig;
import io.ringway.port.PortCapabilities;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** UDP channels in virtual time: the calling thread is every lane, so nothing here may wait. */
class UdpChannelTest {
    private static final int LANES = 3;
    private static final int PORT = 53;
    private static final Endpoint ANY = new Endpoint(IpAddress.ANY_IPV6, PORT);
    private static final Endpoint ANY_PORT = new Endpoint(IpAddress.ANY_IPV6, 0);

    private static Pair lanes(int count) {
        return Pair.with().configA(c -> c.lanes(count)).build();
    }

    private static long count(Stack stack, Counter counter) {
        long sum = 0;
        for (int i = 0; i < stack.laneCount(); i++) {
            sum += stack.lane(i).counters().get(counter);
        }
        return sum;
    }

    /** Sends one way and back, so that both sides know each other's link address. */
    private static void greet(Pair pair) {
        UdpSocket a = pair.a().bind(9, (socket, d) -> socket.reply(d, d.memory(), d.offset(), 1));
        UdpSocket b = pair.b().bind(0, (_, _) -> {});
        for (int i = 0; i < 20; i++) {
            UdpSocket from = pair.b().bind(0, null);
            from.send(pair.endpointA(9), new byte[1]);
            from.send(pair.endpointA6(9), new byte[1]);
            pair.run(Duration.ofMillis(10));
            from.close();
        }
        a.close();
        b.close();
    }

    private static byte[] numbered(int source, int number) {
        return new byte[] {(byte) source, (byte) (number >> 8), (byte) number};
    }

    @Test
    void aBatchThatWasReceivedIsSentBackAsItIs() throws IOException {
        try (Pair pair = lanes(LANES)) {
            greet(pair);
            UdpChannel server = pair.a().openUdpChannel(ANY);
            UdpChannel client = pair.b().openUdpChannel(ANY_PORT);
            UdpBatch sent = new UdpBatch(10, 100);
            for (int i = 0; i < 5; i++) {
                sent.add(pair.endpointA(PORT), numbered(4, i));
                sent.add(pair.endpointA6(PORT), numbered(6, i));
            }
            assertThat(client.sendNow(sent, 0)).isEqualTo(10);
            pair.settle();
            UdpBatch batch = new UdpBatch(64, 2000);
            assertThat(server.isReadable()).isTrue();
            assertThat(server.receiveNow(batch)).isEqualTo(10);
            assertThat(server.isReadable()).isFalse();
            for (int i = 0; i < 10; i++) {
                boolean isSix = batch.toBytes(i)[0] == 6;
                assertThat(batch.peer(i).port()).isEqualTo(client.local().port());
                assertThat(batch.local(i))
                        .isEqualTo((isSix ? pair.endpointA6(1) : pair.endpointA(1)).address());
                assertThat(batch.isTruncated(i)).isFalse();
            }
            assertThat(server.sendNow(batch, 0)).isEqualTo(10);
            pair.settle();
            assertThat(client.receiveNow(batch)).isEqualTo(10);
            for (int i = 0; i < 10; i++) {
                boolean isSix = batch.toBytes(i)[0] == 6;
                assertThat(batch.peer(i))
                        .isEqualTo(isSix ? pair.endpointA6(PORT) : pair.endpointA(PORT));
            }
            client.close();
            server.close();
            pair.assertClean();
        }
    }

    @Test
    void whatIsLongerThanItsPlaceIsCutOff() throws IOException {
        try (Pair pair = lanes(1)) {
            greet(pair);
            UdpChannel server = pair.a().openUdpChannel(ANY);
            UdpSocket client = pair.b().bind(0, null);
            client.send(pair.endpointA(PORT), new byte[50]);
            client.send(pair.endpointA(PORT), new byte[0]);
            client.send(pair.endpointA(PORT), new byte[20_000]);
            client.send(pair.endpointA(PORT), new byte[] {1, 2, 3});
            pair.settle();
            UdpBatch batch = new UdpBatch(8, 40);
            assertThat(server.receiveNow(batch)).isEqualTo(4);
            assertThat(batch.length(0)).isEqualTo(40);
            assertThat(batch.isTruncated(0)).isTrue();
            assertThat(batch.length(1)).isZero();
            // The one in fragments is overtaken.
            assertThat(batch.isTruncated(3)).isTrue();
            assertThat(batch.length(3)).isEqualTo(40);
            assertThat(batch.isTruncated(2)).isFalse();
            assertThat(batch.toBytes(2)).containsExactly(1, 2, 3);
            pair.assertClean();
        }
    }

    @Test
    void aBusyLaneDoesNotKeepTheOthersBack() throws IOException {
        try (Pair pair = lanes(LANES)) {
            Stack stack = pair.a();
            UdpChannel server = stack.openUdpChannel(ANY);
            for (int i = 0; i < 1000; i++) {
                UdpFrames.arrive(
                        stack, 0, pair.endpointB(1000), pair.endpointA(PORT), numbered(0, i));
            }
            for (int lane = 1; lane < LANES; lane++) {
                for (int i = 0; i < 10; i++) {
                    Endpoint from = pair.endpointB(1000 + lane);
                    UdpFrames.arrive(stack, lane, from, pair.endpointA(PORT), numbered(lane, i));
                }
            }
            UdpBatch batch = new UdpBatch(64, 100);
            int[] of = new int[LANES];
            server.receiveNow(batch);
            for (int i = 0; i < batch.count(); i++) {
                of[batch.toBytes(i)[0]]++;
            }
            assertThat(of).containsExactly(44, 10, 10);

            // One by one as well.
            UdpFrames.arrive(stack, 2, pair.endpointB(1), pair.endpointA(PORT), numbered(2, 0));
            UdpBatch one = new UdpBatch(1, 100);
            List<Integer> lanes = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                server.receiveNow(one);
                lanes.add((int) one.toBytes(0)[0]);
            }
            assertThat(lanes).contains(2);
        }
    }

    @Test
    void aFullRingDropsAndCounts() throws IOException {
        try (Pair pair = lanes(1)) {
            UdpChannel server =
                    pair.a().openUdpChannel(ANY, UdpOptions.DEFAULT.withOctets(1 << 17, 1 << 17));
            int each = (1 << 17) / (1000 + 56);
            for (int i = 0; i < each + 7; i++) {
                UdpFrames.arrive(
                        pair.a(), 0, pair.endpointB(1), pair.endpointA(PORT), new byte[1000]);
            }
            assertThat(count(pair.a(), Counter.UDP_QUEUE_FULL)).isEqualTo(7);
            UdpBatch batch = new UdpBatch(1000, 1000);
            assertThat(server.receiveNow(batch)).isEqualTo(each);
            pair.assertClean();
        }
    }

    // All comes by the queue of the first lane, which hands over what is not its own; with small
    // bursts much is between the lanes when a bucket moves.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void bucketsThatMoveKeepTheOrderOfEachSource(long seed) throws IOException {
        try (Pair pair =
                Pair.with()
                        .seed(seed)
                        .configA(c -> c.lanes(LANES).lane(LaneConfig.DEFAULT.withBursts(8, 64)))
                        .configB(c -> c.udp(udp -> udp.sendQueueDatagrams(1024)))
                        .build()) {
            greet(pair);
            Random random = new Random(seed);
            UdpChannel server =
                    pair.a().openUdpChannel(ANY, UdpOptions.DEFAULT.withSourceOrder(true));
            List<UdpSocket> sources = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sources.add(pair.b().bind(0, null));
            }
            int[] sent = new int[4];
            int[] received = new int[4];
            UdpBatch batch = new UdpBatch(7, 10);
            for (int round = 0; round < 300; round++) {
                for (int i = 0; i < 60; i++) {
                    int source = random.nextInt(4);
                    byte[] payload = numbered(source, sent[source]++);
                    sources.get(source).send(pair.endpointA(PORT), payload);
                }
                for (int bucket = 0; bucket < pair.a().buckets().count(); bucket++) {
                    if (random.nextInt(8) == 0) {
                        CompletableFuture<?> _ =
                                pair.a().buckets().move(bucket, random.nextInt(LANES));
                    }
                }
                int left = random.nextInt(40);
                AtomicInteger cycles = new AtomicInteger();
                pair.runUntil(() -> cycles.incrementAndGet() > left, Duration.ZERO);
                while (server.receiveNow(batch) > 0) {
                    check(batch, received);
                }
            }
            pair.settle();
            while (server.receiveNow(batch) > 0) {
                check(batch, received);
            }
            assertThat(received).isEqualTo(sent);
            pair.assertClean();
        }
    }

    private static void check(UdpBatch batch, int[] received) {
        for (int i = 0; i < batch.count(); i++) {
            byte[] payload = batch.toBytes(i);
            int number = (payload[1] & 0xff) << 8 | (payload[2] & 0xff);
            assertThat(number).isEqualTo(received[payload[0]]++);
        }
    }

    @Test
    void connectedItHearsItsPeerOnlyAndSendsThere() throws IOException {
        try (Pair pair = lanes(LANES)) {
            greet(pair);
            UdpSocket peer =
                    pair.b().bind(0, (at, d) -> at.reply(d, d.memory(), d.offset(), d.length()));
            UdpSocket stranger = pair.b().bind(0, null);
            UdpBatch batch = new UdpBatch(10, 100);
            for (int i = 0; i < 20; i++) {
                UdpChannel channel = pair.a().openUdpChannel(ANY_PORT);
                assertThatThrownBy(() -> channel.send(new byte[1]))
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("connected to none");
                Endpoint remote = pair.endpointB(peer.local().port());
                channel.connect(remote);
                assertThat(channel.remote()).isEqualTo(remote);
                assertThat(channel.local().address()).isEqualTo(pair.endpointA(1).address());
                channel.send(new byte[] {1, 2, 3});
                stranger.send(channel.local(), new byte[9]);
                pair.settle();
                assertThat(channel.receiveNow(batch)).isEqualTo(1);
                assertThat(batch.toBytes(0)).containsExactly(1, 2, 3);
                channel.disconnect();
                assertThat(channel.local().address().isUnspecified()).isTrue();
                stranger.send(pair.endpointA(channel.local().port()), new byte[9]);
                pair.settle();
                assertThat(channel.receiveNow(batch)).isEqualTo(1);
                channel.close();
            }
            assertThat(count(pair.a(), Counter.UDP_TOMBSTONES)).isEqualTo(20 * (LANES - 1));
            pair.assertClean();
        }
    }

    @Test
    void anIcmpErrorIsToldOnce() throws IOException {
        try (Pair pair = lanes(LANES)) {
            UdpChannel channel = pair.a().openUdpChannel(ANY_PORT);
            channel.connect(pair.endpointB(9));
            AtomicInteger told = new AtomicInteger();
            channel.whenReadable(told::incrementAndGet);
            channel.send(new byte[1]);
            pair.settle();
            assertThat(told).hasValue(1);
            UdpBatch batch = new UdpBatch(1, 10);
            assertThatThrownBy(() -> channel.receiveNow(batch))
                    .isInstanceOf(PortUnreachableException.class);
            assertThat(channel.receiveNow(batch)).isZero();
        }
    }

    @Test
    void whereNoRouteLeadsItCannotConnect() {
        try (Pair pair = lanes(LANES)) {
            UdpChannel channel = pair.a().openUdpChannel(ANY_PORT);
            assertThatThrownBy(() -> channel.connect(Endpoint.parse("198.19.0.1:9")))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("no route");
            assertThatThrownBy(() -> channel.connect(Endpoint.parse("198.18.0.1:0")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void channelsInAGroupShareTheFlows() throws IOException {
        try (Pair pair = lanes(LANES)) {
            greet(pair);
            List<UdpChannel> group = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                group.add(pair.a().openUdpChannel(ANY, UdpOptions.DEFAULT.withShared(true)));
            }
            assertThatThrownBy(() -> pair.a().openUdpChannel(ANY))
                    .isInstanceOf(StackException.class);
            for (int i = 0; i < 60; i++) {
                pair.b().bind(0, null).send(pair.endpointA(PORT), new byte[1]);
                pair.settle();
            }
            UdpBatch batch = new UdpBatch(100, 10);
            int all = 0;
            for (UdpChannel member : group) {
                assertThat(member.receiveNow(batch)).isPositive();
                all += batch.count();
            }
            assertThat(all).isEqualTo(60);
            pair.assertClean();
        }
    }

    @Test
    void hooksRunOnceWhenThereIsSomething() throws IOException {
        try (Pair pair = lanes(LANES)) {
            UdpChannel server = pair.a().openUdpChannel(ANY);
            AtomicInteger readable = new AtomicInteger();
            AtomicInteger writable = new AtomicInteger();
            server.whenReadable(readable::incrementAndGet);
            server.whenWritable(writable::incrementAndGet);
            assertThat(readable).hasValue(0);
            assertThat(writable).hasValue(1);
            UdpSocket client = pair.b().bind(0, null);
            client.send(pair.endpointA(PORT), new byte[1]);
            client.send(pair.endpointA(PORT), new byte[1]);
            pair.settle();
            assertThat(readable).hasValue(1);
            // There is something already.
            server.whenReadable(readable::incrementAndGet);
            assertThat(readable).hasValue(2);
            server.receiveNow(new UdpBatch(9, 9));
            server.whenReadable(readable::incrementAndGet);
            assertThat(readable).hasValue(2);
            server.close();
            assertThat(readable).hasValue(3);
        }
    }

    @Test
    void whatFindsNoRoomToSendWaitsForIt() throws IOException {
        LinkConfig slow = LinkConfig.builder().rateBitsPerSecond(10_000_000).build();
        try (Pair pair =
                Pair.with()
                        .link(slow)
                        .config(c -> c.udp(u -> u.sendQueueDatagrams(8)))
                        .configA(c -> c.lanes(LANES))
                        .build()) {
            greet(pair);
            int[] received = new int[1];
            pair.b()
                    .bind(
                            PORT,
                            (_, d) -> {
                                int number =
                                        d.memory().get(ValueLayout.JAVA_BYTE, d.offset() + 2)
                                                & 0xff;
                                assertThat(number).isEqualTo(received[0] & 0xff);
                                received[0]++;
                            });
            UdpChannel channel = pair.a().openUdpChannel(ANY_PORT);
            UdpBatch batch = new UdpBatch(100, 1000);
            int sent = 0;
            while (sent < 100_000 / 1056) {
                batch.clear();
                while (batch.count() < 20) {
                    int index = batch.add(pair.endpointB(PORT), 1000);
                    long at = batch.offset(index);
                    batch.memory().set(ValueLayout.JAVA_BYTE, at + 2, (byte) sent++);
                }
                assertThat(channel.sendNow(batch, 0)).isEqualTo(20);
            }
            assertThat(received[0]).isLessThan(sent);
            pair.run(Duration.ofSeconds(1));
            assertThat(received[0]).isEqualTo(sent);
            pair.assertClean();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneWriteOfManyDatagramsIsCutByThePortOrInSoftware(boolean isOffloaded) throws IOException {
        LinkConfig link =
                LinkConfig.builder()
                        .capabilities(
                                isOffloaded ? PortCapabilities.FULL : PortCapabilities.NONE,
                                PortCapabilities.NONE)
                        .build();
        try (Pair pair = Pair.with().link(link).configA(c -> c.lanes(LANES)).build()) {
            greet(pair);
            for (Endpoint to :
                    List.of(pair.endpointB(PORT), Endpoint.parse("[2001:2::2]:" + PORT))) {
                UdpChannel server = pair.b().openUdpChannel(ANY);
                UdpChannel client = pair.a().openUdpChannel(ANY_PORT);
                UdpBatch batch = new UdpBatch(1, 60_000);
                int index = batch.add(to, 45_100);
                for (int i = 0; i < 45_100; i++) {
                    batch.memory().set(ValueLayout.JAVA_BYTE, i, (byte) (i / 1000));
                }
                batch.segmentSize(index, 1000);
                assertThat(client.sendNow(batch, 0)).isEqualTo(1);
                pair.settle();
                UdpBatch received = new UdpBatch(100, 1500);
                assertThat(server.receiveNow(received)).isEqualTo(46);
                for (int i = 0; i < 46; i++) {
                    byte[] expected = new byte[i == 45 ? 100 : 1000];
                    Arrays.fill(expected, (byte) i);
                    assertThat(received.toBytes(i)).isEqualTo(expected);
                }
                client.close();
                server.close();
            }
            assertThat(count(pair.a(), Counter.UDP_SUPER_FRAMES)).isEqualTo(isOffloaded ? 2 : 0);
            assertThat(count(pair.a(), Counter.UDP_SENT)).isEqualTo(40 + 92);
            pair.assertClean();
        }
    }

    @Test
    void whoMustNotWaitIsToldSo() throws IOException {
        try (Pair pair = lanes(LANES)) {
            UdpChannel channel = pair.a().openUdpChannel(ANY);
            UdpBatch batch = new UdpBatch(1, 10);
            assertThatThrownBy(() -> channel.receive(batch))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("receiveNow");
            channel.close();
            channel.close();
            assertThatThrownBy(() -> channel.receiveNow(batch)).isInstanceOf(SocketException.class);
        }
    }
}
