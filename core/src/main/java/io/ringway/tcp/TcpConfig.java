package io.ringway.tcp;

import java.util.function.UnaryOperator;

/**
 * What can be set of TCP, for a whole lane; every limit has its name here. Times are nanoseconds,
 * sizes octets.
 *
 * @param initialConnections connections whose table is sized at the start
 * @param maxConnections established connections at the same time
 * @param maxHalfOpen half-open connections at the same time (RFC 4987)
 * @param maxTimeWait connections in TIME-WAIT
 * @param maxFlights connections that send or reassemble at the same time
 * @param sendBufferBytes octets that a connection may hold for sending
 * @param receiveBufferBytes octets that a connection may hold unread at first; it is the window
 * @param maxOutOfOrderFrames frames that a connection may hold out of order; never more than are
 *     free
 * @param maxPendingReplies answers for no connection (RST, SYN-ACK, TIME-WAIT) noted in a cycle
 * @param initialWindowSegments IW in segments (RFC 6928)
 * @param minMss the least MSS believed of a peer, in octets. The default of 88 is what is left of
 *     the smallest packet with the longest headers and 8 octets of data, (60 + 60 + 8) − 40: with
 *     less, each octet of the application costs more than an octet of header
 * @param buffers how far windows grow, and when a connection is writable
 * @param congestion congestion control, marks and pacing
 * @param path how the path MTU is found out
 * @param initialRtoNs RTO before the first sample (RFC 6298 §2.1)
 * @param minRtoNs the least RTO; RFC 6298 §2.4 says 1 s, and that less is common
 * @param maxRtoNs the largest RTO (RFC 6298 §2.5)
 * @param delayedAckNs how long an ACK may wait for company (RFC 9293 §3.8.6.3: under 500 ms)
 * @param timeWaitNs 2 MSL (RFC 9293 §3.4.2)
 * @param finWait2Ns how long a closed connection waits for the peer's FIN
 * @param userTimeoutNs how long data may go without an ACK before the connection is given up (R2)
 * @param synRetries how often a SYN is sent again; with less than 7 an open is given up sooner than
 *     after the three minutes of RFC 9293 §3.8.3 (MUST-23)
 * @param synAckRetries how often a SYN-ACK is sent again
 * @param keepAliveIdleNs silence after which keep-alive asks (RFC 9293 §3.8.4)
 * @param keepAliveIntervalNs between keep-alive probes
 * @param keepAliveProbes unanswered probes after which the connection is given up
 * @param challengeAcksPerSecond challenge ACKs of the whole lane (RFC 5961 §7)
 * @param resetsPerSecond RSTs for no connection, of the whole lane
 * @param timestamps whether to offer time stamps (RFC 7323)
 * @param selectiveAck whether to offer SACK (RFC 2018)
 * @param windowScaling whether to offer window scaling (RFC 7323)
 * @param maxFastOpenPeers peers whose Fast Open cookie is kept (RFC 7413)
 * @param defence cookies, and how much any one peer may have
 * @param ways where the RFCs leave a choice and kernels differ
 * @param segmentsPerPoll segments that one connection sends before the next one's turn
 */
public record TcpConfig(
        int initialConnections,
        int maxConnections,
        int maxHalfOpen,
        int maxTimeWait,
        int maxFlights,
        int sendBufferBytes,
        int receiveBufferBytes,
        int maxOutOfOrderFrames,
        int maxPendingReplies,
        int initialWindowSegments,
        int minMss,
        BufferConfig buffers,
        CongestionConfig congestion,
        PathConfig path,
        long initialRtoNs,
        long minRtoNs,
        long maxRtoNs,
        long delayedAckNs,
        long timeWaitNs,
        long finWait2Ns,
        long userTimeoutNs,
        int synRetries,
        int synAckRetries,
        long keepAliveIdleNs,
        long keepAliveIntervalNs,
        int keepAliveProbes,
        int challengeAcksPerSecond,
        int resetsPerSecond,
        boolean timestamps,
        boolean selectiveAck,
        boolean windowScaling,
        int maxFastOpenPeers,
        DefenceConfig defence,
        KernelWays ways,
        int segmentsPerPoll) {
    /** The usual settings. */
    public static final TcpConfig DEFAULT = builder().build();

    public TcpConfig {
        require(initialConnections > 0, "initialConnections", initialConnections, "at least 1");
        require(maxConnections > 0, "maxConnections", maxConnections, "at least 1");
        require(maxHalfOpen > 0, "maxHalfOpen", maxHalfOpen, "at least 1");
        require(maxTimeWait > 0, "maxTimeWait", maxTimeWait, "at least 1");
        require(maxFlights > 0, "maxFlights", maxFlights, "at least 1");
        require(sendBufferBytes > 0, "sendBufferBytes", sendBufferBytes, "at least 1");
        require(receiveBufferBytes > 0, "receiveBufferBytes", receiveBufferBytes, "at least 1");
        require(maxOutOfOrderFrames > 0, "maxOutOfOrderFrames", maxOutOfOrderFrames, "at least 1");
        require(maxPendingReplies > 0, "maxPendingReplies", maxPendingReplies, "at least 1");
        require(
                initialWindowSegments > 0,
                "initialWindowSegments",
                initialWindowSegments,
                "at least 1");
        require(minMss >= 48 && minMss <= 1220, "minMss", minMss, "48 to 1,220");
        require(keepAliveProbes > 0, "keepAliveProbes", keepAliveProbes, "at least 1");
        require(
                challengeAcksPerSecond > 0,
                "challengeAcksPerSecond",
                challengeAcksPerSecond,
                "at least 1");
        require(maxFastOpenPeers > 0, "maxFastOpenPeers", maxFastOpenPeers, "at least 1");
        require(resetsPerSecond > 0, "resetsPerSecond", resetsPerSecond, "at least 1");
        require(segmentsPerPoll > 0, "segmentsPerPoll", segmentsPerPoll, "at least 1");
        require(maxHalfOpen <= 1 << 24, "maxHalfOpen", maxHalfOpen, "at most 16,777,216");
        require(
                receiveBufferBytes >= 2048 && receiveBufferBytes <= 1 << 30,
                "receiveBufferBytes",
                receiveBufferBytes,
                "2,048 to 1,073,741,824");
        require(
                sendBufferBytes >= 2048 && sendBufferBytes <= 1 << 30,
                "sendBufferBytes",
                sendBufferBytes,
                "2,048 to 1,073,741,824");
        require(synRetries >= 0, "synRetries", synRetries, "0 or more");
        require(synAckRetries >= 0, "synAckRetries", synAckRetries, "0 or more");
        require(minRtoNs >= 1_000_000, "minRtoNs", minRtoNs, "at least 1,000,000 (1 ms)");
        require(maxRtoNs >= minRtoNs, "maxRtoNs", maxRtoNs, "at least minRtoNs");
        require(initialRtoNs >= minRtoNs, "initialRtoNs", initialRtoNs, "at least minRtoNs");
        require(
                delayedAckNs >= 0 && delayedAckNs <= 500_000_000L,
                "delayedAckNs",
                delayedAckNs,
                "0 to 500,000,000 (RFC 9293 §3.8.6.3)");
        // Looks the algorithm up by its name.
        new CongestionControls(congestion);
    }

    private static void require(boolean condition, String name, long given, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(name + " is " + given + "; expected " + expected);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these settings. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.initialConnections = initialConnections;
        builder.maxConnections = maxConnections;
        builder.maxHalfOpen = maxHalfOpen;
        builder.maxTimeWait = maxTimeWait;
        builder.maxFlights = maxFlights;
        builder.sendBufferBytes = sendBufferBytes;
        builder.receiveBufferBytes = receiveBufferBytes;
        builder.maxOutOfOrderFrames = maxOutOfOrderFrames;
        builder.maxPendingReplies = maxPendingReplies;
        builder.initialWindowSegments = initialWindowSegments;
        builder.minMss = minMss;
        builder.buffers = buffers;
        builder.congestion = congestion;
        builder.path = path;
        builder.initialRtoNs = initialRtoNs;
        builder.minRtoNs = minRtoNs;
        builder.maxRtoNs = maxRtoNs;
        builder.delayedAckNs = delayedAckNs;
        builder.timeWaitNs = timeWaitNs;
        builder.finWait2Ns = finWait2Ns;
        builder.userTimeoutNs = userTimeoutNs;
        builder.synRetries = synRetries;
        builder.synAckRetries = synAckRetries;
        builder.keepAliveIdleNs = keepAliveIdleNs;
        builder.keepAliveIntervalNs = keepAliveIntervalNs;
        builder.keepAliveProbes = keepAliveProbes;
        builder.challengeAcksPerSecond = challengeAcksPerSecond;
        builder.resetsPerSecond = resetsPerSecond;
        builder.timestamps = timestamps;
        builder.selectiveAck = selectiveAck;
        builder.windowScaling = windowScaling;
        builder.maxFastOpenPeers = maxFastOpenPeers;
        builder.defence = defence;
        builder.ways = ways;
        builder.segmentsPerPoll = segmentsPerPoll;
        return builder;
    }

    /** Sets what is to differ from the default. */
    public static final class Builder {
        private int initialConnections = 1024;
        private int maxConnections = 1 << 20;
        private int maxHalfOpen = 4096;
        private int maxTimeWait = 65_536;
        private int maxFlights = 65_536;
        private int sendBufferBytes = 32 << 20;
        private int receiveBufferBytes = 256 << 10;
        private int maxOutOfOrderFrames = 65_536;
        private int maxPendingReplies = 1024;
        private int initialWindowSegments = 10;
        private int minMss = 88;
        private BufferConfig buffers = BufferConfig.DEFAULT;
        private CongestionConfig congestion = CongestionConfig.DEFAULT;
        private PathConfig path = PathConfig.DEFAULT;
        private long initialRtoNs = 1_000_000_000L;
        private long minRtoNs = 200_000_000L;
        private long maxRtoNs = 60_000_000_000L;
        private long delayedAckNs = 40_000_000L;
        private long timeWaitNs = 60_000_000_000L;
        private long finWait2Ns = 60_000_000_000L;
        private long userTimeoutNs = 900_000_000_000L;
        private int synRetries = 7;
        private int synAckRetries = 5;
        private long keepAliveIdleNs = 7_200_000_000_000L;
        private long keepAliveIntervalNs = 75_000_000_000L;
        private int keepAliveProbes = 9;
        private int challengeAcksPerSecond = 1000;
        private int resetsPerSecond = 1000;
        private boolean timestamps = true;
        private boolean selectiveAck = true;
        private boolean windowScaling = true;
        private int maxFastOpenPeers = 256;
        private DefenceConfig defence = DefenceConfig.DEFAULT;
        private KernelWays ways = KernelWays.DEFAULT;
        private int segmentsPerPoll = 64;

        private Builder() {}

        /** Connections whose table is sized at the start. */
        public Builder initialConnections(int value) {
            initialConnections = value;
            return this;
        }

        /** Established connections at the same time. */
        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        /** Half-open connections at the same time (RFC 4987). */
        public Builder maxHalfOpen(int value) {
            maxHalfOpen = value;
            return this;
        }

        /** Connections in TIME-WAIT. */
        public Builder maxTimeWait(int value) {
            maxTimeWait = value;
            return this;
        }

        /** Connections that send or reassemble at the same time. */
        public Builder maxFlights(int value) {
            maxFlights = value;
            return this;
        }

        /** Octets that a connection may hold for sending. */
        public Builder sendBufferBytes(int value) {
            sendBufferBytes = value;
            return this;
        }

        /**
         * Octets that a connection may hold unread, for good: its window does not grow, unless
         * {@link #buffers} says so afterwards.
         */
        public Builder receiveBufferBytes(int value) {
            receiveBufferBytes = value;
            return buffers(b -> b.withMaxReceiveBytes(Math.clamp(value, 2048, 1 << 30)));
        }

        /** Buffers: {@code buffers(b -> b.withMaxReceiveBytes(8 << 20))}. */
        public Builder buffers(UnaryOperator<BufferConfig> change) {
            buffers = change.apply(buffers);
            return this;
        }

        /** Frames that a connection may hold out of order. */
        public Builder maxOutOfOrderFrames(int value) {
            maxOutOfOrderFrames = value;
            return this;
        }

        /** Answers for no connection (RST, SYN-ACK, TIME-WAIT) noted in a cycle. */
        public Builder maxPendingReplies(int value) {
            maxPendingReplies = value;
            return this;
        }

        /** IW in segments (RFC 6928). */
        public Builder initialWindowSegments(int value) {
            initialWindowSegments = value;
            return this;
        }

        /** The least MSS believed of a peer, in octets. */
        public Builder minMss(int value) {
            minMss = value;
            return this;
        }

        /** The algorithm of congestion control by its name. */
        public Builder congestionControl(String name) {
            congestion = congestion.withAlgorithm(name);
            return this;
        }

        /** Congestion control: {@code congestion(c -> c.withEcn(Ecn.ON))}. */
        public Builder congestion(UnaryOperator<CongestionConfig> change) {
            congestion = change.apply(congestion);
            return this;
        }

        /** The path MTU: {@code path(p -> p.withProbing(MtuProbing.OFF))}. */
        public Builder path(UnaryOperator<PathConfig> change) {
            path = change.apply(path);
            return this;
        }

        /** RTO before the first sample (RFC 6298 §2.1). */
        public Builder initialRtoNs(long value) {
            initialRtoNs = value;
            return this;
        }

        /** The least RTO; RFC 6298 §2.4 says 1 s, and that less is common. */
        public Builder minRtoNs(long value) {
            minRtoNs = value;
            return this;
        }

        /** The largest RTO (RFC 6298 §2.5). */
        public Builder maxRtoNs(long value) {
            maxRtoNs = value;
            return this;
        }

        /** How long an ACK may wait for company (RFC 9293 §3.8.6.3: under 500 ms). */
        public Builder delayedAckNs(long value) {
            delayedAckNs = value;
            return this;
        }

        /** 2 MSL (RFC 9293 §3.4.2). */
        public Builder timeWaitNs(long value) {
            timeWaitNs = value;
            return this;
        }

        /** How long a closed connection waits for the peer's FIN. */
        public Builder finWait2Ns(long value) {
            finWait2Ns = value;
            return this;
        }

        /** How long data may go without an ACK before the connection is given up (R2). */
        public Builder userTimeoutNs(long value) {
            userTimeoutNs = value;
            return this;
        }

        /** How often a SYN is sent again. */
        public Builder synRetries(int value) {
            synRetries = value;
            return this;
        }

        /** How often a SYN-ACK is sent again. */
        public Builder synAckRetries(int value) {
            synAckRetries = value;
            return this;
        }

        /** Silence after which keep-alive asks (RFC 9293 §3.8.4). */
        public Builder keepAliveIdleNs(long value) {
            keepAliveIdleNs = value;
            return this;
        }

        /** Between keep-alive probes. */
        public Builder keepAliveIntervalNs(long value) {
            keepAliveIntervalNs = value;
            return this;
        }

        /** Unanswered probes after which the connection is given up. */
        public Builder keepAliveProbes(int value) {
            keepAliveProbes = value;
            return this;
        }

        /** Challenge ACKs of the whole lane (RFC 5961 §7). */
        public Builder challengeAcksPerSecond(int value) {
            challengeAcksPerSecond = value;
            return this;
        }

        /** RSTs for no connection, of the whole lane. */
        public Builder resetsPerSecond(int value) {
            resetsPerSecond = value;
            return this;
        }

        /** Whether to offer time stamps (RFC 7323). */
        public Builder timestamps(boolean value) {
            timestamps = value;
            return this;
        }

        /** Whether to offer SACK (RFC 2018). */
        public Builder selectiveAck(boolean value) {
            selectiveAck = value;
            return this;
        }

        /** Whether to offer window scaling (RFC 7323). */
        public Builder windowScaling(boolean value) {
            windowScaling = value;
            return this;
        }

        /** Peers whose Fast Open cookie is kept (RFC 7413). */
        public Builder maxFastOpenPeers(int value) {
            maxFastOpenPeers = value;
            return this;
        }

        /** Changes how TCP defends itself: {@code defence(d -> d.overflow(Overflow.RESET))}. */
        public Builder defence(UnaryOperator<DefenceConfig.Builder> change) {
            defence = change.apply(defence.toBuilder()).build();
            return this;
        }

        /** Does as a kernel does: {@code ways(w -> w.withBsdOptionOrder(true))}. */
        public Builder ways(UnaryOperator<KernelWays> change) {
            ways = change.apply(ways);
            return this;
        }

        /** Segments that one connection sends before the next one's turn. */
        public Builder segmentsPerPoll(int value) {
            segmentsPerPoll = value;
            return this;
        }

        public TcpConfig build() {
            return new TcpConfig(
                    initialConnections,
                    maxConnections,
                    maxHalfOpen,
                    maxTimeWait,
                    maxFlights,
                    sendBufferBytes,
                    receiveBufferBytes,
                    maxOutOfOrderFrames,
                    maxPendingReplies,
                    initialWindowSegments,
                    minMss,
                    buffers,
                    congestion,
                    path,
                    initialRtoNs,
                    minRtoNs,
                    maxRtoNs,
                    delayedAckNs,
                    timeWaitNs,
                    finWait2Ns,
                    userTimeoutNs,
                    synRetries,
                    synAckRetries,
                    keepAliveIdleNs,
                    keepAliveIntervalNs,
                    keepAliveProbes,
                    challengeAcksPerSecond,
                    resetsPerSecond,
                    timestamps,
                    selectiveAck,
                    windowScaling,
                    maxFastOpenPeers,
                    defence,
                    ways,
                    segmentsPerPoll);
        }
    }
}
