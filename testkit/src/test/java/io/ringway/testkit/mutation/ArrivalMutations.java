package io.ringway.testkit.mutation;

import java.util.List;

/** What RFC 9293 §3.10.7 asks of a segment that arrives, in each state. */
final class ArrivalMutations {
    static final List<Mutation> ALL =
            List.of(
                    new Mutation(
                            "paws-off",
                            "an old time stamp is not acceptable (RFC 7323 §5.3)",
                            "TimestampCheck",
                            "return !Seq.before(segment.timestampValue, tcb.tsRecent())",
                            "return true"),
                    new Mutation(
                            "timestamps-may-be-missing",
                            "once agreed on, every segment has time stamps (RFC 7323 §3.2)",
                            "SegmentArrives",
                            "if (hasStamps && !segment.hasTimestamps) {",
                            "if (segment.sourcePort == 0) {"),
                    new Mutation(
                            "echo-of-the-newest",
                            "TS.Recent is of the segment at the left edge (RFC 7323 §4.3)",
                            "TimestampCheck",
                            "if (Seq.beforeOrEqual(segment.seq, tcb.lastAckSent())) {",
                            "if (segment.hasTimestamps) {"),
                    new Mutation(
                            "any-sequence-number",
                            "a segment outside of the window is not acceptable",
                            "Acceptability",
                            "return Seq.isWithin(seq, rcvNxt, windowEnd)",
                            "return true"),
                    new Mutation(
                            "window-one-too-wide",
                            "the window ends before RCV.NXT+RCV.WND",
                            "Acceptability",
                            "int windowEnd = rcvNxt + rcvWnd;",
                            "int windowEnd = rcvNxt + rcvWnd + 1;"),
                    new Mutation(
                            "closed-window-takes-text",
                            "a closed window takes no text",
                            "Acceptability",
                            "return length == 0 && seq == rcvNxt;",
                            "return seq == rcvNxt;"),
                    new Mutation(
                            "last-octet-off-by-one",
                            "SEG.SEQ+SEG.LEN-1 is the last octet",
                            "Acceptability",
                            "Seq.isWithin(seq + length - 1, rcvNxt, windowEnd)",
                            "Seq.isWithin(seq + length, rcvNxt, windowEnd)"),
                    new Mutation(
                            "unacceptable-unanswered",
                            "what is not acceptable is answered with an ACK",
                            "SegmentArrives",
                            "} else { ackPolicy.now(tcb); } }",
                            "} }"),
                    new Mutation(
                            "unacceptable-reset-answered",
                            "but a RST is not",
                            "SegmentArrives",
                            "counters.increment(Counter.TCP_UNACCEPTABLE); if"
                                    + " (segment.has(TcpHeader.RST)) {",
                            "counters.increment(Counter.TCP_UNACCEPTABLE); if (segment.sourcePort"
                                    + " == 0) {"),
                    new Mutation(
                            "reset-anywhere",
                            "a RST counts at RCV.NXT only (RFC 5961 §3.2)",
                            "SegmentArrives",
                            "if (segment.seq != tcb.rcvNxt()) {",
                            "if (segment.sourcePort == 0) {"),
                    new Mutation(
                            "reset-ignored",
                            "a RST at RCV.NXT ends the connection",
                            "SegmentArrives",
                            "if (segment.seq != tcb.rcvNxt()) {",
                            "if (segment.seq == tcb.rcvNxt()) {"),
                    new Mutation(
                            "syn-resets",
                            "a SYN in the window is challenged (RFC 5961 §4.2)",
                            "SegmentArrives",
                            "if (segment.has(TcpHeader.SYN)) { challengeAcks.note(tcb, nowNs);",
                            "if (segment.has(TcpHeader.SYN)) { ending.finish(tcb,"
                                    + " CloseReason.RESET_BY_PEER);"),
                    new Mutation(
                            "ack-bit-optional",
                            "a segment without an ACK is dropped",
                            "SegmentArrives",
                            "if (!segment.has(TcpHeader.ACK)) {"
                                    + " counters.increment(Counter.TCP_NO_ACK);",
                            "if (segment.sourcePort == 0) {"
                                    + " counters.increment(Counter.TCP_NO_ACK);"),
                    new Mutation(
                            "challenges-unlimited",
                            "challenge ACKs are limited (RFC 5961 §7)",
                            "ChallengeAcks",
                            "if (limit.tryTake(tcb.index(), nowNs)) {",
                            "if (limit != null) {"),
                    new Mutation(
                            "future-ack-taken",
                            "an ACK of what was not sent is dropped",
                            "AckArrives",
                            "if (Seq.after(ack, sndNxt) && !acceptProbe(tcb, ack)) {",
                            "if (Seq.after(ack, sndNxt + 100_000) && !acceptProbe(tcb, ack)) {"),
                    new Mutation(
                            "ancient-ack-taken",
                            "an ACK older than the largest window is challenged (RFC 5961 §5.2)",
                            "AckArrives",
                            "if (Seq.before(segment.ack, una - Math.max(tcb.sndWnd(),"
                                    + " tcb.maxSndWnd()))) {",
                            "if (segment.sourcePort == 0) {"),
                    new Mutation(
                            "old-octets-not-cut",
                            "what was received before is cut off",
                            "SegmentArrives",
                            "if (Seq.before(segment.seq, rcvNxt)) {",
                            "if (segment.sourcePort == 0) {"),
                    new Mutation(
                            "octets-beyond-not-cut",
                            "what lies beyond the window is cut off",
                            "SegmentArrives",
                            "if (beyond > 0) {",
                            "if (segment.sourcePort == 0) {"),
                    new Mutation(
                            "text-behind-fin",
                            "behind the FIN there is no text",
                            "SegmentArrives",
                            "if (tcb.state() > TcpState.N_FIN_WAIT_2 || (flags & Flag.FIN_RECEIVED)"
                                    + " != 0) {",
                            "if (segment.sourcePort == 0) {"),
                    new Mutation(
                            "data-after-close-unanswered",
                            "data that nobody will read is answered with a RST (SHLD-3)",
                            "SegmentArrives",
                            "if ((flags & Flag.DETACHED) != 0) {",
                            "if (segment.sourcePort == 0) {"),
                    new Mutation(
                            "fin-without-number",
                            "a FIN takes a sequence number",
                            "SegmentArrives",
                            "tcb.rcvNxt(tcb.rcvNxt() + 1);",
                            ""),
                    new Mutation(
                            "fin-forgotten",
                            "a FIN that comes early is remembered",
                            "Receiver",
                            "flight.hasFin = true;",
                            "flight.hasFin = false;"),
                    new Mutation(
                            "fin-overtakes",
                            "a FIN counts when all before it is here",
                            "Receiver",
                            "if (fin == rcvNxt) {",
                            "if (Seq.afterOrEqual(fin, rcvNxt)) {"),
                    new Mutation(
                            "fin-closes-too-early",
                            "in FIN-WAIT-1 a FIN without the ACK of ours leads to CLOSING",
                            "SegmentArrives",
                            "tcb.state(TcpState.N_CLOSING); connections.onCrossedFin(tcb);",
                            "ending.enterTimeWait(tcb, nowNs);"),
                    new Mutation(
                            "any-ack-closes",
                            "only the ACK of our FIN moves the closing on",
                            "SegmentArrives",
                            "|| tcb.sndUna() != tcb.sndNxt()) { return true; } switch (state) {",
                            ") { return true; } switch (state) {"),
                    new Mutation(
                            "no-time-wait",
                            "who closes first waits",
                            "SegmentArrives",
                            "case TcpState.N_FIN_WAIT_2 -> ending.enterTimeWait(tcb, nowNs);",
                            "case TcpState.N_FIN_WAIT_2 -> ending.finish(tcb,"
                                    + " CloseReason.CLOSED);"),
                    new Mutation(
                            "reset-cuts-time-wait",
                            "a RST does not end TIME-WAIT (RFC 1337)",
                            "TimeWaits",
                            "if (segment.has(TcpHeader.RST)) {",
                            "if (segment.has(TcpHeader.RST)) { table.remove(entry);"),
                    new Mutation(
                            "time-wait-not-restarted",
                            "a FIN that comes again starts the wait anew",
                            "TimeWaits",
                            "table.restart(entry, nowNs);",
                            ""),
                    new Mutation(
                            "any-ack-opens",
                            "SYN-RECEIVED checks the ACK",
                            "SynReceivedArrives",
                            "if (segment.ack != half.iss() + 1) {",
                            "if (segment.sourcePort == 0) {"),
                    new Mutation(
                            "any-reset-unopens",
                            "a RST for a half-open connection counts at RCV.NXT only",
                            "SynReceivedArrives",
                            "if (segment.seq == half.irs() + 1) {",
                            "if (segment.sourcePort != 0) {"),
                    new Mutation(
                            "crossed-ack-unchecked",
                            "so does it after a simultaneous open",
                            "SegmentArrives",
                            "if (Seq.before(segment.ack, least) || Seq.after(segment.ack,"
                                    + " most)) {",
                            "if (segment.sourcePort == 0) {"),
                    new Mutation(
                            "syn-sent-takes-any-ack",
                            "SYN-SENT answers a wrong ACK with a RST",
                            "SynSentArrives",
                            "if (hasAck && !isOfSyn(tcb, segment.ack)) {",
                            "if (segment.sourcePort == 0) {"),
                    new Mutation(
                            "syn-sent-takes-bare-reset",
                            "in SYN-SENT a RST counts with an ACK only",
                            "SynSentArrives",
                            "if (hasAck) { counters.increment(Counter.TCP_RESETS_RECEIVED);",
                            "if (segment.sourcePort != 0) {"
                                    + " counters.increment(Counter.TCP_RESETS_RECEIVED);"),
                    new Mutation(
                            "syn-window-scaled",
                            "the window of a SYN is not scaled (RFC 7323 §2.2)",
                            "SynSentArrives",
                            "tcb.sndWnd(segment.window); tcb.wl1(segment.seq);"
                                    + " tcb.wl2(segment.ack);",
                            "tcb.sndWnd(segment.window << tcb.sendScale()); tcb.wl1(segment.seq);"
                                    + " tcb.wl2(segment.ack);"));

    private ArrivalMutations() {}
}
