package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.segment;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.TcpConnection;
import io.ringway.ip.DuplicateDetection;
import io.ringway.memory.Counter;
import io.ringway.port.PortCapabilities;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpConfig;
import io.ringway.tcp.TcpState;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.TcpHeader;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.UnaryOperator;

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

    private static final int PEER_PORT = 40_000;
    private static final int PEER_ISS = 1_000_000;
    private static final int MAX_CYCLES = 10_000;
    private static final int TRACE_LINES = 60;
    private static final long MILLI = 1_000_000;
    // What a timer may be late by: its wheel turns in steps.
    private static final long TOLERANCE_NS = 12 * MILLI;

    private final VirtualClock clock = new VirtualClock();
    private final long startNs = clock.nanoTime();
    private final Builder settings;
    private final ScriptedPort port;
    private final Stack stack;
    private final TestApplication application;
    private final PeerFrames frames;
    private final FrameReader reader;
    private final Queue<SentSegment> sent = new ArrayDeque<>();
    private final List<String> trace = new ArrayList<>();
    private final List<String> others = new ArrayList<>();

    private int stackIss;
    private boolean isStackIssKnown;
    private int stackPort = PORT;
    private int peerPort = PEER_PORT;
    private long peerNext = 1;
    private long peerSeen = 0;
    private boolean isUsingTimestamps;
    private int lastTimestamp;
    private long written;
    private boolean isPatternExpected = true;

    private TcpHarness(Builder settings) {
        this.settings = settings;
        IpAddress stackAddress = IpAddress.parse(settings.isIpv6 ? "2001:2::1" : "198.18.0.1");
        IpAddress peerAddress = IpAddress.parse(settings.isIpv6 ? "2001:2::2" : "198.18.0.2");
        long stackMac = 0x0200_0000_0001L;
        this.frames = new PeerFrames(0x0200_0000_0002L, stackMac, peerAddress, stackAddress);
        this.reader = new FrameReader(settings.capabilities.transmitChecksum());
        this.port = new ScriptedPort(stackMac, settings.mtu, settings.capabilities, this::onFrame);
        this.application = new TestApplication(settings.isReading);
        this.stack =
                Stack.open(
                        StackConfig.builder()
                                .address(stackAddress + (settings.isIpv6 ? "/64" : "/24"))
                                .ip(ip -> ip.duplicateDetection(DuplicateDetection.OFF))
                                .tcp(tcp -> settings.tcp.apply(tcp.initialConnections(16)))
                                .smallFrames(settings.smallFrames)
                                .largeFrames(16)
                                .clock(clock)
                                .seed(settings.seed)
                                .build(),
                        port);
        settle();
    }

    /** A harness with other settings than the usual. */
    public static Builder with() {
        return new Builder();
    }

    /** A connection that the peer has opened, with MSS 1,460 and no other option. */
    public static TcpHarness established() {
        return with().established();
    }

    /** A stack that listens at {@link #PORT}, before the first segment. */
    public static TcpHarness listening() {
        return with().listening();
    }

    /** What a harness is made of. */
    public static final class Builder {
        private UnaryOperator<TcpConfig.Builder> tcp = UnaryOperator.identity();
        private PortCapabilities capabilities = PortCapabilities.NONE;
        private boolean isIpv6;
        private boolean isReading = true;
        private int mtu = 1500;
        private int smallFrames = 512;
        private int peerMss = MSS;
        private int peerWindow = 65_535;
        private int peerWindowScale = -1;
        private boolean isPeerSack;
        private boolean isPeerTimestamps;
        private long seed = 1;

        private Builder() {}

        /** Changes the stack's TCP settings. */
        public Builder tcp(UnaryOperator<TcpConfig.Builder> change) {
            UnaryOperator<TcpConfig.Builder> before = tcp;
            tcp = builder -> change.apply(before.apply(builder));
            return this;
        }

        public Builder ipv6() {
            isIpv6 = true;
            return this;
        }

        /** The application reads only when {@link TcpHarness#read} says so. */
        public Builder notReading() {
            isReading = false;
            return this;
        }

        public Builder mtu(int octets) {
            mtu = octets;
            return this;
        }

        public Builder capabilities(PortCapabilities value) {
            capabilities = value;
            return this;
        }

        public Builder smallFrames(int count) {
            smallFrames = count;
            return this;
        }

        /** The MSS that the peer offers; −1 for no option. */
        public Builder mss(int octets) {
            peerMss = octets;
            return this;
        }

        /** The window that the peer offers, as it stands in the header. */
        public Builder window(int value) {
            peerWindow = value;
            return this;
        }

        public Builder windowScale(int shift) {
            peerWindowScale = shift;
            return this;
        }

        public Builder sack() {
            isPeerSack = true;
            return this;
        }

        public Builder timestamps() {
            isPeerTimestamps = true;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** The stack listens; nothing has been received. */
        public TcpHarness listening() {
            TcpHarness harness = new TcpHarness(this);
            harness.stack.listen(PORT, harness.application);
            return harness;
        }

        /** The peer has opened a connection (RFC 9293 §3.5, figure 6). */
        public TcpHarness established() {
            TcpHarness harness = listening();
            harness.receive(harness.peerSyn()).skip();
            harness.receive(segment().withAck(1)).expectNothing();
            return harness;
        }

        /** The stack has sent its SYN, and the test has it still to expect. */
        public TcpHarness connecting() {
            TcpHarness harness = new TcpHarness(this);
            harness.connect();
            return harness;
        }

        /** The stack has opened a connection. */
        public TcpHarness connected() {
            TcpHarness harness = connecting();
            harness.skip();
            harness.receive(harness.peerSyn().withAck(1)).skip();
            return harness;
        }
    }

    /** The SYN of the peer with the options of the settings. */
    public SegmentSpec peerSyn() {
        SegmentSpec syn = SegmentSpec.syn();
        if (settings.peerMss >= 0) {
            syn.mss(settings.peerMss);
        }
        if (settings.peerWindowScale >= 0) {
            syn.windowScale(settings.peerWindowScale);
        }
        if (settings.isPeerSack) {
            syn.sackPermitted();
        }
        if (settings.isPeerTimestamps) {
            syn.timestamps();
        }
        return syn;
    }

    private void connect() {
        IpAddress peer = IpAddress.parse(settings.isIpv6 ? "2001:2::2" : "198.18.0.2");
        peerPort = PORT;
        stackPort = 0;
        note("  connect");
        stack.lane(0).connect(new Endpoint(peer, PORT), application);
        settle();
    }

    // --- what happens to the stack ---

    /** The stack receives a segment; what the test did not say of it is filled in. */
    public TcpHarness receive(SegmentSpec spec) {
        requireNothingUnexpected("receive(" + spec + ")");
        boolean isSyn = (spec.flags & TcpHeader.SYN) != 0;
        if (spec.seq == SegmentSpec.UNSET) {
            spec.seq = peerNext;
        }
        boolean isAcking = (spec.flags & TcpHeader.ACK) != 0;
        if (spec.ack == SegmentSpec.UNSET && isAcking) {
            spec.ack = peerSeen;
        }
        fillPayload(spec);
        fillTimestamps(spec, isSyn);
        int window = spec.window >= 0 ? spec.window : settings.peerWindow;
        int ports = peerPort << 16 | stackPort;
        int ack = isAcking ? stackIss + (int) spec.ack : 0;
        byte[] frame =
                frames.segment(spec, ports, PEER_ISS + (int) spec.seq, ack, window, stackIss);
        boolean isFin = (spec.flags & TcpHeader.FIN) != 0;
        peerNext = Math.max(peerNext, spec.seq + spec.length + (isSyn ? 1 : 0) + (isFin ? 1 : 0));
        note("< " + spec);
        port.inject(frame);
        settle();
        return this;
    }

    private void fillPayload(SegmentSpec spec) {
        if (spec.payload != null) {
            isPatternExpected = false;
            application.anyPayload();
        } else if (spec.length > 0) {
            spec.payload = Pattern.range(spec.seq, spec.length);
        }
    }

    private void fillTimestamps(SegmentSpec spec, boolean isSyn) {
        if (isUsingTimestamps && !isSyn && !spec.isWithoutTimestamps) {
            spec.hasTimestamps = true;
        }
        if (spec.hasTimestamps && spec.timestampValue == SegmentSpec.UNSET) {
            spec.timestampValue = peerTimestamp();
            spec.timestampEcho = lastTimestamp;
        }
    }

    /** What the peer's timestamp clock says now: milliseconds. */
    public long peerTimestamp() {
        return clock.nanoTime() / MILLI;
    }

    /** Lets the stack receive a whole Ethernet frame. */
    public TcpHarness receiveFrame(byte[] frame) {
        requireNothingUnexpected("receiveFrame");
        note("< a frame of " + frame.length + " octets");
        port.inject(frame);
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
        TcpState state = connection().isOpen() ? connection().state() : TcpState.CLOSED;
        if (state != expected) {
            throw failure("expected state: " + expected + "\n     got: " + state);
        }
        return this;
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

    /** Frames other than TCP that the stack has sent, but for ARP and neighbour discovery. */
    public List<String> others() {
        return others;
    }

    /** The trace so far, a line for each segment and each act of the application. */
    public String trace() {
        return String.join("\n", trace);
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
        if (segment == null) {
            byte[] answer = frames.answerArp(frame);
            if (answer == null) {
                answer = frames.answerSolicitation(frame);
            }
            if (answer != null) {
                port.inject(answer);
            } else {
                others.add(reader.print(frame));
            }
            return;
        }
        onSegment(segment, nowNs);
    }

    private void onSegment(FrameReader.Segment segment, long nowNs) {
        TcpHeader header = new TcpHeader().wrap(segment.memory(), segment.offset());
        if (header.isSyn() && !isStackIssKnown) {
            stackIss = header.sequence();
            isStackIssKnown = true;
            stackPort = header.sourcePort();
        }
        SentSegment parsed =
                SentSegment.parse(
                        segment.memory(),
                        segment.offset(),
                        segment.length(),
                        nowNs,
                        stackIss,
                        PEER_ISS);
        note("> " + parsed);
        if (segment.problem() != null) {
            throw failure("the stack sent a bad packet: " + segment.problem());
        }
        checkPattern(parsed);
        if (parsed.hasTimestamps()) {
            lastTimestamp = parsed.timestampValue();
            isUsingTimestamps |= settings.isPeerTimestamps;
        }
        if (!parsed.has(TcpHeader.RST)) {
            peerSeen = parsed.seq() <= peerSeen ? Math.max(peerSeen, parsed.end()) : peerSeen;
        }
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
        double seconds = (clock.nanoTime() - startNs) / 1e9;
        trace.add(String.format("%10.6f %s", seconds, line));
    }

    private void requireNothingUnexpected(String before) {
        SentSegment unexpected = sent.peek();
        if (unexpected != null) {
            throw failure("before " + before + ":\nexpected: nothing\n     got: " + unexpected);
        }
    }

    private AssertionError failure(String message) {
        int from = Math.max(0, trace.size() - TRACE_LINES);
        return new AssertionError(
                message + "\n\ntrace:\n" + String.join("\n", trace.subList(from, trace.size())));
    }
}
