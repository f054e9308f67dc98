package io.ringway.testkit;

import io.ringway.wire.TcpHeader;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What must hold of every capture, and what must hold of one on a clean link. Failures print the
 * frame's number and text.
 */
public final class CaptureChecks {
    private CaptureChecks() {}

    /** Every TCP packet that the stack sent has right headers, lengths and checksums. */
    public static void assertWellFormed(Capture capture) {
        for (int i = 0; i < capture.frames().size(); i++) {
            Capture.Frame frame = capture.frames().get(i);
            if (!frame.isOutbound()) {
                continue;
            }
            FrameReader.Segment segment =
                    new FrameReader(frame.isChecksumLeft()).read(frame.octets());
            if (segment != null && segment.problem() != null) {
                throw failure("wrong " + segment.problem(), i, frame);
            }
        }
    }

    /**
     * No octet was sent twice, in either direction. Probes would count, so it is for short runs.
     */
    public static void assertNoRetransmissions(Capture capture) {
        Map<String, Integer> starts = new HashMap<>();
        Map<String, Integer> ends = new HashMap<>();
        for (int i = 0; i < capture.frames().size(); i++) {
            Capture.Frame frame = capture.frames().get(i);
            FrameReader.Segment segment = new FrameReader(true).read(frame.octets());
            if (segment == null) {
                continue;
            }
            TcpHeader tcp = new TcpHeader().wrap(segment.memory(), segment.offset());
            int taken =
                    segment.length()
                            - tcp.dataOffset()
                            + (tcp.isSyn() ? 1 : 0)
                            + (tcp.isFin() ? 1 : 0);
            if (taken == 0 || tcp.isRst()) {
                continue;
            }
            String flow = flow(segment, tcp);
            Integer end = ends.get(flow);
            // A SYN with another number begins a new connection of the same ports.
            Integer start = tcp.isSyn() ? starts.put(flow, tcp.sequence()) : null;
            boolean isAgain =
                    tcp.isSyn()
                            ? start != null && start == tcp.sequence()
                            : end != null && tcp.sequence() - end < 0;
            if (isAgain) {
                throw failure("a retransmission", i, frame);
            }
            ends.put(flow, tcp.sequence() + taken);
        }
    }

    // The octets in front of the ports end with the addresses, whichever version.
    private static String flow(FrameReader.Segment segment, TcpHeader tcp) {
        byte[] addresses = new byte[8];
        MemorySegment.copy(
                segment.memory(),
                segment.offset() - addresses.length,
                MemorySegment.ofArray(addresses),
                0,
                addresses.length);
        return Arrays.toString(addresses) + tcp.ports();
    }

    private static AssertionError failure(String what, int number, Capture.Frame frame) {
        return new AssertionError(
                what
                        + " in frame "
                        + (number + 1)
                        + ": "
                        + new FrameReader(true).print(frame.octets()));
    }
}
