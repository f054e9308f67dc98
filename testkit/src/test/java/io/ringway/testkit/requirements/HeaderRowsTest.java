package io.ringway.testkit.requirements;

import static io.ringway.testkit.SegmentSpec.ack;
import static io.ringway.testkit.SegmentSpec.rst;
import static io.ringway.testkit.SegmentSpec.segment;
import static io.ringway.testkit.SegmentSpec.syn;
import static io.ringway.testkit.SegmentSpec.synAck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.testkit.TcpHarness;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.stream.LongStream;

/** RFC 9293, appendix B: options, checksums, initial sequence numbers. */
@SuppressWarnings("MethodName") // The names are the RFC's labels.
class HeaderRowsTest {
    private static final int TCP = 14 + 20;

    private static int u16(byte[] frame, int at) {
        return (frame[at] & 0xff) << 8 | (frame[at + 1] & 0xff);
    }

    private static int u32(byte[] frame, int at) {
        return u16(frame, at) << 16 | u16(frame, at + 2);
    }

    /** A write of one octet more than a segment leaves in two. */
    private static void expectCut(TcpHarness tcp, int full) {
        tcp.write(full + 1).expect(segment().seq(1).length(full));
        tcp.expect(segment().seq(1 + full).length(1));
        tcp.receive(ack(full + 2)).expectNothing();
    }

    @Test
    void MUST_4_endNoOperationAndMssAreUnderstood() {
        try (var tcp = TcpHarness.listening()) {
            byte[] options = {1, 1, 2, 4, 4, 0, 0, 0};
            tcp.receive(syn().rawOptions(options)).expect(synAck());
            tcp.receive(ack(1)).expectNothing();
            tcp.write(1100).expect(segment().seq(1).length(1024));
            tcp.expect(segment().length(76)).receive(ack(1101)).expectNothing();
        }
    }

    @Test
    void MUST_5_optionsMayComeInAnySegment() {
        byte[] unknown = {(byte) 253, 4, 7, 7};
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().length(10).rawOptions(unknown)).expect(ack(11));
            tcp.receive(segment().rawOptions(unknown)).expectNothing();
            tcp.receive(segment().fin().rawOptions(unknown)).expect(ack(12)).expectReceived(10);
        }
    }

    @Test
    void MUST_6_unknownOptionsAreSkipped() {
        try (var tcp = TcpHarness.listening()) {
            byte[] options = {77, 5, 1, 2, 3, 2, 4, 4, 0, 78, 2, 0};
            tcp.receive(syn().rawOptions(options)).expect(synAck());
            tcp.receive(ack(1)).expectNothing();
            expectCut(tcp, 1024);
        }
    }

    @Test
    void MUST_68_everyOptionThatWeSendHasItsLength() {
        var all = TcpHarness.with().sack().timestamps().windowScale(3);
        try (var tcp = all.listening()) {
            tcp.receive(tcp.peerSyn()).skip();
            byte[] frame = tcp.lastFrame();
            int end = TCP + (frame[TCP + 12] >> 4 & 15) * 4;
            int at = TCP + 20;
            while (at < end) {
                int kind = frame[at];
                assertThat(kind == 1 || frame[at + 1] >= 2).isTrue();
                at += kind == 1 ? 1 : frame[at + 1];
            }
            assertThat(at).isEqualTo(end);
        }
    }

    @Test
    void MUST_7_impossibleLengthsDoNoHarm() {
        for (byte length : new byte[] {0, 1, 3, 40, (byte) 255}) {
            try (var tcp = TcpHarness.listening()) {
                tcp.receive(syn().rawOptions((byte) 2, length, (byte) 4, (byte) 0))
                        .expect(synAck());
                tcp.receive(ack(1)).expectNothing();
                expectCut(tcp, 536);
            }
        }
    }

    @Test
    void MUST_64_optionsMayBeginAnywhere() {
        for (int before = 0; before < 4; before++) {
            byte[] options = new byte[8];
            Arrays.fill(options, (byte) 1);
            options[before] = 2;
            options[before + 1] = 4;
            options[before + 2] = 4;
            options[before + 3] = 0;
            try (var tcp = TcpHarness.listening()) {
                tcp.receive(syn().rawOptions(options)).expect(synAck()).receive(ack(1)).skip();
                expectCut(tcp, 1024);
            }
        }
    }

    @Test
    void MUST_14_mssIsSentAndHeeded() {
        try (var tcp = TcpHarness.with().mss(1000).listening()) {
            tcp.receive(tcp.peerSyn()).expect(synAck().mss(1460)).receive(ack(1)).skip();
            expectCut(tcp, 1000);
        }
    }

    @Test
    void SHLD_5_ipv4_mssIsSentUnlessItIs536() {
        try (var tcp = TcpHarness.with().mtu(1500).connecting()) {
            tcp.expect(syn().mss(1460));
        }
    }

    @Test
    void SHLD_5_ipv6_mssIsSentUnlessItIs1220() {
        try (var tcp = TcpHarness.with().ipv6().connecting()) {
            tcp.expect(syn().mss(1440));
        }
    }

    @Test
    void MAY_3_mssIsSentAlways() {
        try (var tcp = TcpHarness.with().mtu(576).connecting()) {
            tcp.expect(syn().mss(536));
        }
        try (var tcp = TcpHarness.with().ipv6().mtu(1280).connecting()) {
            tcp.expect(syn().mss(1220));
        }
    }

    @Test
    void MUST_15_ipv4_withoutTheOptionItIs536() {
        try (var tcp = TcpHarness.with().mss(-1).established()) {
            expectCut(tcp, 536);
        }
    }

    @Test
    void MUST_15_ipv6_withoutTheOptionItIs1220() {
        try (var tcp = TcpHarness.with().ipv6().mss(-1).established()) {
            expectCut(tcp, 1220);
        }
    }

    @Test
    void MUST_16_optionsAndMtuMakeSegmentsSmaller() {
        try (var tcp = TcpHarness.with().timestamps().established()) {
            expectCut(tcp, 1448);
        }
        try (var tcp = TcpHarness.with().mtu(1000).mss(1460).established()) {
            expectCut(tcp, 960);
        }
    }

    @Test
    void SHLD_6_mssFollowsTheMtu() {
        for (int mtu : new int[] {576, 1280, 1500, 9000}) {
            try (var tcp = TcpHarness.with().mtu(mtu).listening()) {
                tcp.receive(tcp.peerSyn()).expect(synAck().mss(mtu - 40));
            }
        }
    }

    @Test
    void MUST_65_mssComesWithSynsOnly() {
        try (var tcp = TcpHarness.established()) {
            tcp.write(100);
            assertThat(tcp.poll().mss()).isEqualTo(-1);
            tcp.receive(segment().withAck(101).length(10));
            assertThat(tcp.poll().mss()).isEqualTo(-1);
        }
    }

    @Test
    void MUST_67_mssIsWhatFitsIntoAPacketOfTheLink() {
        try (var tcp = TcpHarness.with().mtu(1400).listening()) {
            tcp.receive(tcp.peerSyn()).expect(synAck().mss(1360)).receive(ack(1)).skip();
            tcp.receive(segment().length(1360)).expect(ack(1361)).expectReceived(1360);
        }
    }

    @Test
    void MUST_69_nothingButZerosFollowsTheEndOfOptions() {
        var all = TcpHarness.with().sack().timestamps().windowScale(3);
        try (var tcp = all.listening()) {
            tcp.receive(tcp.peerSyn()).skip();
            byte[] frame = tcp.lastFrame();
            int end = TCP + (frame[TCP + 12] >> 4 & 15) * 4;
            boolean isEnded = false;
            for (int at = TCP + 20; at < end; ) {
                isEnded |= frame[at] == 0;
                assertThat(isEnded && frame[at] != 0).isFalse();
                at += frame[at] <= 1 ? 1 : frame[at + 1];
            }
        }
    }

    // The harness itself refuses a segment whose checksum is wrong.
    @Test
    void MUST_2_whatWeSendHasItsChecksum() {
        for (int length = 1; length < 50; length++) {
            try (var tcp = TcpHarness.established()) {
                tcp.write(length).expect(segment().seq(1).length(length));
                byte[] frame = tcp.lastFrame();
                assertThat(u16(frame, TCP + 16)).isNotZero();
            }
        }
    }

    @Test
    void MUST_3_aWrongChecksumIsDropped() {
        try (var tcp = TcpHarness.established()) {
            tcp.receive(segment().seq(1).length(10).wrongChecksum()).expectNothingFor(1000);
            tcp.receive(rst(1).wrongChecksum()).expectNothing().expectOpen().expectReceived(0);
        }
    }

    private static int initial(long seed, long afterMillis) {
        try (var tcp = TcpHarness.with().seed(seed).listening()) {
            tcp.advance(afterMillis).receive(syn().mss(1460)).expect(synAck());
            return u32(tcp.lastFrame(), TCP + 4);
        }
    }

    @Test
    void MUST_8_theInitialNumberFollowsAClock() {
        int distance = initial(1, 5000) - initial(1, 1000);
        assertThat(distance).isBetween(4_000_000 / 4, 4_100_000 / 4);
    }

    @Test
    void SHLD_1_everyConnectionHasAnotherInitialNumber() {
        try (var tcp = TcpHarness.with().connecting()) {
            tcp.expect(syn());
            int first = u32(tcp.lastFrame(), TCP + 4);
            assertThat(first).isNotEqualTo(initial(1, 0));
        }
    }

    @Test
    void MUST_9_withoutTheKeyItCannotBeTold() {
        assertThat(LongStream.range(0, 100).mapToObj(seed -> initial(seed, 0)))
                .doesNotHaveDuplicates();
    }
}
