package io.ringway.tcp;

import io.ringway.memory.Counter;
import io.ringway.memory.Counters;

/**
 * ACKs that answer what may be an attack or a ghost (RFC 5961): kept rare, so that no loop of ACKs
 * can begin.
 */
final class ChallengeAcks {
    private final Counters counters;
    private final AckPolicy ackPolicy;
    private final ChallengeLimit limit;

    ChallengeAcks(Counters counters, AckPolicy ackPolicy, ChallengeLimit limit) {
        this.counters = counters;
        this.ackPolicy = ackPolicy;
        this.limit = limit;
    }

    /** Answers {@code tcb}'s peer, unless it was answered too often in this second. */
    void note(Tcb tcb, long nowNs) {
        if (limit.tryTake(tcb.index(), nowNs)) {
            counters.increment(Counter.TCP_CHALLENGE_ACKS);
            ackPolicy.now(tcb);
        } else {
            counters.increment(Counter.TCP_CHALLENGE_LIMITED);
        }
    }
}
