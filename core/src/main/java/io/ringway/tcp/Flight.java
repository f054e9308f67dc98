package io.ringway.tcp;

import io.ringway.memory.FramePool;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * What a connection needs only while data is under way: borrowed when the application writes, when
 * a segment comes out of order or when a SYN is sent, and given back when all is acknowledged and
 * in order.
 *
 * <p>Plain fields for the parts that work on them ({@link SendQueue}, {@link Sender}, {@link
 * Recovery}, {@link Reassembly}, {@link Timers}); the lane owns it.
 */
final class Flight {
    /** Nothing is known to be lost. */
    static final int OPEN = 0;

    /** Lost segments are being repaired (RFC 6675, RFC 8985, RFC 6582). */
    static final int RECOVERY = 1;

    /** The retransmission timer expired, and slow start repairs what was lost (RFC 5681 §3.1). */
    static final int LOSS = 2;

    static final long NEVER = Long.MAX_VALUE;

    /** Its number in the lane's {@link FlightPool}. */
    int index;

    /** The connection that borrowed it, or -1. */
    int tcb = -1;

    // --- the send queue: frames from queueHead, octets from headSeq up to endSeq ---
    int queueHead;
    int queueTail;
    int headSeq;
    int endSeq;

    /** The frame that holds SND.NXT, or NONE when everything queued was sent. */
    int nextFrame;

    // --- loss ---
    int lossState;

    /** SND.NXT when the repair began: it is over when this is acknowledged. */
    int recoverPoint;

    /** Duplicate ACKs in a row; counted only without SACK. */
    int duplicateAcks;

    /** A retransmission beyond what cwnd allows is due: the first of a repair. */
    boolean forceRetransmit;

    /** What is in the network, and what became of it. */
    final SentSegments segments = new SentSegments();

    final Rack rack = new Rack();
    final TailLossProbe probe = new TailLossProbe();
    final Prr prr = new Prr();
    final SpuriousLoss spurious = new SpuriousLoss();
    final DeliveryRate rate = new DeliveryRate();
    final CongestionState congestion = new CongestionState();

    /** The algorithm that the connection has chosen. */
    CongestionControl algorithm;

    /** Whether the algorithm is told of ACKs too that come when its window was not the limit. */
    boolean isEveryAckTold;

    /** How long the algorithm wants its memory to outlive a pause, or 0. */
    long keepsNs;

    /** Until when this Flight is kept though nothing is under way; 0 when it is not. */
    long keepUntilNs;

    /** What is being repaired was lost for its size and not by congestion: cwnd stays as it is. */
    boolean isFreeRepair;

    // --- the path MTU ---
    /** The connection's search for larger segments, if it has one. */
    @Nullable PathSearch path;

    /** A full segment of the present size was acknowledged, so that the path takes it. */
    boolean isSizeProven;

    /** Whether a full segment was sent, and the number behind the first of them. */
    boolean hasFullSized;

    int fullSizedEnd;

    /**
     * A path MTU that a router is said to have reported, or 0; the number that it quoted, and the
     * octets that were delivered then.
     */
    int claimedMtu;

    int claimedSeq;
    long claimedDelivered;

    /** How often the segment at lostAgainAt was lost again. */
    int lostAgain;

    int lostAgainAt;

    // --- ECN ---
    /** The window was reduced because of marks, and what was outstanding then is up to ecnPoint. */
    boolean isEcnReduced;

    int ecnPoint;

    /** Our SYN asked for marks. */
    boolean isEcnAsked;

    /** The SYN that asked for marks was answered by a RST. */
    boolean isEcnRefused;

    // --- pacing ---
    /** Whether departures are spread by {@link #pacingRate}. */
    boolean isPaced;

    /** Octets a second, or 0 for as fast as cwnd allows. */
    long pacingRate;

    /** When the next segment may leave. */
    long departNs;

    /**
     * Whether something had to wait for {@link #departNs}, or still makes up for waiting longer.
     */
    boolean isHeld;

    /** Whether the pacer's wheel holds this Flight, also when it was given back meanwhile. */
    boolean isInPacer;

    /** When the pacer asks again. */
    long wakeNs;

    /** Octets that may be sent in one go: a millisecond's worth. */
    int burstOctets;

    /**
     * The first of the queue's frames that the port has not given back, as far as known, or NONE.
     */
    int belowFrame;

    // --- time ---
    /** The present RTO without back-off, in nanoseconds. */
    long rtoNs;

    /**
     * When the one timer of this connection's sending expires, for which of the reasons {@link
     * LossTimer} knows; NEVER when it is off.
     */
    long retransmitAtNs;

    /** What it expires for: one of {@link LossTimer}'s. */
    int timerKind;

    /** When the retransmission time-out is due, though the timer may expire before for a probe. */
    long timeoutAtNs;

    /** When RACK looks again for losses, or NEVER (RFC 8985 §6.2 step 5). */
    long reorderAtNs;

    /** How often it expired in a row. */
    int backoff;

    /** Whether that timer is the persist timer (RFC 9293 §3.8.6.1). */
    boolean isPersisting;

    /**
     * When the oldest outstanding octet began to wait: sent, or progress made. For the user
     * time-out.
     */
    long progressNs;

    /** When something was last sent again, in ticks. */
    int retransmitTick;

    /** When the SYN was sent, if only once. */
    long synSentNs;

    // --- for the onlooker (TcpInfo) ---
    /** Segments sent again since the Flight was borrowed, and octets of them. */
    int retransmissions;

    long retransmittedOctets;

    /** DSACKs that came. */
    int duplicatesReported;

    /** Segments that came, and segments with data that went; a super-frame counts once. */
    int segmentsIn;

    int dataSegmentsOut;

    /** Octets that the peer says came with a congestion mark. */
    long deliveredCe;

    /** RCV.NXT when the Flight was borrowed. */
    int rcvNxtBefore;

    final SendLimits limits = new SendLimits();

    /** A probe of one octet beyond SND.NXT is out: an ACK may cover it. */
    boolean isProbeOut;

    /**
     * In SYN-SENT: the SYN asks for Fast Open (RFC 7413). In SYN-RECEIVED: it opened so, and data
     * flows before the ACK of the SYN-ACK.
     */
    boolean isFastOpen;

    /** In SYN-SENT: octets of the queue that the SYN carried. */
    int synOctets;

    /** In SYN-RECEIVED by Fast Open: the number of the peer's SYN, and whether it gets a cookie. */
    int peerSyn;

    boolean isCookieDue;

    /** In SYN-SENT and SYN-RECEIVED: the SYN or SYN-ACK is to be sent (again). */
    boolean isSynDue;

    /** Behind the last segment sent that was not full (Minshall's SND.SML). */
    int smallEnd;

    /** When what is corked goes out all the same; NEVER when nothing waits. */
    long corkAtNs;

    /** The cork is out for what waits now. */
    boolean isCorkOver;

    /** Octets sent in the last turn beyond its share. */
    int overdrawn;

    // --- out-of-order segments, by sequence number ---
    /** The first run on each level of {@link Reassembly}'s skip list. */
    final int[] outOfOrderRuns = new int[Reassembly.LEVELS];

    int outOfOrderFrames;
    int outOfOrderOctets;

    /** A sequence number in the block that the next SACK reports first (RFC 2018 §4). */
    int latestOutOfOrder;

    /** Where the blocks of the last SACK began, in its order, and how many they were. */
    final int[] reportedBlocks = new int[SackBlocks.MAX];

    int reportedCount;

    /** A FIN that came before its turn, and its sequence number. */
    boolean hasFin;

    int finSeq;

    private final @Nullable Object[] memories;

    /**
     * Makes one that was never borrowed.
     *
     * @param algorithms how many algorithms there are to choose from
     */
    Flight(int index, CongestionControl algorithm, int algorithms) {
        this.index = index;
        this.algorithm = algorithm;
        this.memories = new @Nullable Object[algorithms];
    }

    /** Makes it new for a connection at rest. */
    void reset(int borrower, int sndNxt) {
        tcb = borrower;
        queueHead = FramePool.NONE;
        queueTail = FramePool.NONE;
        headSeq = sndNxt;
        endSeq = sndNxt;
        nextFrame = FramePool.NONE;
        belowFrame = FramePool.NONE;
        departNs = 0;
        isHeld = false;
        keepUntilNs = 0;
        isEcnReduced = false;
        isEcnAsked = false;
        isEcnRefused = false;
        lossState = OPEN;
        recoverPoint = sndNxt - 1;
        duplicateAcks = 0;
        forceRetransmit = false;
        isFreeRepair = false;
        isSizeProven = false;
        hasFullSized = false;
        claimedMtu = 0;
        lostAgain = 0;
        segments.clear();
        probe.clear();
        spurious.clear();
        rate.clear();
        retransmitAtNs = NEVER;
        reorderAtNs = NEVER;
        timerKind = 0;
        backoff = 0;
        isPersisting = false;
        progressNs = 0;
        isProbeOut = false;
        isSynDue = false;
        retransmissions = 0;
        retransmittedOctets = 0;
        duplicatesReported = 0;
        overdrawn = 0;
        segmentsIn = 0;
        dataSegmentsOut = 0;
        deliveredCe = 0;
        limits.clear();
        isFastOpen = false;
        synOctets = 0;
        smallEnd = sndNxt;
        corkAtNs = NEVER;
        isCorkOver = false;
        clearOutOfOrder();
        hasFin = false;
    }

    /** Forgets what is out of order; the frames are somebody else's by now. */
    void clearOutOfOrder() {
        Arrays.fill(outOfOrderRuns, FramePool.NONE);
        outOfOrderFrames = 0;
        outOfOrderOctets = 0;
        reportedCount = 0;
    }

    /**
     * The connection uses {@code chosen} from now on. What the algorithm needs beside {@link
     * #congestion} is made when this Flight first meets it, and used over and over.
     */
    void choose(CongestionControl chosen, int choice) {
        algorithm = chosen;
        keepsNs = chosen.keepsMemoryNs();
        isEveryAckTold = keepsNs != 0 || chosen.needsEveryAck();
        @Nullable Object memory = memories[choice];
        if (memory == null) {
            memory = chosen.newMemory();
            memories[choice] = memory;
        }
        congestion.memory = memory;
    }

    /**
     * Whether an ACK of all that is outstanding tells only how long that took: nothing is being
     * repaired or watched, and the algorithm does not ask for more.
     */
    boolean isSettled() {
        return lossState == OPEN
                && !isEveryAckTold
                && !isPaced
                && !probe.isOut()
                && !spurious.isWatching();
    }

    /** Whether an ACK may tell more than that all is well, so that {@link Recovery} has to look. */
    boolean isWatched() {
        return lossState != OPEN
                || segments.sackedOctets() != 0
                || reorderAtNs != NEVER
                || probe.isOut()
                || spurious.isWatching();
    }

    /** Octets in the send queue, sent and not. */
    int queued() {
        return endSeq - headSeq;
    }
}
