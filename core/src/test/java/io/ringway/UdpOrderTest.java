package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.layer.PacketInfo;
import io.ringway.memory.FramePool;
import io.ringway.port.LinkConfig;
import io.ringway.port.LinkPort;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.UdpHeader;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * In which order a channel receives what came to several lanes. A note from one lane to another
 * stands for the move of a bucket, which never happens without one.
 */
class UdpOrderTest {
    private static final int PORT = 53;

    private final LinkPort.Pair link = LinkPort.pair(LinkConfig.PLAIN);
    private final Stack stack =
            Stack.open(
                    StackConfig.builder()
                            .address("198.18.0.1/24")
                            .smallFrames(1024)
                            .largeFrames(4)
                            .lanes(3)
                            .build(),
                    link.a());
    private final UdpBatch batch = new UdpBatch(200, 10);

    @AfterEach
    void close() {
        stack.close();
    }

    private UdpChannel open(boolean isOrdered) {
        return stack.openUdpChannel(
                new Endpoint(IpAddress.ANY_IPV6, PORT),
                UdpOptions.DEFAULT.withSourceOrder(isOrdered));
    }

    /** A datagram of one octet comes to a lane. */
    private void arrive(int lane, int number) {
        Lane at = stack.lane(lane);
        FramePool frames = at.frames();
        int frame = frames.allocate();
        frames.length(frame, 1);
        frames.memory().set(ValueLayout.JAVA_BYTE, frames.data(frame), (byte) number);
        new UdpHeader()
                .wrap(frames.memory(), frames.push(frame, UdpHeader.LENGTH))
                .set(4000, PORT, UdpHeader.LENGTH + 1, 0);
        frames.checksum(frame, FramePool.CHECKSUM_VERIFIED);
        PacketInfo info = new PacketInfo();
        info.sourceLow = IpAddress.parse("198.18.0.2").low();
        info.destinationLow = IpAddress.parse("198.18.0.1").low();
        info.protocol = IpProtocol.UDP;
        at.udp().onPacket(frame, info, 0);
    }

    private void move(int from, int to) {
        assertThat(stack.lane(from).steered().note(to, _ -> {})).isTrue();
        stack.lane(to).doWork(1);
    }

    private List<Integer> received(UdpChannel channel) throws IOException {
        channel.receiveNow(batch);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < batch.count(); i++) {
            numbers.add((int) batch.toBytes(i)[0]);
        }
        return numbers;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMoveKeepsTheOrderOfASourceWhenAsked(boolean isOrdered) throws IOException {
        UdpChannel channel = open(isOrdered);
        for (int i = 0; i < 40; i++) {
            arrive(1, i);
        }
        move(1, 0);
        for (int i = 40; i < 80; i++) {
            arrive(0, i);
        }
        List<Integer> numbers = received(channel);
        assertThat(numbers).hasSize(80);
        if (isOrdered) {
            assertThat(numbers).isSorted();
        } else {
            assertThat(numbers.getFirst()).isEqualTo(40);
        }
    }

    // The clocks must carry over from lane to lane, whatever they were before.
    @Test
    void manyMovesKeepTheOrderOfASource() throws IOException {
        UdpChannel channel = open(true);
        for (int i = 0; i < 5; i++) {
            // Other buckets have moved between these two alone.
            move(1, 2);
        }
        int lane = 2;
        for (int i = 0; i < 100; i++) {
            arrive(lane, i);
            if (i % 7 == 0) {
                int to = (lane + 1 + i % 2) % 3;
                move(lane, to);
                lane = to;
            }
        }
        assertThat(received(channel)).hasSize(100).isSorted();
    }

    @Test
    void whatIsTakenOneByOneIsInOrderToo() throws IOException {
        UdpChannel channel = open(true);
        UdpBatch one = new UdpBatch(1, 10);
        int next = 0;
        for (int i = 0; i < 60; i++) {
            arrive(i / 10 % 3, i);
            if (i % 10 == 9) {
                move(i / 10 % 3, (i / 10 + 1) % 3);
            }
            if (i % 3 == 2) {
                channel.receiveNow(one);
                assertThat((int) one.toBytes(0)[0]).isEqualTo(next++);
            }
        }
        List<Integer> rest = received(channel);
        assertThat(rest).hasSize(60 - next).isSorted();
        assertThat(rest.getFirst()).isEqualTo(next);
    }
}
