package io.ringway.testkit;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.TcpConnection;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.Tcp;
import io.ringway.tcp.TcpState;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A real stack on one side and a script on the other: TCP tests that read as traces.
 *
 * <pre>{@code
 * var tcp = TcpHarness.established();
 * tcp.receive(segment().seq(1).length(100)).expectAfter(40, ack(101));
 * tcp.write(1000).expect(segment().seq(1).length(1000));
 * tcp.advance(1000).expect(segment().seq(1).length(1000)); // the time-out
 * }</pre>
 *
 * <p>Numbers are relative, as in {@link SegmentSpec}. Every segment that the stack sends must be
 * expected, in order, before the next thing happens, and at the end ({@link #close}); a failure
 * prints the trace so far. The peer answers ARP and neighbour discovery by itself. The data of both
 * streams follows a pattern that is checked in both directions.
 */
public final class TcpHarness implements AutoCloseable {
    /** The initial sequence number of either side, as tests count. */
    public static final long ISS = 0;

    /** What the peer's SYN offers unless said otherwise: a full segment over Ethernet. */
    public static final int MSS = 1460;

    /** The port that the stack listens at. */
    public static final int PORT = 80;

    private static final int MAX_CYCLES = 10_000;
    private static final long MILLI = 1_000_000;
    // What a timer may be late by: its wheel turns in steps.
    private static final long TOLERANCE_NS = 12 * MILLI;

    private final VirtualClock clock = new VirtualClock();
    private final TcpHarnessBuilder settings;
    private final ScriptedPort port;
    private final Stack stack;
    private final TestApplication application;
    private final ScriptedPeer peer;
    private final PeerNeighbour neighbour;
    private final FrameReader reader;
    private final Queue<SentSegment> sent = new ArrayDeque<>();
    private final Trace trace = new Trace(clock.nanoTime());
    private final List<String> others = new ArrayList<>();

    private long written;
    private byte[] lastFrame = {};
    private boolean isPatternExpected = true;

    TcpHarness(TcpHarnessBuilder settings) {
        this.settings = settings;
        IpAddress stackAddress = IpAddress.parse(settings.isIpv6 ? "2001:2::1" : "198.18.0.1");
        IpAddress peerAddress = IpAddress.parse(settings.isIpv6 ? "2001:2::2" : "198.18.0.2");
        long stackMac = 0x0200_0000_0001L;
        PeerFrames frames = new PeerFrames(0x0200_0000_0002L, stackMac, peerAddress, stackAddress);
        this.peer = new ScriptedPeer(settings, frames, clock);
        this.neighbour = new PeerNeighbour(0x0200_0000_0002L, stackMac, peerAddress);
        this.reader = new FrameReader(settings.capabilities.transmitChecksum());
        this.port = new ScriptedPort(stackMac, settings.mtu, settings.capabilities, this::onFrame);
        this.application = new TestApplication(settings.isReading);
        StackConfig.Builder config =
                StackConfig.builder()
                        .address(stackAddress + (settings.isIpv6 ? "/64" : "/24"))
                        .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                        .tcp(tcp -> settings.tcp.apply(tcp.initialConnections(16)))
                        .smallFrames(settings.smallFrames)
                        .largeFrames(16)
                        .clock(clock)
                        .seed(settings.seed);
        this.stack = Stack.open(settings.stack.apply(config).build(), port);
        settle();
    }

    /** A harness with other settings than the usual. */
    public static TcpHarnessBuilder with() {
        return new TcpHarnessBuilder();
    }

    /** A connection that the peer has opened, with MSS 1,460 and no other option. */
    public static TcpHarness established() {
        return with().established();
    }

    /** A stack that listens at {@link #PORT}, before the first segment. */
    public static TcpHarness listening() {
        return with().listening();
    }

    /** The SYN of the peer with the options of the settings. */
    public SegmentSpec peerSyn() {
        return peer.syn();
    }

    /** What the peer's timestamp clock says now: milliseconds. */
    public long peerTimestamp() {
        return peer.timestamp();
    }

    void listen() {
        Endpoint everywhere = new Endpoint(IpAddress.ANY_IPV6, PORT);
        stack.listen(everywhere, application, settings.listenOptions);
    }

    void connect() {
        IpAddress address = IpAddress.parse(settings.isIpv6 ? "2001:2::2" : "198.18.0.2");
        peer.listen();
        note("  connect");
        Endpoint remote = new Endpoint(address, PORT);
        stack.lane(0).connect(remote, application, settings.connectionOptions);
        settle();
    }

    // --- what happens to the stack ---

    /** The stack receives a segment; what the test did not say of it is filled in. */
    public TcpHarness receive(SegmentSpec spec) {
        requireNothingUnexpected("receive(" + spec + ")");
        if (spec.payload != null) {
            isPatternExpected = false;
            application.anyPayload();
        }
        byte[] frame = peer.send(spec);
        note("< " + spec);
        port.inject(frame);
        settle();
        return this;
    }

    /** Lets the stack receive a whole Ethernet frame. */
    public TcpHarness receiveFrame(byte[] frame) {
        return receiveFrames(frame);
    }

    /** Lets the stack receive Ethernet frames in one burst, before its application hears of any. */
    public TcpHarness receiveFrames(byte[]... frames) {
        requireNothingUnexpected("receiveFrame");
        for (byte[] frame : frames) {
            note("< a frame of " + frame.length + " octets");
            port.inject(frame);
        }
        settle();
        return this;
    }

    /** The application writes so many octets; fails when the stack does not take all of them. */
    public TcpHarness write(int length) {
        int taken = tryWrite(length);
        if (taken != length) {
            throw failure("write(" + length + ") took " + taken);
        }
        return this;
    }

    /** The application writes, and gets what the stack takes. */
    public int tryWrite(int length) {
        requireNothingUnexpected("write(" + length + ")");
        int taken = connection().write(Pattern.range(written + 1, length));
        written += taken;
        note("  write " + length + (taken == length ? "" : " (" + taken + " taken)"));
        settle();
        return taken;
    }

    /** The application reads at most {@code length} octets. */
    public int read(int length) {
        requireNothingUnexpected("read(" + length + ")");
        int count = application.read(length);
        note("  read " + length + " (" + count + " read)");
        settle();
        return count;
    }

    /** The application closes the connection. */
    public TcpHarness closeConnection() {
        requireNothingUnexpected("close");
        note("  close");
        connection().close();
        settle();
        return this;
    }

    public TcpHarness shutdownOutput() {
        requireNothingUnexpected("shutdownOutput");
        note("  shutdown output");
        connection().shutdownOutput();
        settle();
        return this;
    }

    public TcpHarness abort() {
        requireNothingUnexpected("abort");
        note("  abort");
        connection().abort();
        settle();
        return this;
    }

    /** Anything else that the application does. */
    public TcpHarness run(Runnable action) {
        requireNothingUnexpected("run");
        action.run();
        settle();
        return this;
    }

    /** Time passes; timers run when they are due. */
    public TcpHarness advance(long millis) {
        return advance(Duration.ofMillis(millis));
    }

    public TcpHarness advance(Duration by) {
        requireNothingUnexpected("advance(" + by + ")");
        advanceTo(clock.nanoTime() + by.toNanos(), false);
        return this;
    }

    // --- what the stack must do ---

    /** The next segment that the stack has sent is like this. */
    public TcpHarness expect(SegmentSpec expected) {
        SentSegment next = sent.poll();
        if (next == null) {
            throw failure("expected: " + expected + "\n     got: nothing");
        }
        compare(expected, next);
        return this;
    }

    private void compare(SegmentSpec expected, SentSegment got) {
        String difference = got.difference(expected);
        if (difference != null) {
            throw failure(difference + "\nexpected: " + expected + "\n     got: " + got);
        }
    }

    /** The stack sends nothing now. */
    public TcpHarness expectNothing() {
        requireNothingUnexpected("expectNothing");
        return this;
    }

    /** The stack sends nothing for so long. */
    public TcpHarness expectNothingFor(long millis) {
        advance(millis);
        return expectNothing();
    }

    /**
     * The stack sends nothing for {@code millis} milliseconds, and then, give or take a timer's
     * step, this segment.
     */
    public TcpHarness expectAfter(long millis, SegmentSpec expected) {
        requireNothingUnexpected("expectAfter(" + millis + " ms)");
        long dueNs = clock.nanoTime() + millis * MILLI;
        advanceTo(dueNs + TOLERANCE_NS, true);
        SentSegment next = sent.poll();
        if (next == null) {
            throw failure("expected after " + millis + " ms: " + expected + "\ngot: nothing");
        }
        compare(expected, next);
        if (next.timeNs() < dueNs - TOLERANCE_NS) {
            throw failure(
                    "expected after "
                            + millis
                            + " ms, but it came "
                            + (dueNs - next.timeNs()) / MILLI
                            + " ms early: "
                            + next);
        }
        return this;
    }

    /** Takes away what the stack has sent, unseen. */
    public TcpHarness skip() {
        sent.clear();
        return this;
    }

    /** Takes the next segment that the stack has sent, or null. */
    public @Nullable SentSegment poll() {
        return sent.poll();
    }

    public TcpHarness expectState(TcpState expected) {
        TcpState state = state();
        if (state != expected) {
            throw failure("expected state: " + expected + "\n     got: " + state);
        }
        return this;
    }

    // One that is not established yet is not known to the application.
    private TcpState state() {
        TcpState[] found = {TcpState.CLOSED};
        Tcp tcp = stack.lane(0).tcp();
        tcp.forEachConnection(tcb -> found[0] = tcp.state(tcb));
        return found[0];
    }

    /** The application was told that the connection is over, for this reason. */
    public TcpHarness expectClosed(CloseReason expected) {
        CloseReason reason = application.closeReason();
        if (reason != expected) {
            throw failure("expected to be closed: " + expected + "\n     got: " + reason);
        }
        return this;
    }

    /** The application is not told of an end, yet. */
    public TcpHarness expectOpen() {
        if (application.closeReason() != null || !connection().isOpen()) {
            throw failure("expected an open connection, got: " + application.events());
        }
        return this;
    }

    /** The application has read so many octets in all. */
    public TcpHarness expectReceived(long octets) {
        if (application.received() != octets) {
            throw failure(
                    "expected octets read: " + octets + "\n     got: " + application.received());
        }
        return this;
    }

    public TcpHarness expectEndOfStream() {
        if (!application.isEndOfStream()) {
            throw failure("expected the end of the stream, got: " + application.events());
        }
        return this;
    }

    /** The counter stands at this value. */
    public TcpHarness expectCount(Counter counter, long expected) {
        long count = stack.lane(0).counters().get(counter);
        if (count != expected) {
            throw failure("expected " + counter + ": " + expected + "\n     got: " + count);
        }
        return this;
    }

    // --- what is there ---

    public Stack stack() {
        return stack;
    }

    public VirtualClock clock() {
        return clock;
    }

    /** The connection of the application. */
    public TcpConnection connection() {
        return application.connection();
    }

    /**
     * What the application was told: {@code open}, {@code readable}, {@code writable}, {@code
     * closed REASON}.
     */
    public List<String> events() {
        return application.events();
    }

    /** What the application has read, when the test gave the payload itself. */
    public String text() {
        return application.text();
    }

    /** The whole frame of the last segment that the stack has sent. */
    public byte[] lastFrame() {
        return lastFrame.clone();
    }

    /** Frames other than TCP that the stack has sent, but for ARP and neighbour discovery. */
    public List<String> others() {
        return others;
    }

    /** The trace so far, a line for each segment and each act of the application. */
    public String trace() {
        return trace.toString();
    }

    /**
     * Fails when there are segments that nobody expected, then aborts what is open and looks for
     * lost frames.
     */
    @Override
    public void close() {
        requireNothingUnexpected("the end");
        Leaks.closeAndCheck(stack, clock);
    }

    // --- how it runs ---

    private void settle() {
        for (int i = 0; i < MAX_CYCLES; i++) {
            if (stack.lane(0).doWork(clock.nanoTime()) == 0) {
                return;
            }
        }
        throw failure("the stack does not come to rest: " + MAX_CYCLES + " busy cycles at once");
    }

    private void advanceTo(long targetNs, boolean isUntilSent) {
        while (clock.nanoTime() < targetNs && (!isUntilSent || sent.isEmpty())) {
            long deadlineNs = stack.lane(0).nextDeadlineNs(clock.nanoTime());
            // A deadline that has passed without work is one of the wheel's early ones: a little
            // later, then.
            long nextNs = Math.max(deadlineNs, clock.nanoTime() + MILLI / 10);
            clock.advanceTo(Math.min(nextNs, targetNs));
            settle();
        }
    }

    private void onFrame(byte[] frame, long nowNs) {
        FrameReader.Segment segment = reader.read(frame);
        if (segment != null) {
            lastFrame = frame;
            onSegment(segment, nowNs);
            return;
        }
        byte[] answer = neighbour.answer(frame);
        if (answer != null) {
            port.inject(answer);
        } else {
            others.add(reader.print(frame));
        }
    }

    private void onSegment(FrameReader.Segment segment, long nowNs) {
        SentSegment parsed = peer.receive(segment, nowNs);
        note("> " + parsed);
        if (segment.problem() != null) {
            throw failure("the stack sent a bad packet: " + segment.problem());
        }
        checkPattern(parsed);
        sent.add(parsed);
    }

    private void checkPattern(SentSegment segment) {
        byte[] payload = segment.payload();
        for (int i = 0; isPatternExpected && i < payload.length; i++) {
            if (payload[i] != Pattern.at(segment.seq() + i)) {
                throw failure("the stack sent a wrong octet at number " + (segment.seq() + i));
            }
        }
    }

    private void note(String line) {
        trace.note(clock.nanoTime(), line);
    }

    private void requireNothingUnexpected(String before) {
        SentSegment unexpected = sent.peek();
        if (unexpected != null) {
            throw failure("before " + before + ":\nexpected: nothing\n     got: " + unexpected);
        }
    }

    private AssertionError failure(String message) {
        return trace.failure(message);
    }
}
