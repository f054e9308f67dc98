package io.ringway.testkit.requirements;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.StackException;
import io.ringway.TcpHandler;
import io.ringway.memory.Counter;
import io.ringway.tcp.CloseReason;
import io.ringway.tcp.TcpState;
import io.ringway.testkit.TcpHarness;
import io.ringway.testkit.TcpHarnessBuilder;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;
import io.ringway.wire.TcpHeader;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** RFC 9293, appendix B: how connections begin, and with whom. */
@SuppressWarnings("MethodName") // The names are the RFC's labels.
class OpenRowsTest {
    private static final int OURS = 0xc612_0001;
    private static final int PEER = 0xc612_0002;
    private static final int SECOND = 0xc612_0501;

    private static TcpHarnessBuilder twoAddresses() {
        return TcpHarness.with().stack(s -> s.address("198.18.5.1/24"));
    }

    private static Endpoint at(String address, int port) {
        return new Endpoint(IpAddress.parse(address), port);
    }

    private static int source(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(14 + 12);
    }

    private static int destination(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(14 + 16);
    }

    private static void connect(TcpHarness tcp, String address) {
        tcp.run(() -> tcp.stack().lane(0).connect(at(address, 80), ignoring()));
    }

    private static TcpHandler ignoring() {
        return _ -> {};
    }

    // RFC 9293 §3.5, figure 7.
    @Test
    void MUST_10_bothMayOpenAtOnce() {
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn());
            tcp.receive(syn()).expect(synAck()).expectState(TcpState.SYN_RECEIVED);
            tcp.receive(synAck()).skip().expectState(TcpState.ESTABLISHED);
        }
    }

    @Test
    void MUST_11_aResetSendsAPassiveOpenBackToListenAndEndsAnActiveOne() {
        try (var tcp = TcpHarness.listening()) {
            tcp.receive(syn()).expect(synAck());
            tcp.receive(rst(1)).expectNothing();
            assertThat(tcp.events()).isEmpty();
            // It listens still.
            tcp.receive(syn()).expect(segment().flags(TcpHeader.SYN | TcpHeader.ACK).withAck(1));
        }
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn()).receive(syn()).expect(synAck());
            tcp.receive(rst(1)).expectNothing().expectClosed(CloseReason.REFUSED);
        }
    }

    @Test
    void MUST_41_aPassiveOpenLeavesOthersAlone() {
        try (var tcp = TcpHarness.established()) {
            tcp.run(() -> tcp.stack().listen(81, ignoring()));
            tcp.run(() -> tcp.stack().listen(at("198.18.0.1", TcpHarness.PORT), ignoring()));
            tcp.receive(segment().length(10)).expect(ack(11)).expectReceived(10).expectOpen();
        }
    }

    @Test
    void MUST_42_severalListenAtOnePort() {
        List<String> opened = new ArrayList<>();
        try (var tcp = twoAddresses().listening()) {
            tcp.run(() -> {
                tcp.stack().listen(at("198.18.0.1", TcpHarness.PORT), new Naming("first", opened));
                tcp.stack().listen(at("198.18.5.1", TcpHarness.PORT), new Naming("second", opened));
            });
            tcp.receive(syn()).expect(synAck()).receive(ack(1)).expectNothing();
            assertThat(opened).containsExactly("first");
            tcp.receiveFrame(Frames.syn(PEER, SECOND, 40_001)).skip();
            assertThat(destination(tcp.lastFrame())).isEqualTo(PEER);
            assertThat(source(tcp.lastFrame())).isEqualTo(SECOND);
            assertThatThrownBy(() -> tcp.stack().listen(at("198.18.5.1", 80), ignoring()))
                    .isInstanceOf(StackException.class);
        }
    }

    private record Naming(String name, List<String> opened) implements TcpHandler {
        @Override
        public void onOpen(io.ringway.TcpConnection connection) {
            opened.add(name);
        }

        @Override
        public void onReadable(io.ringway.TcpConnection connection) {}
    }

    @Test
    void MUST_44_ipChoosesTheSourceOfASyn() {
        var farFirst =
                TcpHarness.with().stack(s -> s.address("198.18.5.1/24").gateway("198.18.5.9"));
        try (var tcp = farFirst.connecting()) {
            tcp.expect(syn());
            assertThat(source(tcp.lastFrame())).isEqualTo(OURS);
        }
    }

    @Test
    void MUST_45_everySegmentHasTheAddressOfTheConnection() {
        try (var tcp = twoAddresses().listening()) {
            tcp.receiveFrame(Frames.syn(PEER, SECOND, 40_001)).skip();
            assertThat(source(tcp.lastFrame())).isEqualTo(SECOND);
            byte[] answer = tcp.lastFrame();
            tcp.receiveFrame(Frames.answer(answer, TcpHeader.ACK)).skip();
            tcp.write(10).skip();
            assertThat(source(tcp.lastFrame())).isEqualTo(SECOND);
            tcp.abort().skip();
            assertThat(source(tcp.lastFrame())).isEqualTo(SECOND);
        }
    }

    @Test
    void MUST_43_theApplicationChoosesTheLocalAddress() {
        try (var tcp = twoAddresses().connecting()) {
            tcp.expect(syn());
            Endpoint local = at("198.18.5.1", 5000);
            tcp.run(() -> {
                var _ = tcp.stack().connect(local, at("198.18.0.2", 80), ignoring());
            });
            tcp.skip();
            assertThat(source(tcp.lastFrame())).isEqualTo(SECOND);
        }
    }

    @Test
    void MUST_46_open_toAGroupOrToEverybodyIsRefused() {
        try (var tcp = TcpHarness.listening()) {
            for (String group :
                    List.of("224.0.0.1", "255.255.255.255", "198.18.0.255", "ff02::1")) {
                assertThatThrownBy(() -> connect(tcp, group))
                        .as(group)
                        .isInstanceOf(StackException.class)
                        .hasMessageContaining("one host");
            }
            tcp.expectNothing();
        }
    }

    @Test
    void MUST_46_invalid_addressesAreRefused() {
        try (var tcp = TcpHarness.listening()) {
            assertThatThrownBy(() -> connect(tcp, "0.0.0.0")).isInstanceOf(StackException.class);
            assertThatThrownBy(() -> connect(tcp, "::")).isInstanceOf(StackException.class);
            assertThatThrownBy(() -> connect(tcp, "203.0.113.1"))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("no route");
            tcp.expectNothing();
        }
    }

    @Test
    void MUST_57_segment_toAGroupIsDroppedSilently() {
        try (var tcp = TcpHarness.established()) {
            for (int group : new int[] {0xe000_0001, 0xffff_ffff, 0xc612_00ff}) {
                tcp.receiveFrame(Frames.tcp(PEER, group, 40_000, TcpHeader.ACK)).expectNothing();
                tcp.receiveFrame(Frames.tcp(PEER, group, 40_000, TcpHeader.RST)).expectNothing();
            }
            assertThat(tcp.others()).isEmpty();
            tcp.expectOpen();
        }
    }

    @Test
    void MUST_57_syn_toAGroupIsDroppedSilently() {
        try (var tcp = TcpHarness.listening()) {
            for (int group : new int[] {0xe000_0001, 0xffff_ffff, 0xc612_00ff}) {
                tcp.receiveFrame(Frames.syn(PEER, group, 40_001)).expectNothing();
            }
            assertThat(tcp.others()).isEmpty();
            tcp.expectCount(Counter.TCP_RECEIVED, 0);
        }
    }

    @Test
    void MUST_63_aSynFromWhatCannotBeAHostIsRefused() {
        int[] invalid = {0xffff_ffff, 0xe000_0001, 0, 0xc612_00ff, 0x7f00_0001, OURS};
        try (var tcp = TcpHarness.listening()) {
            for (int source : invalid) {
                tcp.receiveFrame(Frames.syn(source, OURS, 40_001)).expectNothing();
            }
            assertThat(tcp.others()).isEmpty();
            tcp.receiveFrame(Frames.syn(PEER, OURS, 40_001));
            assertThat(tcp.poll()).isNotNull();
        }
    }

    // --- when nobody answers ---

    @Test
    void MUST_22_aSynIsSentAgainAndGivenUpAtLast() {
        try (var tcp = TcpHarness.with().tcp(t -> t.synRetries(2)).connecting()) {
            tcp.expect(syn()).expectAfter(1000, syn()).expectAfter(2000, syn());
            tcp.expectNothingFor(4100).expectClosed(CloseReason.TIMED_OUT);
        }
    }

    @Test
    void MUST_23_aSynIsTriedForThreeMinutes() {
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn());
            for (int second = 0; second < 179; second++) {
                tcp.advance(1000).skip();
            }
            assertThat(tcp.events()).isEmpty();
            for (int second = 0; second < 120; second++) {
                tcp.advance(1000).skip();
            }
            tcp.expectClosed(CloseReason.TIMED_OUT);
        }
    }
}
