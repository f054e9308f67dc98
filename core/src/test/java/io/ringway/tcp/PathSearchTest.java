package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The search of RFC 4821 §7.3 and RFC 8899 §5.3, without a network. */
class PathSearchTest {
    private static final int LIMIT = 1448;
    private static final long RAISE_NS = 600_000_000_000L;

    private final PathSearch search = new PathSearch(LIMIT, RAISE_NS);
    private int probes;

    /** Searches on a path that takes {@code width}, and returns what was found. */
    private int search(int from, int width, long nowNs) {
        int mss = from;
        int size = search.next(mss, nowNs);
        while (size != 0) {
            probes++;
            search.onSent(7, 7 + size);
            if (size <= width) {
                mss = search.onArrived(nowNs);
            } else {
                search.onLost(mss, nowNs);
            }
            size = search.next(mss, nowNs);
        }
        return mss;
    }

    @Test
    void findsEveryWidth() {
        for (int width = 200; width <= LIMIT; width++) {
            search.begin(0);
            probes = 0;
            assertThat(search(200, width, 0))
                    .isBetween(Math.max(200, width - PathSearch.STEP), width);
            assertThat(probes).isLessThanOrEqualTo(9 * PathSearch.PROBES);
        }
    }

    @Test
    void theLargestIsTriedFirst() {
        assertThat(search.next(1012, 0)).isEqualTo(LIMIT);
        search.onSent(7, 7 + LIMIT);
        assertThat(search.next(1012, 0)).as("while one is out").isZero();
        assertThat(search.onArrived(0)).isEqualTo(LIMIT);
        assertThat(search.isOver()).isTrue();
        assertThat(search.next(LIMIT, Long.MAX_VALUE / 2)).isZero();
    }

    @Test
    void beginsAnewAfterAWhile() {
        int mss = search(1012, 1300, 0);
        assertThat(search.isOver()).isTrue();
        assertThat(search.next(mss, RAISE_NS - 1)).isZero();
        assertThat(search.next(mss, RAISE_NS)).isEqualTo(LIMIT);
    }

    @Test
    void oneLossIsNoProof() {
        for (int lost = 1; lost < PathSearch.PROBES; lost++) {
            assertThat(search.next(1012, 0)).isEqualTo(LIMIT);
            search.onSent(7, 7 + LIMIT);
            search.onLost(1012, 0);
        }
        assertThat(search.next(1012, 0)).isEqualTo(LIMIT);
        search.onSent(7, 7 + LIMIT);
        search.onInconclusive();
        assertThat(search.next(1012, 0)).isEqualTo(LIMIT);
        search.onSent(7, 7 + LIMIT);
        search.onLost(1012, 0);
        assertThat(search.next(1012, 0)).isEqualTo((1012 + LIMIT) / 2);
    }

    @Test
    void whatARouterTakesIsTriedNext() {
        search.next(1012, 0);
        search.onSent(7, 7 + LIMIT);
        assertThat(search.carries(6)).isFalse();
        assertThat(search.carries(7)).isTrue();
        assertThat(search.carries(7 + LIMIT)).isFalse();
        search.onTooBig(1350, 1012, 0);
        assertThat(search.next(1012, 0)).isEqualTo(1350);
    }

    @Test
    void numbersThatWrap() {
        search.next(1012, 0);
        search.onSent(-10, -10 + LIMIT);
        assertThat(search.carries(0)).isTrue();
        assertThat(search.onArrived(0)).isEqualTo(LIMIT);
    }
}
