package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.memory.Counters;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class SynCacheTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MAXIMUM_NS = 60 * SECOND_NS;
    private static final long MAPPED = 0x0000_ffff_0000_0000L;

    private static SynCache cache(int capacity, int retransmits, long firstTimeoutNs) {
        PeerLimits noLimits = new PeerLimits(DefenceConfig.DEFAULT, new Counters(), 1);
        return new SynCache(capacity, retransmits, firstTimeoutNs, MAXIMUM_NS, noLimits);
    }

    private SynCache cache = cache(4, 3, SECOND_NS);
    private final List<String> events = new ArrayList<>();

    private final SynCache.Expiry expiry =
            new SynCache.Expiry() {
                @Override
                public void onRetransmit(int entry) {
                    events.add("again " + cache.at(entry).remotePort());
                }

                @Override
                public void onGaveUp(int entry) {
                    events.add("gave up " + cache.at(entry).remotePort());
                }
            };

    @AfterEach
    void close() {
        cache.close();
    }

    private int insert(int remotePort, int listener, long nowNs) {
        return cache.insert(0, MAPPED | 9, 0, MAPPED | 1, remotePort, 80, 5, listener, nowNs);
    }

    private int find(int remotePort) {
        return cache.find(0, MAPPED | 9, 0, MAPPED | 1, remotePort, 80, 5);
    }

    @Test
    void anEntryKeepsWhatIsPutIntoIt() {
        int entry = cache.insert((1L << 63) | 7, -2, 3, -4, 65_535, 1, 0x87654321, 5, 77);
        SynEntry syn = cache.at(entry);
        assertThat(syn.hasTimestamps()).isFalse();
        assertThat(syn.hasWindowScale()).isFalse();
        assertThat(syn.isSackPermitted()).isFalse();
        syn.iss(-10).irs(-11).mss(65_495).window(65_535);
        syn.windowScale(14, 7).sackPermitted().timestamps(-12).timestampOffset(-13);
        assertThat(syn.remoteHigh()).isEqualTo((1L << 63) | 7);
        assertThat(syn.remoteLow()).isEqualTo(-2);
        assertThat(syn.localHigh()).isEqualTo(3);
        assertThat(syn.localLow()).isEqualTo(-4);
        assertThat(syn.remotePort()).isEqualTo(65_535);
        assertThat(syn.localPort()).isEqualTo(1);
        assertThat(syn.hash()).isEqualTo(0x87654321);
        assertThat(syn.listener()).isEqualTo(5);
        assertThat(syn.iss()).isEqualTo(-10);
        assertThat(syn.irs()).isEqualTo(-11);
        assertThat(syn.mss()).isEqualTo(65_495);
        assertThat(syn.window()).isEqualTo(65_535);
        assertThat(syn.hasWindowScale()).isTrue();
        assertThat(syn.peerShift()).isEqualTo(14);
        assertThat(syn.ownShift()).isEqualTo(7);
        assertThat(syn.isSackPermitted()).isTrue();
        assertThat(syn.hasTimestamps()).isTrue();
        assertThat(syn.peerTimestamp()).isEqualTo(-12);
        assertThat(syn.timestampOffset()).isEqualTo(-13);
        assertThat(syn.retransmits()).isZero();
        assertThat(syn.insertedNs()).isEqualTo(77);
        assertThat(syn.deadlineNs()).isEqualTo(77 + SECOND_NS);
    }

    @Test
    void aReusedEntryHasNothingOfTheFormerOne() {
        int entry = insert(1, 0, 0);
        cache.at(entry)
                .windowScale(3, 4)
                .sackPermitted()
                .timestamps(1)
                .timestampOffset(2)
                .iss(3)
                .mss(4);
        cache.remove(entry);
        entry = insert(2, 0, 0);
        assertThat(cache.at(entry).hasWindowScale()).isFalse();
        assertThat(cache.at(entry).hasTimestamps()).isFalse();
        assertThat(cache.at(entry).isSackPermitted()).isFalse();
        assertThat(cache.at(entry).iss()).isZero();
        assertThat(cache.at(entry).mss()).isZero();
    }

    @Test
    void findsByAddressesAndPortsAmongEqualHashes() {
        int first = insert(1000, 0, 0);
        int second = insert(1001, 0, 0);
        assertThat(find(1000)).isEqualTo(first);
        assertThat(find(1001)).isEqualTo(second);
        assertThat(find(1002)).isEqualTo(SynCache.NONE);
        assertThat(cache.find(0, MAPPED | 8, 0, MAPPED | 1, 1000, 80, 5)).isEqualTo(SynCache.NONE);
        assertThat(cache.find(0, MAPPED | 9, 0, MAPPED | 1, 1000, 81, 5)).isEqualTo(SynCache.NONE);
        assertThat(cache.find(1, MAPPED | 9, 0, MAPPED | 1, 1000, 80, 5)).isEqualTo(SynCache.NONE);
        assertThat(cache.find(0, MAPPED | 9, 1, MAPPED | 1, 1000, 80, 5)).isEqualTo(SynCache.NONE);
        assertThat(cache.find(0, MAPPED | 9, 0, MAPPED | 2, 1000, 80, 5)).isEqualTo(SynCache.NONE);
    }

    @Test
    void isFullAtItsCapacity() {
        for (int port = 1; port <= 4; port++) {
            assertThat(insert(port, 0, 0)).isNotEqualTo(SynCache.NONE);
        }
        assertThat(insert(5, 0, 0)).isEqualTo(SynCache.NONE);
        cache.remove(find(2));
        assertThat(insert(5, 0, 0)).isNotEqualTo(SynCache.NONE);
    }

    @Test
    void sendsAgainWithBackOffAndThenGivesUp() {
        insert(1, 0, 0);
        StringBuilder times = new StringBuilder();
        while (cache.count() > 0) {
            long now = cache.nextDeadlineNs();
            assertThat(cache.expire(now - 1, 10, expiry)).isZero();
            assertThat(cache.expire(now, 10, expiry)).isEqualTo(1);
            times.append(now / SECOND_NS).append(' ');
        }
        assertThat(times.toString()).isEqualTo("1 3 7 15 ");
        assertThat(events).containsExactly("again 1", "again 1", "again 1", "gave up 1");
        assertThat(cache.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    // RFC 6298 §2.5: the limit of the RTO holds for a SYN-ACK too.
    @Test
    void theTimeoutGrowsToItsLimit() {
        PeerLimits noLimits = new PeerLimits(DefenceConfig.DEFAULT, new Counters(), 1);
        try (SynCache limited = new SynCache(4, 3, SECOND_NS, 2 * SECOND_NS, noLimits)) {
            limited.insert(0, MAPPED | 9, 0, MAPPED | 1, 1, 80, 5, 0, 0);
            SynCache.Expiry nothing =
                    new SynCache.Expiry() {
                        @Override
                        public void onRetransmit(int entry) {}

                        @Override
                        public void onGaveUp(int entry) {}
                    };
            StringBuilder times = new StringBuilder();
            while (limited.count() > 0) {
                long now = limited.nextDeadlineNs();
                limited.expire(now, 1, nothing);
                times.append(now / SECOND_NS).append(' ');
            }
            assertThat(times.toString()).isEqualTo("1 3 5 7 ");
        }
    }

    @Test
    void aLateCallDoesNotSendAgainInABurst() {
        insert(1, 0, 0);
        assertThat(cache.expire(100 * SECOND_NS, 10, expiry)).isEqualTo(1);
        assertThat(cache.nextDeadlineNs()).isEqualTo(102 * SECOND_NS);
    }

    @Test
    void expiryIsBounded() {
        for (int port = 1; port <= 4; port++) {
            insert(port, 0, 0);
        }
        assertThat(cache.expire(SECOND_NS, 3, expiry)).isEqualTo(3);
        assertThat(cache.nextDeadlineNs()).isEqualTo(SECOND_NS);
        assertThat(cache.expire(SECOND_NS, 3, expiry)).isEqualTo(1);
        assertThat(events).containsExactly("again 1", "again 2", "again 3", "again 4");
    }

    @Test
    void anEntryMayBeRemovedWhileItIsRetransmitted() {
        insert(1, 0, 0);
        insert(2, 0, 0);
        SynCache.Expiry removing =
                new SynCache.Expiry() {
                    @Override
                    public void onRetransmit(int entry) {
                        cache.remove(entry);
                    }

                    @Override
                    public void onGaveUp(int entry) {
                        throw new AssertionError();
                    }
                };
        assertThat(cache.expire(SECOND_NS, 10, removing)).isEqualTo(2);
        assertThat(cache.count()).isZero();
    }

    @Test
    void countsByListener() {
        insert(1, 0, 0);
        insert(2, 100, 0);
        insert(3, 100, 0);
        assertThat(cache.count(0)).isEqualTo(1);
        assertThat(cache.count(100)).isEqualTo(2);
        assertThat(cache.count(5000)).isZero();
        cache.removeAll(100);
        assertThat(cache.count(100)).isZero();
        assertThat(cache.count()).isEqualTo(1);
        assertThat(find(1)).isNotEqualTo(SynCache.NONE);
        assertThat(find(2)).isEqualTo(SynCache.NONE);
    }

    @Test
    void refusesLimitsThatCannotBe() {
        assertThatThrownBy(() -> cache(0, 3, 1)).hasMessageContaining("given 0");
        assertThatThrownBy(() -> cache(1, 17, 1)).hasMessageContaining("given 17");
        assertThatThrownBy(() -> cache(1, 3, 0)).hasMessageContaining("given 0 ns");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void agreesWithAMapOverRandomOperations(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        cache.close();
        cache = cache(200, 5, SECOND_NS);
        Map<Integer, long[]> model = new HashMap<>();
        long now = random.nextLong();
        for (int operation = 0; operation < 100_000; operation++) {
            int port = 1 + random.nextInt(400);
            int what = random.nextInt(100);
            if (what < 40) {
                if (find(port) == SynCache.NONE) {
                    int entry = insert(port, port % 7, now);
                    assertThat(entry == SynCache.NONE).isEqualTo(model.size() == 200);
                    if (entry != SynCache.NONE) {
                        model.put(port, new long[] {now + SECOND_NS, 0});
                    }
                }
            } else if (what < 60) {
                if (model.remove(port) != null) {
                    cache.remove(find(port));
                }
            } else if (what == 60 && random.nextInt(50) == 0) {
                int listener = random.nextInt(7);
                cache.removeAll(listener);
                model.keySet().removeIf(p -> p % 7 == listener);
            } else if (what > 90) {
                now += random.nextLong(SECOND_NS / 2);
                expireBoth(model, now);
            }
            assertThat(find(port) != SynCache.NONE).isEqualTo(model.containsKey(port));
            assertThat(cache.count()).as("seed %d", seed).isEqualTo(model.size());
            if (operation % 64 == 0) {
                long listener = port % 7;
                long expected = model.keySet().stream().filter(p -> p % 7 == listener).count();
                assertThat((long) cache.count((int) listener)).isEqualTo(expected);
            }
        }
    }

    private void expireBoth(Map<Integer, long[]> model, long now) {
        List<String> expected = new ArrayList<>();
        for (Map.Entry<Integer, long[]> entry : List.copyOf(model.entrySet())) {
            long[] value = entry.getValue();
            if (value[0] - now <= 0) {
                boolean isOver = value[1] == 5;
                expected.add((isOver ? "gave up " : "again ") + entry.getKey());
                value[1]++;
                value[0] = now + (SECOND_NS << value[1]);
                if (isOver) {
                    model.remove(entry.getKey());
                }
            }
        }
        events.clear();
        cache.expire(now, Integer.MAX_VALUE, expiry);
        assertThat(events).containsExactlyInAnyOrderElementsOf(expected);
    }
}
