package io.ringway.steering;

import static io.ringway.steering.SteeredFrames.OURS;
import static io.ringway.steering.SteeredFrames.OURS6;
import static io.ringway.steering.SteeredFrames.PEER;
import static io.ringway.steering.SteeredFrames.PEER6;
import static io.ringway.steering.SteeredFrames.ethernet;
import static io.ringway.steering.SteeredFrames.frame;
import static io.ringway.steering.SteeredFrames.icmp;
import static io.ringway.steering.SteeredFrames.ipv4;
import static io.ringway.steering.SteeredFrames.ipv6;
import static io.ringway.steering.SteeredFrames.ports;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.FramePool;
import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;

class FrameClassifierTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    private final FramePool frames = new FramePool(4, 0);
    private final FrameClassifier classifier =
            new FrameClassifier(frames, Toeplitz.symmetric(), 256, false);

    @AfterEach
    void close() {
        assertThat(frames.isFull()).isTrue();
        frames.close();
    }

    private int classify(byte[] octets) {
        return classify(classifier, octets);
    }

    private int classify(FrameClassifier by, byte[] octets) {
        int frame = SteeredFrames.allocate(frames, octets);
        int bucket = by.classify(frame);
        frames.release(frame);
        return bucket;
    }

    /** The bucket that a connection of ours is in, by what connect asks. */
    private int flow(int protocol, IpAddress from, IpAddress to, int fromPort, int toPort) {
        return classifier.bucket(
                protocol, from.high(), from.low(), to.high(), to.low(), fromPort, toPort);
    }

    private static int addresses(IpAddress from, IpAddress to) {
        return Toeplitz.symmetric().hash(from.high(), from.low(), to.high(), to.low()) & 255;
    }

    @ParameterizedTest
    @ValueSource(ints = {TCP, UDP})
    void aFlowsFramesAreInItsBucket(int protocol) {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 1000; i++) {
            IpAddress from = random.nextBoolean() ? PEER : PEER6;
            IpAddress to = from.isIpv4() ? OURS : OURS6;
            int fromPort = random.nextInt(1 << 16);
            int toPort = random.nextInt(1 << 16);
            int vlan = random.nextBoolean() ? 0 : 5;
            byte[] segment = ports(fromPort, toPort);
            byte[] packet =
                    from.isIpv4()
                            ? ipv4(from, to, protocol, 0, 4 * random.nextInt(11), segment)
                            : ipv6(from, to, protocol, segment);
            assertThat(classify(frame(vlan, packet)))
                    .isEqualTo(flow(protocol, from, to, fromPort, toPort));
        }
    }

    @Test
    void bothDirectionsAreInOneBucket() {
        assertThat(classify(frame(0, ipv4(PEER, OURS, TCP, 0, ports(1234, 80)))))
                .isEqualTo(classify(frame(0, ipv4(OURS, PEER, TCP, 0, ports(80, 1234)))));
    }

    @Test
    void datagramsGoByTheLocalPortAloneWhereThatIsAskedFor() {
        FrameClassifier byPort = new FrameClassifier(frames, Toeplitz.symmetric(), 256, true);
        int bucket = classify(byPort, frame(0, ipv4(PEER, OURS, UDP, 0, ports(1, 53))));
        assertThat(classify(byPort, frame(0, ipv6(PEER6, OURS6, UDP, ports(999, 53)))))
                .isEqualTo(bucket);
        assertThat(byPort.bucket(UDP, 1, 2, 3, 4, 5, 53)).isEqualTo(bucket);
        assertThat(classify(byPort, frame(0, ipv4(PEER, OURS, TCP, 0, ports(1, 53)))))
                .isEqualTo(flow(TCP, PEER, OURS, 1, 53));
    }

    @Test
    void fragmentsGoByTheirAddressesTheFirstToo() {
        int bucket = addresses(PEER, OURS);
        for (int fragment : new int[] {0x2000, 0x2010, 0x0010}) {
            assertThat(classify(frame(0, ipv4(PEER, OURS, UDP, fragment, ports(1, 2)))))
                    .isEqualTo(bucket);
        }
        // "Don't fragment" is no fragment.
        assertThat(classify(frame(0, ipv4(PEER, OURS, UDP, 0x4000, ports(1, 2)))))
                .isEqualTo(flow(UDP, PEER, OURS, 1, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 43, 44, 60, 59, 132})
    void extensionHeadersAndOtherProtocolsGoByTheirAddresses(int next) {
        assertThat(classify(frame(0, ipv6(PEER6, OURS6, next, ports(6, 0)))))
                .isEqualTo(addresses(PEER6, OURS6));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 11, 12})
    void anErrorGoesWhereTheQuotedPacketCameFrom(int type) {
        IpAddress router = IpAddress.parse("192.0.2.1");
        byte[] quote = ipv4(OURS, PEER, TCP, 0, 8, ports(80, 1234));
        byte[] message = icmp(type, Arrays.copyOf(quote, 20 + 8 + 8));
        assertThat(classify(frame(0, ipv4(router, OURS, ICMP, 0, message))))
                .isEqualTo(flow(TCP, PEER, OURS, 1234, 80));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void anErrorOfIpv6GoesWhereTheQuotedPacketCameFrom(int type) {
        byte[] message = icmp(type, ipv6(OURS6, PEER6, UDP, ports(53, 4000)));
        assertThat(classify(frame(0, ipv6(IpAddress.parse("2001:2::99"), OURS6, ICMPV6, message))))
                .isEqualTo(flow(UDP, PEER6, OURS6, 4000, 53));
    }

    @Test
    void whatPingsConcernsGoesToTheFirstLane() {
        byte[] rest = new byte[40];
        assertThat(classify(frame(0, ipv4(PEER, OURS, ICMP, 0, icmp(0, rest)))))
                .isEqualTo(FrameClassifier.FIRST_LANE);
        assertThat(classify(frame(0, ipv6(PEER6, OURS6, ICMPV6, icmp(129, rest)))))
                .isEqualTo(FrameClassifier.FIRST_LANE);
        byte[] ping = ipv4(OURS, PEER, ICMP, 0, icmp(8, rest));
        assertThat(classify(frame(0, ipv4(PEER, OURS, ICMP, 0, icmp(3, ping)))))
                .isEqualTo(FrameClassifier.FIRST_LANE);
        // Whoever pings us is answered by the lane of the addresses.
        assertThat(classify(frame(0, ipv4(PEER, OURS, ICMP, 0, icmp(8, rest)))))
                .isEqualTo(addresses(PEER, OURS));
    }

    @Test
    void everyLaneHearsOfNeighbours() {
        assertThat(classify(ethernet(0x0806, new byte[28]))).isEqualTo(FrameClassifier.EVERY_LANE);
        for (int type = 133; type <= 137; type++) {
            assertThat(classify(frame(0, ipv6(PEER6, OURS6, ICMPV6, icmp(type, new byte[24])))))
                    .isEqualTo(FrameClassifier.EVERY_LANE);
        }
    }

    /** Whatever comes, it goes to some lane, and nothing is read behind its end. */
    @Test
    void cutAndRandomFramesGoSomewhere() {
        SplittableRandom random = new SplittableRandom(11);
        byte[] error = icmp(3, ipv4(OURS, PEER, TCP, 0, ports(80, 1)));
        byte[] error6 = icmp(1, ipv6(OURS6, PEER6, TCP, ports(80, 1)));
        byte[][] whole = {
            frame(3, ipv4(PEER, OURS, TCP, 0, 40, ports(1, 2))),
            frame(0, ipv4(PEER, OURS, ICMP, 0, error)),
            frame(0, ipv6(PEER6, OURS6, ICMPV6, error6)),
            frame(9, ipv6(PEER6, OURS6, UDP, ports(1, 2))),
            ethernet(0x0806, new byte[28]),
            ethernet(0x1234, new byte[9])
        };
        for (byte[] frame : whole) {
            for (int length = 0; length <= frame.length; length++) {
                assertThat(classify(Arrays.copyOf(frame, length))).isBetween(-2, 255);
            }
            for (int i = 0; i < 2000; i++) {
                byte[] bent = frame.clone();
                for (int bit = random.nextInt(1, 6); bit > 0; bit--) {
                    bent[random.nextInt(bent.length)] ^= (byte) (1 << random.nextInt(8));
                }
                assertThat(classify(bent)).isBetween(-2, 255);
            }
        }
    }
}
