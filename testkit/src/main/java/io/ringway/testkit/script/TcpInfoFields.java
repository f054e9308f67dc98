package io.ringway.testkit.script;

import io.ringway.tcp.TcpInfo;
import io.ringway.tcp.TcpState;

import java.util.HashMap;
import java.util.Map;

/**
 * The fields of {@code TCP_INFO} by the names that snippets use, from the stack's own snapshot:
 * congestion windows in segments as Linux has them, or in octets as FreeBSD has. Pure.
 */
final class TcpInfoFields {
    /** The constants that snippets compare with. */
    static final Map<String, Long> CONSTANTS = new HashMap<>();

    private static final String[] LINUX_STATES = {
        "ESTABLISHED",
        "SYN_SENT",
        "SYN_RECV",
        "FIN_WAIT1",
        "FIN_WAIT2",
        "TIME_WAIT",
        "CLOSE",
        "CLOSE_WAIT",
        "LAST_ACK",
        "LISTEN",
        "CLOSING"
    };
    private static final String[] BSD_STATES = {
        "CLOSED",
        "LISTEN",
        "SYN_SENT",
        "SYN_RECEIVED",
        "ESTABLISHED",
        "CLOSE_WAIT",
        "FIN_WAIT_1",
        "CLOSING",
        "LAST_ACK",
        "FIN_WAIT_2",
        "TIME_WAIT"
    };
    private static final String[] LOSS_STATES = {"Open", "Disorder", "CWR", "Recovery", "Loss"};
    private static final String[] OPTIONS = {
        "TIMESTAMPS", "SACK", "WSCALE", "ECN", "ECN_SEEN", "SYN_DATA"
    };
    private static final long LINUX_CLOSE = 7;
    private static final long MAX_U32 = 0xffff_ffffL;

    static {
        for (int i = 0; i < LINUX_STATES.length; i++) {
            CONSTANTS.put("TCP_" + LINUX_STATES[i], i + 1L);
        }
        for (int i = 0; i < BSD_STATES.length; i++) {
            CONSTANTS.put("TCPS_" + BSD_STATES[i], (long) i);
        }
        for (int i = 0; i < LOSS_STATES.length; i++) {
            CONSTANTS.put("TCP_CA_" + LOSS_STATES[i], (long) i);
        }
        for (int i = 0; i < OPTIONS.length; i++) {
            CONSTANTS.put("TCPI_OPT_" + OPTIONS[i], 1L << i);
        }
        CONSTANTS.put("TCP_INFINITE_SSTHRESH", 0x7fff_ffffL);
    }

    private final boolean isFreeBsd;
    private final Map<String, Long> fields = new HashMap<>();

    private TcpInfoFields(boolean isFreeBsd) {
        this.isFreeBsd = isFreeBsd;
    }

    /**
     * The fields of a connection.
     *
     * @param unackedSegments segments that are sent and not acknowledged
     * @param before what is to be added to the totals, for they begin anew with the work
     */
    static Map<String, Long> of(
            TcpInfo info,
            int mtu,
            int receiveMss,
            int unackedSegments,
            InfoTotals before,
            boolean isFreeBsd) {
        TcpInfoFields all = new TcpInfoFields(isFreeBsd);
        all.state(info);
        all.times(info.times());
        all.windows(info.windows(), mtu, receiveMss, unackedSegments);
        all.losses(info, before);
        all.totals(info, before);
        return all.fields;
    }

    /** The fields of a socket that has no connection. */
    static Map<String, Long> without(TcpState state, boolean isFreeBsd) {
        TcpInfoFields all = new TcpInfoFields(isFreeBsd);
        all.state(state);
        all.put("options", 0);
        return all.fields;
    }

    private void put(String name, long value) {
        fields.put("tcpi_" + name, value);
    }

    private void state(TcpState state) {
        put("state", isFreeBsd ? bsd(state) : linux(state));
        // FreeBSD's names of the states, with the numbers of whose profile it is.
        for (TcpState each : TcpState.values()) {
            String name = BSD_STATES[(int) bsd(each)];
            fields.put("TCPI_" + name, isFreeBsd ? bsd(each) : linux(each));
        }
    }

    private void state(TcpInfo info) {
        state(info.state());
        put("ca_state", info.lossState().ordinal());
        TcpInfo.Options options = info.options();
        boolean isScaled = options.sendScale() != 0 || options.receiveScale() != 0;
        put(
                "options",
                (options.timestamps() ? 1 : 0)
                        | (options.selectiveAck() ? 2 : 0)
                        | (isScaled ? 4 : 0)
                        | (options.ecn() ? 8 : 0));
        put("snd_wscale", options.sendScale());
        put("rcv_wscale", options.receiveScale());
    }

    private static long linux(TcpState state) {
        return switch (state) {
            case ESTABLISHED -> 1;
            case SYN_SENT -> 2;
            case SYN_RECEIVED -> 3;
            case FIN_WAIT_1 -> 4;
            case FIN_WAIT_2 -> 5;
            case TIME_WAIT -> 6;
            case CLOSED -> LINUX_CLOSE;
            case CLOSE_WAIT -> 8;
            case LAST_ACK -> 9;
            case LISTEN -> 10;
            case CLOSING -> 11;
        };
    }

    private static long bsd(TcpState state) {
        return switch (state) {
            case CLOSED -> 0;
            case LISTEN -> 1;
            case SYN_SENT -> 2;
            case SYN_RECEIVED -> 3;
            case ESTABLISHED -> 4;
            case CLOSE_WAIT -> 5;
            case FIN_WAIT_1 -> 6;
            case CLOSING -> 7;
            case LAST_ACK -> 8;
            case FIN_WAIT_2 -> 9;
            case TIME_WAIT -> 10;
        };
    }

    private void times(TcpInfo.Times times) {
        put("rto", times.rtoNs() / 1000);
        put("ato", times.atoNs() / 1000);
        put("rtt", times.srttNs() / 1000);
        put("rttvar", times.rttvarNs() / 1000);
        put("min_rtt", times.minRttNs() == 0 ? MAX_U32 : times.minRttNs() / 1000);
        put("backoff", times.backoff());
        put("retransmits", times.backoff());
        put("probes", times.keepAliveProbes());
        put("last_data_sent", Math.max(0, times.sinceSentNs()) / 1_000_000);
        put("last_data_recv", times.sinceReceivedNs() / 1_000_000);
        put("last_ack_recv", times.sinceReceivedNs() / 1_000_000);
        put("last_ack_sent", 0);
    }

    private void windows(TcpInfo.Windows windows, int mtu, int receiveMss, int unackedSegments) {
        int unit = isFreeBsd ? 1 : windows.sendMss();
        put("snd_mss", windows.sendMss());
        put("rcv_mss", receiveMss);
        put("advmss", receiveMss);
        put("pmtu", mtu);
        put("snd_cwnd", windows.cwnd() / unit);
        boolean isInfinite = windows.ssthresh() == Integer.MAX_VALUE;
        put("snd_ssthresh", isInfinite ? 0x7fff_ffffL : windows.ssthresh() / unit);
        put("snd_wnd", windows.sendWindow());
        put("rcv_wnd", windows.receiveWindow());
        put("rcv_space", windows.receiveSpace());
        put("rcv_ssthresh", windows.receiveSpace());
        put("unacked", unackedSegments);
        put("notsent_bytes", windows.unsent());
    }

    private void losses(TcpInfo info, InfoTotals before) {
        TcpInfo.Losses losses = info.losses();
        int mss = info.windows().sendMss();
        put("sacked", Math.ceilDiv(losses.sackedOctets(), mss));
        put("lost", Math.ceilDiv(losses.lostOctets() + losses.retransmittedOctets(), mss));
        put("retrans", Math.ceilDiv(losses.retransmittedOctets(), mss));
        put("fackets", 0);
        put("reordering", 3);
        put("reord_seen", losses.isReordering() ? 1 : 0);
        put("dsack_dups", before.duplicates + losses.duplicatesReported());
        put("total_retrans", before.retransmissions + losses.retransmissions());
        put("snd_rexmitpack", before.retransmissions + losses.retransmissions());
    }

    private void totals(TcpInfo info, InfoTotals before) {
        TcpInfo.Totals totals = info.totals();
        TcpInfo.Rate rate = info.rate();
        put("bytes_sent", before.octetsSent + totals.octetsSent());
        put("bytes_acked", before.octetsAcknowledged + totals.octetsAcknowledged());
        put("bytes_retrans", before.octetsRetransmitted + totals.octetsRetransmitted());
        put("bytes_received", before.octetsReceived + totals.octetsReceived());
        put("segs_in", before.segmentsIn + totals.segmentsIn());
        put("data_segs_out", before.dataSegmentsOut + totals.dataSegmentsOut());
        int mss = info.windows().sendMss();
        // A SYN that was acknowledged was delivered as well.
        put("delivered", 1 + Math.ceilDiv(before.delivered + rate.delivered(), mss));
        put("delivered_ce", Math.ceilDiv(before.deliveredCe + rate.deliveredCe(), mss));
        put("delivery_rate", rate.deliveryRate());
        put("delivery_rate_app_limited", rate.isAppLimited() ? 1 : 0);
        put("pacing_rate", rate.pacingRate() == 0 ? -1 : rate.pacingRate());
        put("max_pacing_rate", -1);
        put("busy_time", (before.busyNs + info.times().busyNs()) / 1000);
        put("rwnd_limited", (before.windowLimitedNs + info.times().windowLimitedNs()) / 1000);
        put("sndbuf_limited", (before.bufferLimitedNs + info.times().bufferLimitedNs()) / 1000);
    }
}
