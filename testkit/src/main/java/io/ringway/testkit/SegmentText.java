package io.ringway.testkit;

import io.ringway.wire.TcpHeader;

import java.util.List;

/** How segments are printed in traces and failures: as tcpdump does. */
final class SegmentText {
    private SegmentText() {}

    /** {@code Flags [S.]}. */
    static String flags(int flags) {
        StringBuilder text = new StringBuilder("Flags [");
        add(text, flags, TcpHeader.SYN, 'S');
        add(text, flags, TcpHeader.FIN, 'F');
        add(text, flags, TcpHeader.RST, 'R');
        add(text, flags, TcpHeader.PSH, 'P');
        add(text, flags, TcpHeader.URG, 'U');
        add(text, flags, TcpHeader.ECE, 'E');
        add(text, flags, TcpHeader.CWR, 'W');
        add(text, flags, TcpHeader.ACK, '.');
        return text.append(']').toString();
    }

    private static void add(StringBuilder text, int flags, int flag, char letter) {
        if ((flags & flag) != 0) {
            text.append(letter);
        }
    }

    /** {@code sack 1 {1461:2921}}. */
    static String sack(List<long[]> blocks) {
        StringBuilder text = new StringBuilder("sack ").append(blocks.size()).append(' ');
        for (long[] block : blocks) {
            text.append('{').append(block[0]).append(':').append(block[1]).append('}');
        }
        return text.toString();
    }
}
