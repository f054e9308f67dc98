package io.ringway.cli;

import java.util.Locale;

/** The figures of a run of pings. One thread. */
final class PingSummary {
    private int sent;
    private int received;
    private int errors;
    private long leastNs = Long.MAX_VALUE;
    private long mostNs;
    private double sumNs;
    private double sumOfSquares;

    void onSent() {
        sent++;
    }

    void onReply(long roundTripNs) {
        received++;
        leastNs = Math.min(leastNs, roundTripNs);
        mostNs = Math.max(mostNs, roundTripNs);
        sumNs += roundTripNs;
        sumOfSquares += (double) roundTripNs * roundTripNs;
    }

    void onError() {
        errors++;
    }

    int sent() {
        return sent;
    }

    int received() {
        return received;
    }

    /** Whether every request has a reply or an error. */
    boolean isAllAnswered() {
        return received + errors >= sent;
    }

    /** The mean round trip in nanoseconds; 0 when there was none. */
    long meanNs() {
        return received == 0 ? 0 : Math.round(sumNs / received);
    }

    /** How many came back, as ping says it. */
    String packets() {
        return String.format(
                Locale.ROOT,
                "%d packets transmitted, %d received%s, %.4g%% packet loss",
                sent,
                received,
                errors == 0 ? "" : ", " + errors + " errors",
                sent == 0 ? 0.0 : (sent - Math.min(sent, received)) * 100.0 / sent);
    }

    /** The round trips, as ping says it; empty when there was none. */
    String roundTrips() {
        if (received == 0) {
            return "";
        }
        double mean = sumNs / received;
        double deviation = Math.sqrt(Math.max(0, sumOfSquares / received - mean * mean));
        return String.format(
                Locale.ROOT,
                "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms",
                leastNs / 1e6,
                mean / 1e6,
                mostNs / 1e6,
                deviation / 1e6);
    }
}
