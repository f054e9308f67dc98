package io.ringway.testkit.mutation;

import java.util.List;

/** How much may be sent and is offered: the windows of both sides, and when to acknowledge. */
final class WindowMutations {
    static final List<Mutation> ALL =
            List.of(
                    new Mutation(
                            "old-window-taken",
                            "the window of the newest segment counts (SND.WL1, SND.WL2)",
                            "AckArrives",
                            "if (Seq.before(wl1, segment.seq) || (wl1 == segment.seq &&"
                                    + " Seq.beforeOrEqual(tcb.wl2(), segment.ack))) {",
                            "if (wl1 == wl1 + 0) {"),
                    new Mutation(
                            "window-never-updated",
                            "and it counts",
                            "AckArrives",
                            "if (Seq.before(wl1, segment.seq) ||",
                            "if (false ||"),
                    new Mutation(
                            "window-unscaled",
                            "the window is scaled (RFC 7323 §2.3)",
                            "AckArrives",
                            "tcb.sndWnd(segment.window << tcb.sendScale());",
                            "tcb.sndWnd(segment.window);"),
                    new Mutation(
                            "peer-window-exceeded",
                            "nothing is sent beyond the window",
                            "Sender",
                            "int window = tcb.sndWnd() - outstanding;",
                            "int window = tcb.sndWnd() + tcb.mss() - outstanding;"),
                    new Mutation(
                            "cwnd-ignored",
                            "nothing is sent beyond cwnd (RFC 5681)",
                            "Sender",
                            "int room = Math.min(window, flight.congestion.cwnd -"
                                    + " Recovery.pipe(flight, outstanding));",
                            "int room = window;"),
                    new Mutation(
                            "nagle-off",
                            "a small segment waits for the ACK of what is out",
                            "Sender",
                            "|| !Seq.after(flight.smallEnd, tcb.sndUna()))) {",
                            "|| flight.nextFrame >= 0)) {"),
                    new Mutation(
                            "silly-sender",
                            "a sender does not fill small windows (§3.8.6.2.1)",
                            "Sender",
                            "return outstanding == 0 && length >= tcb.maxSndWnd() / 2 ? length :"
                                    + " 0;",
                            "return length;"),
                    new Mutation(
                            "silly-receiver",
                            "a receiver does not offer small windows (§3.8.6.2.2)",
                            "ReceiveWindow",
                            "return Math.min(limit / 2, mss);",
                            "return 1;"),
                    new Mutation(
                            "window-shrinks",
                            "the right edge never moves left",
                            "ReceiveWindow",
                            "int window = current;",
                            "int window = Math.min(current, wanted);"),
                    new Mutation(
                            "window-of-the-queue-ignored",
                            "what nobody has read is not offered",
                            "ReceiveWindow",
                            "return Math.clamp(limit - queued, 0, most);",
                            "return most;"),
                    new Mutation(
                            "window-update-withheld",
                            "the peer hears when a closed window opens",
                            "ReceiveWindow",
                            "return isDue && share(mss) - current >= step;",
                            "return false;"),
                    new Mutation(
                            "no-window-probe",
                            "a closed window is probed",
                            "Sender",
                            "if (!flight.isPersisting) {",
                            "if (flight.isProbeOut) {"),
                    new Mutation(
                            "gap-unannounced",
                            "out of order: an ACK at once (RFC 5681 §4.2)",
                            "Receiver",
                            "ackPolicy.now(tcb); Flight flight = connections.borrow(tcb, nowNs, 0);"
                                    + " if (flight == null) {",
                            "Flight flight = connections.borrow(tcb, nowNs, 0); if (flight == null)"
                                    + " {"),
                    new Mutation(
                            "every-second-segment",
                            "an ACK for every second full segment",
                            "AckPolicy",
                            "if ((flags & Flag.ONE_SEGMENT_OWED) != 0 || octets >= 2 * mss) {",
                            "if (octets >= 2 * mss) {"),
                    new Mutation(
                            "overlap-kept",
                            "what overlaps is kept once",
                            "Reassembly",
                            "int start = isTouching ? endOf(before) : seq;",
                            "int start = seq;"),
                    new Mutation(
                            "gap-filled-in-part",
                            "what follows a filled gap is taken",
                            "Receiver",
                            "takeWhatFollows(tcb);",
                            ""));

    private WindowMutations() {}
}
