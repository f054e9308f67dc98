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
        if (end != segment.seq()) {
            of.note(segment.seq(), end);
        }
    }

    // What is sent again in other pieces is in these from then on.
    private void note(int start, int end) {
        ends.removeIf(other -> other - start > 0 && other - end < 0);
        if (!ends.isEmpty() && start - ends.getLast() < 0) {
            insert(start);
        }
        insert(end);
    }

    private void insert(int end) {
        int index = ends.size();
        while (index > 0 && ends.get(index - 1) - end > 0) {
            index--;
        }
        if (index == 0 || ends.get(index - 1) != end) {
            ends.add(index, end);
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
