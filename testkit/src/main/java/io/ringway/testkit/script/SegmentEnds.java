package io.ringway.testkit.script;

import io.ringway.wire.TcpHeader;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where the segments end that a connection has sent, to count segments where TCP counts octets. */
final class SegmentEnds {
    private final List<Integer> ends = new ArrayList<>();

    /** Takes note of a segment that was sent, in the table of its connection. */
    static void note(Map<Integer, SegmentEnds> connections, LivePacket packet) {
        LivePacket.Segment segment = packet.tcp();
        if (segment == null) {
            return;
        }
        int key = packet.sourcePort() << 16 | packet.destinationPort();
        SegmentEnds of = connections.computeIfAbsent(key, _ -> new SegmentEnds());
        if (segment.has(TcpHeader.SYN)) {
            of.ends.clear();
        }
        boolean hasNumber = segment.has(TcpHeader.FIN) || segment.has(TcpHeader.SYN);
        int end = segment.seq() + packet.payload().length + (hasNumber ? 1 : 0);
        if (end != segment.seq() && (of.ends.isEmpty() || end - of.ends.getLast() > 0)) {
            of.ends.add(end);
        }
    }

    /** How many segments the last {@code octets} of the numbers are in. */
    int countOfLast(int octets) {
        int count = 0;
        for (int i = ends.size() - 1; i >= 0 && ends.getLast() - ends.get(i) < octets; i--) {
            count++;
        }
        return count;
    }
}
