package io.ringway.testkit;

import static io.ringway.testkit.SegmentSpec.segment;

import io.ringway.StackConfig;
import io.ringway.port.PortCapabilities;
import io.ringway.tcp.ConnectionOptions;
import io.ringway.tcp.ListenOptions;
import io.ringway.tcp.TcpConfig;

import java.util.function.UnaryOperator;

/** What a {@link TcpHarness} is made of: the stack's settings, and what the peer's SYN offers. */
public final class TcpHarnessBuilder {
    UnaryOperator<TcpConfig.Builder> tcp = UnaryOperator.identity();
    UnaryOperator<StackConfig.Builder> stack = UnaryOperator.identity();
    PortCapabilities capabilities = PortCapabilities.NONE;
    boolean isIpv6;
    boolean isReading = true;
    int mtu = 1500;
    int smallFrames = 512;
    int peerMss = TcpHarness.MSS;
    int peerWindow = 65_535;
    int peerWindowScale = -1;
    boolean isPeerSack;
    boolean isPeerTimestamps;
    long seed = 1;
    long roundTripMillis;
    ListenOptions listenOptions = ListenOptions.DEFAULT;
    ConnectionOptions connectionOptions = ConnectionOptions.DEFAULT;

    TcpHarnessBuilder() {}

    /** Changes the stack's TCP settings. */
    public TcpHarnessBuilder tcp(UnaryOperator<TcpConfig.Builder> change) {
        UnaryOperator<TcpConfig.Builder> before = tcp;
        tcp = builder -> change.apply(before.apply(builder));
        return this;
    }

    /** Changes the stack's other settings: IP, further addresses. */
    public TcpHarnessBuilder stack(UnaryOperator<StackConfig.Builder> change) {
        stack = change;
        return this;
    }

    public TcpHarnessBuilder ipv6() {
        isIpv6 = true;
        return this;
    }

    /** The application reads only when {@link TcpHarness#read} says so. */
    public TcpHarnessBuilder notReading() {
        isReading = false;
        return this;
    }

    public TcpHarnessBuilder mtu(int octets) {
        mtu = octets;
        return this;
    }

    public TcpHarnessBuilder capabilities(PortCapabilities value) {
        capabilities = value;
        return this;
    }

    public TcpHarnessBuilder smallFrames(int count) {
        smallFrames = count;
        return this;
    }

    /** The MSS that the peer offers; −1 for no option. */
    public TcpHarnessBuilder mss(int octets) {
        peerMss = octets;
        return this;
    }

    /** The window that the peer offers, as it stands in the header. */
    public TcpHarnessBuilder window(int value) {
        peerWindow = value;
        return this;
    }

    public TcpHarnessBuilder windowScale(int shift) {
        peerWindowScale = shift;
        return this;
    }

    public TcpHarnessBuilder sack() {
        isPeerSack = true;
        return this;
    }

    public TcpHarnessBuilder timestamps() {
        isPeerTimestamps = true;
        return this;
    }

    /** How long the peer takes for its answer in the handshake; 0 unless said. */
    public TcpHarnessBuilder roundTrip(long millis) {
        roundTripMillis = millis;
        return this;
    }

    /** How the stack listens. */
    public TcpHarnessBuilder listen(ListenOptions options) {
        listenOptions = options;
        return this;
    }

    /** What the connection that the stack opens begins with. */
    public TcpHarnessBuilder connect(ConnectionOptions options) {
        connectionOptions = options;
        return this;
    }

    public TcpHarnessBuilder seed(long value) {
        seed = value;
        return this;
    }

    /** The stack listens; nothing has been received. */
    public TcpHarness listening() {
        TcpHarness harness = new TcpHarness(this);
        harness.listen();
        return harness;
    }

    /** The peer has opened a connection (RFC 9293 §3.5, figure 6). */
    public TcpHarness established() {
        TcpHarness harness = listening();
        harness.receive(harness.peerSyn()).skip();
        if (roundTripMillis > 0) {
            harness.advance(roundTripMillis).skip();
        }
        return harness.receive(segment().withAck(1)).expectNothing();
    }

    /** The stack has sent its SYN, and the test has it still to expect. */
    public TcpHarness connecting() {
        TcpHarness harness = new TcpHarness(this);
        harness.connect();
        return harness;
    }

    /** The stack has opened a connection. */
    public TcpHarness connected() {
        TcpHarness harness = connecting().skip();
        return harness.receive(harness.peerSyn().withAck(1)).skip();
    }
}
