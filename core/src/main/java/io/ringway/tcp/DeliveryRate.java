package io.ringway.tcp;

/**
 * How fast the path delivers (draft-ietf-ccwg-ratesampling): what was delivered so far and when,
 * which every range in the network is stamped with as it leaves, so that its ACK tells the rate
 * over the time between.
 *
 * <p>Part of a {@link Flight}: counts since the connection last began to send. The names of the
 * draft are in brackets.
 */
final class DeliveryRate {
    private long delivered;
    private long deliveredNs;
    private long firstSentNs;
    private long lost;
    private long appLimitedUntil;
    private long latestDelivered;
    private long latestIntervalNs;
    private boolean isLatestAppLimited;

    // --- of the last range found lost, until it is told ---
    private int lostInFlight;
    private long lostPriorLost;
    private int lostOctets;

    void clear() {
        delivered = 0;
        lost = 0;
        appLimitedUntil = 0;
        latestIntervalNs = 0;
        lostInFlight = 0;
    }

    /** Octets delivered (C.delivered). */
    long delivered() {
        return delivered;
    }

    /** When the latest of them were acknowledged (C.delivered_time). */
    long deliveredNs() {
        return deliveredNs;
    }

    /** When the first segment of the present interval was sent (C.first_sent_time). */
    long firstSentNs() {
        return firstSentNs;
    }

    /** Octets marked lost (C.lost). */
    long lost() {
        return lost;
    }

    /** Whether what is sent now says nothing about the path, for the application has too little. */
    boolean isAppLimited() {
        return appLimitedUntil != 0;
    }

    /** Something is sent while nothing is in the network: an interval begins. */
    void onStart(long nowNs) {
        firstSentNs = nowNs;
        deliveredNs = nowNs;
    }

    /** The application has no more to send though cwnd would allow it. */
    void onAppLimited(int inFlight) {
        appLimitedUntil = Math.max(1, delivered + inFlight);
    }

    void onLost(int octets) {
        lost += octets;
    }

    /** The range at a position is about to be marked lost: keeps what it was stamped with. */
    void noteLost(SentSegments segments, int position) {
        int record = segments.at(position);
        lostInFlight = segments.inFlightBefore(record);
        lostPriorLost = segments.lostBefore(record);
        lostOctets = segments.length(record);
    }

    /** Octets arrived; the segment they were in becomes the first of the interval, if newer. */
    void onDelivered(int octets, long nowNs) {
        delivered += octets;
        deliveredNs = nowNs;
    }

    void firstSentNs(long sentNs) {
        firstSentNs = sentNs;
    }

    /** Fills in the sample of an ACK that delivered something (GenerateRateSample). */
    void sample(AckNews news, AckSample sample, long minRttNs) {
        if (appLimitedUntil != 0 && delivered > appLimitedUntil) {
            appLimitedUntil = 0;
        }
        sample.delivered = delivered;
        sample.lost = lost;
        sample.lostTxInFlight = lostInFlight;
        if (lostInFlight != 0) {
            sample.lostPriorLost = lostPriorLost;
            sample.lostRangeOctets = lostOctets;
            lostInFlight = 0;
        }
        sample.intervalNs = 0;
        sample.deliveryRate = 0;
        if (news.deliveredOctets == 0) {
            return;
        }
        sample.priorDelivered = news.priorDelivered;
        sample.isAppLimited = news.isAppLimited;
        sample.txInFlight = news.inFlightBefore;
        sample.lostSince = lost - news.lostBefore;
        // The slower of sending and acknowledging: ACKs that were held back come faster than what
        // they acknowledge went.
        long sendNs = news.newestSentNs - news.firstSentNs;
        long ackNs = deliveredNs - news.priorDeliveredNs;
        long intervalNs = Math.max(sendNs, ackNs);
        if (intervalNs <= 0 || intervalNs < minRttNs) {
            // Shorter than a round trip can be: what was acknowledged had been sent again.
            return;
        }
        long octets = delivered - news.priorDelivered;
        sample.intervalNs = intervalNs;
        sample.deliveryRate = (long) (octets * 1e9 / intervalNs);
        latestDelivered = octets;
        latestIntervalNs = intervalNs;
        isLatestAppLimited = news.isAppLimited;
    }

    /** Octets a second by the latest sample, or 0. */
    long latest() {
        return latestIntervalNs == 0 ? 0 : (long) (latestDelivered * 1e9 / latestIntervalNs);
    }

    boolean isLatestAppLimited() {
        return latestIntervalNs != 0 && isLatestAppLimited;
    }
}
