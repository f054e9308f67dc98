package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.wire.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/**
 * Cookies: what they carry, how long they are good, and that a forged one is not (RFC 4987 §3.6).
 */
class SynCookiesTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long NOW_NS = 1234 * SECOND_NS;
    private static final int MIN_MSS = 88;

    private final CookieAnswers entries = new CookieAnswers(4);
    private final SynCookies cookies = new SynCookies(42, MIN_MSS);

    @AfterEach
    void free() {
        entries.close();
    }

    private SynEntry half(int mss) {
        SynEntry half = entries.scratch();
        long peer = IpAddress.ipv4Low(0xc6120002);
        half.reset(0, peer, 0, IpAddress.ipv4Low(0xc6120001), FlowHash.ports(40_000, 80), 0);
        return half.irs(77).mss(mss);
    }

    private int carried(int mss) {
        SynEntry half = half(mss);
        half.iss(cookies.make(half, NOW_NS));
        return cookies.check(half, SynCookies.options(half), NOW_NS);
    }

    @Test
    void carriesTheMssRoundedDown() {
        assertThat(carried(1460)).isEqualTo(1460);
        assertThat(carried(1459)).isEqualTo(1440);
        assertThat(carried(0xffff)).isEqualTo(8960);
        assertThat(carried(600)).isEqualTo(536);
        assertThat(carried(100)).isEqualTo(MIN_MSS);
        // RFC 9293 §3.7.1 (MUST-15): no option means 536.
        assertThat(carried(0)).isEqualTo(536);
    }

    @Test
    void carriesTheOptionsInTheTimestamp() {
        SynEntry half = half(1460).timestamps(9).windowScale(14, 7).sackPermitted();
        int options = SynCookies.options(half);
        int echoed = SynCookies.optionsOf(SynCookies.timestamp(123_456, options));
        assertThat(SynCookies.isScaled(echoed)).isTrue();
        assertThat(SynCookies.shift(echoed)).isEqualTo(14);
        assertThat(SynCookies.isSackPermitted(echoed)).isTrue();
        int without = SynCookies.options(half(1460).timestamps(9));
        assertThat(SynCookies.isScaled(without)).isFalse();
        assertThat(SynCookies.isSackPermitted(without)).isFalse();
        assertThat(SynCookies.options(half(1460))).isEqualTo(SynCookies.NO_OPTIONS);
    }

    // RFC 7323 §5.3: what is sent afterwards must not be older.
    @Test
    void theTimestampIsNeverLaterThanTheClock() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            int clock = random.nextInt();
            int options = random.nextInt(64);
            int timestamp = SynCookies.timestamp(clock, options);
            assertThat(clock - timestamp).isBetween(0, 63);
            assertThat(SynCookies.optionsOf(timestamp)).isEqualTo(options);
        }
    }

    @Test
    void isGoodForOnePeriodAtLeastAndTwoAtMost() {
        for (long offsetNs = 0; offsetNs < SynCookies.PERIOD_NS; offsetNs += SECOND_NS) {
            SynEntry half = half(1460);
            long madeNs = NOW_NS + offsetNs;
            half.iss(cookies.make(half, madeNs));
            int none = SynCookies.NO_OPTIONS;
            assertThat(cookies.check(half, none, madeNs + SynCookies.PERIOD_NS)).isEqualTo(1460);
            assertThat(cookies.check(half, none, madeNs + SynCookies.LIFETIME_NS))
                    .isEqualTo(SynCookies.INVALID);
        }
    }

    @Test
    void belongsToOneHandshakeOnly() {
        SynEntry half = half(1460).timestamps(9).sackPermitted();
        int options = SynCookies.options(half);
        half.iss(cookies.make(half, NOW_NS));
        assertThat(cookies.check(half, options, NOW_NS)).isEqualTo(1460);
        assertThat(cookies.check(half, options ^ 1, NOW_NS)).isEqualTo(SynCookies.INVALID);
        assertThat(cookies.check(half, SynCookies.NO_OPTIONS, NOW_NS))
                .isEqualTo(SynCookies.INVALID);
        assertThat(cookies.check(half.irs(78), options, NOW_NS)).isEqualTo(SynCookies.INVALID);
        half.irs(77);
        assertThat(new SynCookies(43, MIN_MSS).check(half, options, NOW_NS))
                .isEqualTo(SynCookies.INVALID);
    }

    @Test
    void aGuessIsAlmostNeverRight() {
        SplittableRandom random = new SplittableRandom(7);
        int right = 0;
        for (int i = 0; i < 1_000_000; i++) {
            SynEntry half = half(1460).iss(random.nextInt());
            if (cookies.check(half, SynCookies.NO_OPTIONS, NOW_NS) != SynCookies.INVALID) {
                right++;
            }
        }
        assertThat(right).isZero();
    }
}
