package io.ringway.testkit.script;

import io.ringway.tcp.TcpInfo;

import org.jspecify.annotations.Nullable;

/**
 * Adds up what the stack counts only while a connection is at work, because {@code TCP_INFO} counts
 * from the connection's first segment on.
 */
final class InfoTotals {
    long octetsSent;
    long octetsAcknowledged;
    long octetsRetransmitted;
    long octetsReceived;
    long segmentsIn;
    long dataSegmentsOut;
    long delivered;
    long deliveredCe;
    long retransmissions;
    long duplicates;
    long busyNs;
    long windowLimitedNs;
    long bufferLimitedNs;

    private @Nullable TcpInfo last;

    /** Takes note of a snapshot; when its counts begin anew, those of the one before are added. */
    void observe(TcpInfo info) {
        TcpInfo before = last;
        last = info;
        if (before == null || !before.isAtWork()) {
            return;
        }
        if (info.isAtWork() && info.totals().segmentsIn() >= before.totals().segmentsIn()) {
            return;
        }
        TcpInfo.Totals totals = before.totals();
        octetsSent += totals.octetsSent();
        octetsAcknowledged += totals.octetsAcknowledged();
        octetsRetransmitted += totals.octetsRetransmitted();
        octetsReceived += totals.octetsReceived();
        segmentsIn += totals.segmentsIn();
        dataSegmentsOut += totals.dataSegmentsOut();
        delivered += before.rate().delivered();
        deliveredCe += before.rate().deliveredCe();
        retransmissions += before.losses().retransmissions();
        duplicates += before.losses().duplicatesReported();
        busyNs += before.times().busyNs();
        windowLimitedNs += before.times().windowLimitedNs();
        bufferLimitedNs += before.times().bufferLimitedNs();
    }
}
