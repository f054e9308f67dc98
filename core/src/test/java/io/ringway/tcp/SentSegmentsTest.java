package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The record of what was sent, against a model that keeps each octet by itself. */
class SentSegmentsTest {
    private static final int MSS = 10;
    private static final int SPACE = 4000;

    /** What is known of each octet, by its distance from the initial number. */
    private static final class Model {
        final long[] sentNs = new long[SPACE];
        final boolean[] isSacked = new boolean[SPACE];
        final boolean[] isLost = new boolean[SPACE];
        final boolean[] isRepeated = new boolean[SPACE];
        final boolean[] isDelivered = new boolean[SPACE];
        int una;
        int next;

        int count(boolean[] of) {
            int count = 0;
            for (int i = una; i < next; i++) {
                count += of[i] ? 1 : 0;
            }
            return count;
        }

        int repeatedInFlight() {
            int count = 0;
            for (int i = una; i < next; i++) {
                count += isRepeated[i] && !isLost[i] && !isSacked[i] ? 1 : 0;
            }
            return count;
        }
    }

    private final Model model = new Model();
    private final Flight flight = new Flight(0, CongestionControls.byName("newreno"), 1);
    private final AckNews news = new AckNews();
    private int iss;
    private long nowNs = 1000;

    private void begin(int initial) {
        iss = initial;
        flight.reset(0, initial);
        flight.rack.reset(false, 0);
    }

    private void send(int octets) {
        int end = model.next + octets;
        flight.segments.onSent(iss + model.next, iss + end, nowNs, flight.rate, 0);
        Arrays.fill(model.sentNs, model.next, end, nowNs);
        model.next = end;
    }

    /** An ACK with at most one block, of octets counted from the initial number. */
    private void ack(int una, int start, int end) {
        news.begin(flight, nowNs);
        long before = flight.rate.delivered();
        int expected = 0;
        for (int i = model.una; i < una; i++) {
            expected += model.isDelivered[i] ? 0 : 1;
            model.isDelivered[i] = true;
        }
        model.una = una;
        flight.segments.advance(iss + una, news);
        int reported = 0;
        for (int i = start; i < end; i++) {
            reported += model.isSacked[i] ? 0 : 1;
            expected += model.isDelivered[i] ? 0 : 1;
            model.isDelivered[i] = true;
            model.isSacked[i] = true;
            model.isLost[i] = false;
        }
        if (start < end) {
            assertThat(flight.segments.sack(iss + start, iss + end, MSS, news)).isEqualTo(reported);
        }
        assertThat(news.deliveredOctets).isEqualTo(expected);
        assertThat(flight.rate.delivered() - before).isEqualTo(expected);
    }

    /** What was sent before {@code before} is lost. */
    private void lose(long before) {
        for (int position = 0; position < flight.segments.count(); position++) {
            if (!flight.segments.has(position, SentSegments.SACKED | SentSegments.LOST)
                    && flight.segments.sentNs(position) < before) {
                flight.segments.markLost(position);
            }
        }
        for (int i = model.una; i < model.next; i++) {
            model.isLost[i] |= !model.isSacked[i] && model.sentNs[i] < before;
        }
    }

    /** All that was sent is lost, but what was reported. */
    private void loseAll() {
        int lost = model.count(model.isLost);
        int more = flight.segments.markAllLost();
        for (int i = model.una; i < model.next; i++) {
            model.isLost[i] |= !model.isSacked[i];
        }
        assertThat(more).isEqualTo(model.count(model.isLost) - lost);
    }

    private void resend() {
        int position = flight.segments.firstLost();
        if (position < 0) {
            assertThat(model.count(model.isLost)).isZero();
            return;
        }
        int length = Math.min(MSS, flight.segments.gatherLost(position, MSS));
        int start = flight.segments.start(position) - iss;
        for (int i = model.una; i < start; i++) {
            assertThat(model.isLost[i]).isFalse();
        }
        assertThat(
                        flight.segments.onRetransmitted(
                                position, iss + start + length, nowNs, flight.rate, 0))
                .isTrue();
        for (int i = start; i < start + length; i++) {
            assertThat(model.isLost[i]).as("octet %d", i).isTrue();
            model.isLost[i] = false;
            model.isRepeated[i] = true;
            model.sentNs[i] = nowNs;
        }
    }

    private void check() {
        SentSegments segments = flight.segments;
        int at = model.una;
        for (int position = 0; position < segments.count(); position++) {
            assertThat(segments.start(position) - iss).isEqualTo(at);
            int end = segments.end(position) - iss;
            assertThat(end).isGreaterThan(at);
            for (; at < end; at++) {
                assertThat(segments.has(position, SentSegments.SACKED))
                        .isEqualTo(model.isSacked[at]);
                assertThat(segments.has(position, SentSegments.LOST)).isEqualTo(model.isLost[at]);
                // What is lost waits to be stamped anew, and small pieces of it are joined.
                if (!model.isSacked[at] && !model.isLost[at]) {
                    assertThat(segments.sentNs(position)).isEqualTo(model.sentNs[at]);
                    assertThat(segments.has(position, SentSegments.RETRANSMITTED))
                            .isEqualTo(model.isRepeated[at]);
                }
                assertThat(segments.find(iss + at)).isEqualTo(position);
            }
        }
        assertThat(at).isEqualTo(model.next);
        assertThat(segments.sackedOctets()).isEqualTo(model.count(model.isSacked));
        assertThat(segments.lostOctets()).isEqualTo(model.count(model.isLost));
        assertThat(segments.retransmittedOctets()).isEqualTo(model.repeatedInFlight());
        assertThat(segments.sackedSegments() > 0).isEqualTo(segments.sackedOctets() > 0);
    }

    @Test
    void agreesWithTheModelWhateverHappens() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SentSegmentsTest test = new SentSegmentsTest();
            try {
                test.play(random);
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
            }
        }
    }

    private void play(SplittableRandom random) {
        begin(random.nextInt(4) == 0 ? -100 : random.nextInt());
        for (int step = 0; step < 150; step++) {
            nowNs += random.nextInt(3);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> send(Math.min(1 + random.nextInt(40), SPACE - model.next));
                case 3 -> ack(model.una + random.nextInt(model.next - model.una + 1), 0, 0);
                case 4, 5 -> sackSomething(random);
                case 6 -> {
                    if (random.nextInt(4) == 0) {
                        loseAll();
                    } else {
                        lose(nowNs - random.nextInt(30));
                    }
                }
                default -> {
                    resend();
                    resend();
                }
            }
            if (model.next == SPACE) {
                break;
            }
            check();
        }
        ack(model.next, 0, 0);
        check();
        assertThat(flight.segments.isEmpty()).isTrue();
        assertThat(flight.segments.absentOctets()).isZero();
    }

    private void sackSomething(SplittableRandom random) {
        int outstanding = model.next - model.una;
        if (outstanding < 3) {
            return;
        }
        int start = model.una + 1 + random.nextInt(outstanding - 2);
        int end = start + 1 + random.nextInt(Math.min(60, model.next - start));
        ack(model.una, start, Math.min(end, model.next));
    }

    @Test
    void oneBurstIsOneRange() {
        begin(7);
        for (int i = 0; i < 100; i++) {
            send(MSS);
        }
        assertThat(flight.segments.count()).isEqualTo(1);
        nowNs++;
        send(MSS);
        assertThat(flight.segments.count()).isEqualTo(2);
    }

    /** "SACK panic": the peer cuts what was sent into pieces, but not into more than a bound. */
    @Test
    void blocksCutUpToABoundAndThenCountForWholeRangesOnly() {
        begin(7);
        int octets = 4 * SentSegments.CUT_LIMIT;
        flight.segments.onSent(iss, iss + octets, nowNs, flight.rate, 0);
        for (int at = 1; at + 1 < octets; at += 2) {
            news.begin(flight, nowNs);
            flight.segments.sack(iss + at, iss + at + 1, MSS, news);
            assertThat(flight.segments.count()).isLessThanOrEqualTo(SentSegments.CUT_LIMIT);
        }
        assertThat(flight.segments.sackedOctets()).isBetween(400, 600);
        news.begin(flight, nowNs);
        flight.segments.sack(iss + 1, iss + octets, MSS, news);
        assertThat(flight.segments.count()).isEqualTo(2);
        assertThat(flight.segments.sackedOctets()).isEqualTo(octets - 1);
    }

    @Test
    void burstsBeyondTheBoundJoinTheLastRange() {
        begin(7);
        for (int i = 0; i < 2 * SentSegments.LIMIT; i++) {
            nowNs++;
            flight.segments.onSent(iss + i, iss + i + 1, nowNs, flight.rate, 0);
        }
        SentSegments segments = flight.segments;
        assertThat(segments.count()).isEqualTo(SentSegments.LIMIT);
        int last = segments.count() - 1;
        assertThat(segments.end(last)).isEqualTo(iss + 2 * SentSegments.LIMIT);
        assertThat(segments.sentNs(last)).isEqualTo(nowNs);
        // No time is measured by it.
        assertThat(segments.has(last, SentSegments.RETRANSMITTED)).isTrue();
        news.begin(flight, nowNs);
        segments.advance(iss + 2 * SentSegments.LIMIT, news);
        assertThat(segments.isEmpty()).isTrue();
        assertThat(segments.retransmittedOctets()).isZero();
    }
}
