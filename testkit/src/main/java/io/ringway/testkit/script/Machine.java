package io.ringway.testkit.script;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.ip.DuplicateDetection;
import io.ringway.port.PortCapabilities;
import io.ringway.tcp.TcpInfo;
import io.ringway.testkit.PeerNeighbour;
import io.ringway.testkit.ScriptedPort;
import io.ringway.testkit.VirtualClock;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The stack under test on a wire that ends in the script, and the virtual time both live in. The
 * stack opens when it is first needed, because until then commands configure it. One thread.
 */
final class Machine implements AutoCloseable {
    private static final int WIRE_US = 10;
    private static final int MAX_CYCLES = 10_000;
    private static final long STACK_MAC = 0x0200_0000_0001L;
    private static final long PEER_MAC = 0x0200_0000_0002L;
    private static final long SEED = 1;
    // A timer's deadline that has passed without work was one of the wheel's early ones.
    private static final long PASSING_NS = 10;

    private static final long STEP_NS = 100_000;

    private final ScriptConfig config;
    private final VirtualClock clock = new VirtualClock();
    private final long startNs = clock.nanoTime();
    // When the last data was sent, and where what was sent then begins.
    private long sentNs = -1;
    private int sentFrom;
    private final PacketReader reader = new PacketReader();
    private final Deque<LivePacket> sent = new ArrayDeque<>();
    private final IpAddress stackAddress;
    private final IpAddress peerAddress;
    private final PeerNeighbour neighbour;
    private final Runnable afterWork;
    private final Map<Integer, SegmentEnds> boundaries = new HashMap<>();
    private final NavigableMap<Long, Runnable> alarms = new TreeMap<>();
    private @Nullable ScriptedPort port;
    private @Nullable Stack stack;

    /**
     * A machine at time 0.
     *
     * @param afterWork runs whenever the stack has come to rest
     */
    Machine(ScriptConfig config, Runnable afterWork) {
        this.config = config;
        this.afterWork = afterWork;
        stackAddress = IpAddress.parse(config.isIpv6() ? "2001:2::1" : "198.18.0.1");
        peerAddress = IpAddress.parse(config.isIpv6() ? "2001:2::2" : "198.18.0.2");
        neighbour = new PeerNeighbour(PEER_MAC, STACK_MAC, peerAddress);
    }

    PacketBuilder packets() {
        return new PacketBuilder(PEER_MAC, STACK_MAC, peerAddress, stackAddress);
    }

    boolean isOpen() {
        return stack != null;
    }

    /** The stack, which is configured from now on. */
    Stack stack() {
        Stack open = stack;
        if (open == null) {
            open = open();
            stack = open;
            settle();
        }
        return open;
    }

    private Stack open() {
        port = new ScriptedPort(STACK_MAC, config.mtu(), PortCapabilities.NONE, this::onFrame);
        try {
            return Stack.open(
                    StackConfig.builder()
                            .address(stackAddress + (config.isIpv6() ? "/64" : "/24"))
                            .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                            .tcp(_ -> config.tcp)
                            .smallFrames(2048)
                            .largeFrames(16)
                            .clock(clock)
                            .seed(SEED)
                            .build(),
                    port);
        } catch (IllegalArgumentException e) {
            throw new SkipException("the stack cannot be configured so: " + e.getMessage());
        }
    }

    /** The Fast Open cookie that the stack would give the peer now, in hexadecimal. */
    String fastOpenCookie() {
        long cookie =
                stack().lane(0)
                        .tcp()
                        .fastOpenCookie(peerAddress.high(), peerAddress.low(), clock.nanoTime());
        return HexFormat.of().toHexDigits(cookie);
    }

    /** Where a script's connect goes. */
    Endpoint remote() {
        return new Endpoint(peerAddress, config.connectPort());
    }

    /** What a socket that is bound to {@code portNumber} connects from. */
    Endpoint local(int portNumber) {
        return new Endpoint(stackAddress, portNumber);
    }

    long nowNs() {
        return clock.nanoTime();
    }

    long nowUs() {
        return (clock.nanoTime() - startNs) / 1000;
    }

    /** What the stack has sent and nobody has taken yet. */
    Deque<LivePacket> sent() {
        return sent;
    }

    /** How many segments of a connection are sent and not acknowledged. */
    int unacknowledgedSegments(int localPort, int remotePort, TcpInfo.Windows windows) {
        return boundaries
                .getOrDefault(localPort << 16 | remotePort, new SegmentEnds())
                .countOfLast(windows.unacknowledged());
    }

    /**
     * Lets the little time pass that a packet is on its way. Scripts for FreeBSD answer a SYN at
     * once; a round trip of no time at all there is not, and losses are found by time.
     */
    void passWire() {
        if (config.isFreeBsd()) {
            advanceTo(nowUs() + WIRE_US, () -> false);
        }
    }

    /**
     * Lets a moment pass when a segment is to come that reports what was only now sent, up to
     * {@code end}: RACK tells by time what was sent before what (RFC 8985 §6.2), also of what is
     * sent again in answer.
     */
    void passRoundTrip(int end) {
        if (sentNs == clock.nanoTime() && end - sentFrom > 0) {
            clock.advanceTo(sentNs + PASSING_NS);
        }
    }

    /** Lets the stack receive a frame, and do all that follows at once. */
    void inject(byte[] frame) {
        stack();
        Objects.requireNonNull(port).inject(frame);
        settle();
    }

    /** Lets the stack do what there is to do now. */
    void settle() {
        Stack open = stack;
        if (open != null) {
            int cycles = 0;
            while (open.lane(0).doWork(clock.nanoTime()) != 0) {
                if (++cycles == MAX_CYCLES) {
                    throw new ScriptFailure(
                            "the stack does not come to rest: " + MAX_CYCLES + " cycles at once");
                }
            }
        }
        afterWork.run();
    }

    /**
     * Lets time pass until {@code targetUs}, or until {@code isDone} holds after some work of the
     * stack.
     */
    void advanceTo(long targetUs, java.util.function.BooleanSupplier isDone) {
        long targetNs = startNs + targetUs * 1000;
        while (clock.nanoTime() < targetNs && !isDone.getAsBoolean()) {
            long nextNs = targetNs;
            if (stack != null) {
                long deadlineNs = stack.lane(0).nextDeadlineNs(clock.nanoTime());
                nextNs = Math.min(targetNs, Math.max(deadlineNs, clock.nanoTime() + STEP_NS));
            }
            Map.Entry<Long, Runnable> alarm = alarms.firstEntry();
            if (alarm != null) {
                nextNs = Math.min(nextNs, Math.max(alarm.getKey(), clock.nanoTime()));
            }
            clock.advanceTo(nextNs);
            if (alarm != null && alarm.getKey() <= clock.nanoTime()) {
                alarms.remove(alarm.getKey());
                alarm.getValue().run();
            }
            settle();
        }
    }

    /** Lets the application do something at a time. */
    void at(long atNs, Runnable action) {
        alarms.merge(
                atNs,
                action,
                (first, second) ->
                        () -> {
                            first.run();
                            second.run();
                        });
    }

    private void onFrame(byte[] frame, long nowNs) {
        byte[] answer = neighbour.answer(frame);
        if (answer != null) {
            Objects.requireNonNull(port).inject(answer);
            return;
        }
        LivePacket packet = reader.read(frame, (nowNs - startNs) / 1000);
        if (packet != null) {
            LivePacket.Segment segment = packet.tcp();
            if (segment != null && packet.payload().length > 0) {
                boolean isFirst = sentNs != nowNs || segment.seq() - sentFrom < 0;
                sentFrom = isFirst ? segment.seq() : sentFrom;
                sentNs = nowNs;
            }
            sent.add(packet);
            SegmentEnds.note(boundaries, packet);
        }
    }

    @Override
    public void close() {
        if (stack != null) {
            stack.close();
        }
    }
}
