package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/** Proportional Rate Reduction by RFC 9937 §6. */
class PrrTest {
    private static final int MSS = 1000;

    private final Prr prr = new Prr();

    /**
     * §4: while much is in flight, what is sent is to what is delivered as ssthresh to the flight.
     */
    @Test
    void rfc9937_6_sendsInProportionWhileMuchIsInFlight() {
        prr.begin(100 * MSS, MSS, MSS, 0);
        int inFlight = 98 * MSS;
        int ssthresh = 70 * MSS;
        long delivered = 0;
        long sent = 0;
        for (int i = 0; inFlight > ssthresh; i++) {
            delivered += MSS;
            int cwnd = prr.onAck(inFlight, MSS, ssthresh, MSS, false);
            int more = cwnd - inFlight;
            prr.onSent(more);
            sent += more;
            inFlight += more - MSS;
            if (i > 0) {
                assertThat(sent).isBetween(delivered * 7 / 10 - 1, delivered * 7 / 10 + MSS);
            }
        }
    }

    /** §6: the first retransmission goes out, whatever is in flight. */
    @Test
    void rfc9937_6_theFastRetransmitIsForced() {
        prr.begin(100 * MSS, 3, 1, 0);
        assertThat(prr.onAck(96 * MSS, 1, 50 * MSS, MSS, false)).isGreaterThan(96 * MSS);
        prr.begin(100 * MSS, 0, 0, 0);
        assertThat(prr.onAck(96 * MSS, 0, 50 * MSS, MSS, false)).isEqualTo(97 * MSS);
    }

    /** §6, PRR-CRB: with losses going on, not more is sent than was delivered. */
    @Test
    void rfc9937_6_conservativeWhileLossesGoOn() {
        prr.begin(100 * MSS, 0, 0, 0);
        prr.onSent(MSS);
        assertThat(prr.onAck(20 * MSS, 3 * MSS, 50 * MSS, MSS, false)).isEqualTo(23 * MSS);
    }

    /** §6, PRR-SSRB: when SND.UNA advances and nothing more is lost, a segment more. */
    @Test
    void rfc9937_6_aSegmentMoreWhenTheAckIsSafe() {
        prr.begin(100 * MSS, 0, 0, 0);
        prr.onSent(MSS);
        assertThat(prr.onAck(20 * MSS, 3 * MSS, 50 * MSS, MSS, true)).isEqualTo(24 * MSS);
    }

    /** §6: what is in flight never exceeds ssthresh because of it. */
    @Test
    void rfc9937_6_catchesUpToSsthreshAndNotBeyond() {
        prr.begin(100 * MSS, 0, 0, 0);
        prr.onSent(MSS);
        assertThat(prr.onAck(49 * MSS, 10 * MSS, 50 * MSS, MSS, true)).isEqualTo(50 * MSS);
    }

    /** Against the formulas of the RFC, written down once more with plain numbers. */
    @Test
    void agreesWithTheFormulasWhateverHappens() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long flight = random.nextLong(2 * MSS, 1L << 30);
            int ssthresh = (int) Math.max(2 * MSS, flight * random.nextInt(3, 9) / 10);
            prr.begin((int) flight, 0, 0, 0);
            double delivered = 0;
            double out = 0;
            double inFlight = flight;
            for (int i = 0; i < 200; i++) {
                int now = random.nextInt(0, 20 * MSS);
                inFlight = Math.max(0, inFlight - now);
                boolean isSafe = random.nextBoolean();
                delivered += now;
                double more;
                if (inFlight > ssthresh) {
                    more = Math.ceil(delivered * ssthresh / flight) - out;
                } else {
                    more = Math.max(delivered - out, now) + (isSafe ? MSS : 0);
                    more = Math.min(ssthresh - inFlight, more);
                }
                if (out == 0 && more <= 0) {
                    more = MSS;
                }
                more = Math.max(0, more);
                int cwnd = prr.onAck((int) inFlight, now, ssthresh, MSS, isSafe);
                assertThat(cwnd)
                        .as("seed %d", seed)
                        .isEqualTo((int) Math.min(1 << 30, inFlight + more));
                int sent = random.nextInt(0, (int) Math.min(more, 40 * MSS) + 1);
                prr.onSent(sent);
                out += sent;
                inFlight += sent;
            }
        }
    }
}
