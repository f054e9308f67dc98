package io.ringway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.Lane;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.StackException;
import io.ringway.TcpConnection;
import io.ringway.TcpHandler;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;
import io.ringway.port.PortCapabilities;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.IpProtocol;
import io.ringway.wire.TcpHeader;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Broken frames of every protocol for a whole stack with connections in every state: nothing
 * throws, every frame is counted, every buffer comes back, and the stack still serves.
 *
 * <p>Every seed is 10,000 frames: {@code -Dringway.seeds=100} is a million.
 */
class MalformedInputTest {
    private static final int FRAMES = 10_000;
    private static final int PORT = 80;
    private static final int MAX_FLOWS = 12;
    private static final int MOST_CONNECTIONS = 90;
    private static final long MAC = 0x0200_0000_0002L;
    private static final long STACK_MAC = 0x0200_0000_0001L;

    // What is counted for other reasons than the frame that was just received.
    private static final Set<Counter> GENERAL =
            EnumSet.of(
                    Counter.FRAMES_RECEIVED,
                    Counter.OCTETS_RECEIVED,
                    Counter.FRAMES_SENT,
                    Counter.OCTETS_SENT,
                    Counter.CYCLES,
                    Counter.CYCLES_BUSY,
                    Counter.BUSY_NS,
                    Counter.IDLE_NS,
                    Counter.IPV4_RECEIVED,
                    Counter.IPV6_RECEIVED,
                    Counter.IPV4_SENT,
                    Counter.IPV6_SENT,
                    Counter.TCP_SENT);

    /** A connection as the peer knows it: its ports, and the numbers of both sides. */
    private static final class Flow {
        final boolean isIpv6;
        final int port;
        final int stackPort;
        int next;
        int seen;

        Flow(boolean isIpv6, int port, int stackPort, int next) {
            this.isIpv6 = isIpv6;
            this.port = port;
            this.stackPort = stackPort;
            this.next = next;
        }
    }

    private final IpAddress peer4 = IpAddress.parse("198.18.0.2");
    private final IpAddress peer6 = IpAddress.parse("2001:2::2");
    private final IpAddress stack4 = IpAddress.parse("198.18.0.1");
    private final IpAddress stack6 = IpAddress.parse("2001:2::1");
    private final PeerNeighbour answers4 = new PeerNeighbour(MAC, STACK_MAC, peer4);
    private final PeerNeighbour answers6 = new PeerNeighbour(MAC, STACK_MAC, peer6);
    private final VirtualClock clock = new VirtualClock();
    private final List<Flow> flows = new ArrayList<>();
    private final List<byte[]> toAnswer = new ArrayList<>();
    private byte[] lastSent = new byte[60];
    private int nextPort = 1024;

    /** Does, at random, all that an application may do. */
    private static final class Application implements TcpHandler {
        private final Rand rand;
        private final byte[] buffer = new byte[4096];

        Application(Rand rand) {
            this.rand = rand;
        }

        @Override
        public void onOpen(TcpConnection connection) {
            connection.keepAlive(rand.chance(0.5));
            connection.noDelay(rand.chance(0.5));
            connection.userTimeout(Duration.ofSeconds(30));
        }

        @Override
        public void onReadable(TcpConnection connection) {
            if (rand.chance(0.7)) {
                int read = connection.read(buffer, 0, rand.between(1, buffer.length));
                if (read > 0) {
                    connection.write(buffer, 0, read);
                }
            }
            switch (rand.below(40)) {
                case 0 -> connection.close();
                case 1 -> connection.shutdownOutput();
                case 2 -> connection.abort();
                case 3 -> connection.write(buffer);
                default -> {}
            }
        }
    }

    @Seeded(count = 15)
    void everyFrameIsCountedAndNothingThrowsOrLeaks(Rand rand) {
        FuzzFrames frames =
                new FuzzFrames(MAC, STACK_MAC, peer4, stack4, peer6, stack6, rand.split());
        ScriptedPort port = new ScriptedPort(STACK_MAC, 1500, PortCapabilities.NONE, this::onFrame);
        try (Stack stack = Stack.open(config(rand.nextLong()), port)) {
            stack.listen(PORT, new Application(rand.split()));
            stack.bind(53, (_, _) -> {});
            Lane lane = stack.lane(0);
            Application client = new Application(rand.split());
            for (int i = 0; i < FRAMES; i++) {
                receive(lane, port, frame(rand, frames));
                answerAll(lane, port);
                if (rand.chance(0.02)) {
                    pass(lane, port, rand.below(3000));
                }
                if (rand.chance(0.01)) {
                    connect(lane, client, rand);
                }
                if (lane.connectionCount() > MOST_CONNECTIONS) {
                    lane.abortAll();
                }
            }
            assertThat(lane.counters().get(Counter.HANDLER_FAILURES)).isZero();
            serve(lane, port);
            lane.abortAll();
            pass(lane, port, 20 * 60_000);
            assertThat(lane.connectionCount()).isZero();
            assertThat(lane.frames().isFull()).as("%s", lane.frames()).isTrue();
        }
    }

    private StackConfig config(long seed) {
        return StackConfig.builder()
                .address(stack4 + "/24")
                .address(stack6 + "/64")
                .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                .tcp(tcp ->
                        tcp.initialConnections(64)
                                .maxConnections(100)
                                .maxHalfOpen(50)
                                .maxTimeWait(50)
                                .maxFlights(60)
                                .receiveBufferBytes(16_384)
                                .sendBufferBytes(16_384))
                .smallFrames(600)
                .largeFrames(40)
                .clock(clock)
                .seed(seed)
                .build();
    }

    private byte[] frame(Rand rand, FuzzFrames frames) {
        byte[] valid = valid(rand, frames);
        if (rand.chance(0.05)) {
            return frames.noise();
        }
        return rand.chance(0.6) ? frames.spoiled(valid) : valid;
    }

    private byte[] valid(Rand rand, FuzzFrames frames) {
        boolean isIpv6 = rand.chance(0.4);
        return switch (rand.below(20)) {
            case 0 -> frames.arp();
            case 1 -> frames.neighbour();
            case 2 -> frames.udp(isIpv6, 1024, rand.oneOf(53, 53, 9));
            case 3 -> frames.fragment(isIpv6);
            case 4, 5 -> frames.icmp(isIpv6, lastSent);
            case 6 -> {
                byte[] inner = frames.udp(true, 1024, 53);
                byte[] payload = java.util.Arrays.copyOfRange(inner, 54, inner.length);
                yield frames.extended(payload, IpProtocol.UDP);
            }
            case 7 -> syn(rand, frames, isIpv6);
            default -> flows.isEmpty() ? syn(rand, frames, isIpv6) : segment(rand, frames);
        };
    }

    private byte[] syn(Rand rand, FuzzFrames frames, boolean isIpv6) {
        Flow flow = new Flow(isIpv6, (nextPort++ & 0xffff) | 1024, PORT, rand.nextInt());
        add(flow);
        int flags = TcpHeader.SYN;
        byte[] frame = frames.tcp(isIpv6, flow.port, PORT, flow.next, 0, flags, frames.options());
        flow.next++;
        return frame;
    }

    private void add(Flow flow) {
        if (flows.size() >= MAX_FLOWS) {
            flows.removeFirst();
        }
        flows.add(flow);
    }

    private byte[] segment(Rand rand, FuzzFrames frames) {
        Flow flow = flows.get(rand.below(flows.size()));
        int seq = flow.next + (rand.chance(0.6) ? 0 : rand.between(-2000, 3000));
        int ack = flow.seen + (rand.chance(0.7) ? 0 : rand.between(-2000, 2000));
        int flags =
                switch (rand.below(12)) {
                    case 0 -> TcpHeader.ACK | TcpHeader.FIN;
                    case 1 -> rand.chance(0.3) ? TcpHeader.RST : TcpHeader.ACK;
                    case 2 -> TcpHeader.SYN | TcpHeader.ACK;
                    case 3 -> TcpHeader.ACK | TcpHeader.URG | TcpHeader.PSH;
                    case 4 -> rand.below(256);
                    default -> TcpHeader.ACK;
                };
        return frames.tcp(
                flow.isIpv6, flow.port, flow.stackPort, seq, ack, flags, frames.options());
    }

    private void connect(Lane lane, Application client, Rand rand) {
        try {
            lane.connect(new Endpoint(rand.chance(0.5) ? peer4 : peer6, 9), client);
        } catch (StackException full) {
            assertThat(lane.connectionCount()).isGreaterThan(10);
        }
    }

    // --- the stack ---

    private void receive(Lane lane, ScriptedPort port, byte[] frame) {
        long before = counted(lane);
        port.inject(frame);
        lane.doWork(clock.nanoTime());
        if (counted(lane) == before) {
            throw new AssertionError(
                    "a frame that no counter knows: " + java.util.HexFormat.of().formatHex(frame));
        }
    }

    private static long counted(Lane lane) {
        long sum = 0;
        for (Counter counter : Counter.values()) {
            sum += GENERAL.contains(counter) ? 0 : lane.counters().get(counter);
        }
        return sum;
    }

    private void answerAll(Lane lane, ScriptedPort port) {
        settle(lane);
        while (!toAnswer.isEmpty()) {
            List<byte[]> now = List.copyOf(toAnswer);
            toAnswer.clear();
            now.forEach(port::inject);
            settle(lane);
        }
    }

    private void settle(Lane lane) {
        int cycles = 0;
        while (lane.doWork(clock.nanoTime()) > 0) {
            assertThat(cycles++).as("cycles without rest").isLessThan(20_000);
        }
    }

    private void pass(Lane lane, ScriptedPort port, int millis) {
        long endNs = clock.nanoTime() + millis * 1_000_000L;
        while (clock.nanoTime() < endNs) {
            long next = lane.nextDeadlineNs(clock.nanoTime());
            clock.advanceTo(Math.min(endNs, Math.max(next, clock.nanoTime() + 1_000_000)));
            answerAll(lane, port);
        }
    }

    private void onFrame(byte[] frame, long nowNs) {
        lastSent = frame;
        byte[] answer = answers4.answer(frame);
        if (answer == null) {
            answer = answers6.answer(frame);
        }
        if (answer != null) {
            toAnswer.add(answer);
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(frame);
        boolean isIpv6 = in.getShort(12) == (short) 0x86dd;
        int at = isIpv6 ? 54 : 34;
        if (frame.length < at + 20 || frame[isIpv6 ? 20 : 23] != IpProtocol.TCP) {
            return;
        }
        int stackPort = in.getShort(at) & 0xffff;
        int port = in.getShort(at + 2) & 0xffff;
        int flags = frame[at + 13];
        int length = frame.length - at - ((frame[at + 12] >> 4) & 0xf) * 4;
        Flow flow = find(isIpv6, port, stackPort);
        if (flow == null && (flags & TcpHeader.SYN) != 0) {
            flow = new Flow(isIpv6, port, stackPort, in.getInt(at + 8));
            add(flow);
        }
        if (flow != null && (flags & TcpHeader.RST) == 0) {
            boolean isCounting = (flags & (TcpHeader.SYN | TcpHeader.FIN)) != 0;
            flow.seen = in.getInt(at + 4) + length + (isCounting ? 1 : 0);
            flow.next = (flags & TcpHeader.ACK) != 0 ? in.getInt(at + 8) : flow.next;
        }
    }

    private @org.jspecify.annotations.Nullable Flow find(boolean isIpv6, int port, int stackPort) {
        for (Flow flow : flows) {
            if (flow.isIpv6 == isIpv6 && flow.port == port && flow.stackPort == stackPort) {
                return flow;
            }
        }
        return null;
    }

    /** The stack still opens a connection, and takes what it gets. */
    private void serve(Lane lane, ScriptedPort port) {
        lane.abortAll();
        pass(lane, port, 120_000);
        flows.clear();
        long before = lane.counters().get(Counter.TCP_OPENED_PASSIVE);
        FuzzFrames frames =
                new FuzzFrames(MAC, STACK_MAC, peer4, stack4, peer6, stack6, new Rand(1));
        Flow flow = new Flow(false, 999, PORT, 5000);
        add(flow);
        receive(lane, port, frames.tcp(false, 999, PORT, 5000, 0, TcpHeader.SYN, new byte[0]));
        answerAll(lane, port);
        int ack = TcpHeader.ACK;
        receive(lane, port, frames.tcp(false, 999, PORT, 5001, flow.seen, ack, new byte[0]));
        answerAll(lane, port);
        assertThat(lane.counters().get(Counter.TCP_OPENED_PASSIVE)).isEqualTo(before + 1);
    }
}
