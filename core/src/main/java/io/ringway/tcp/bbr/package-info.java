/**
 * BBR, version 3, as in draft-ietf-ccwg-bbr: the names and the order are the draft's, so that it
 * can be read beside this. {@link io.ringway.tcp.bbr.Bbr} says what happens when, {@code Model} is
 * what is known of the path (§5.5 of the draft), {@code Phases} the state machine of Startup, Drain
 * and ProbeBW (§5.3), {@code ProbeRtt} the last of its states, and {@code Control} what follows for
 * pacing and cwnd (§5.6).
 */
@NullMarked
package io.ringway.tcp.bbr;

import org.jspecify.annotations.NullMarked;
