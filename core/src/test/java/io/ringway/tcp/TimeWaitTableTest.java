package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class TimeWaitTableTest {
    private static final long MAPPED = 0x0000_ffff_0000_0000L;
    private static final long WAIT_NS = 60_000_000_000L;

    private TimeWaitTable table = new TimeWaitTable(4, WAIT_NS);

    @AfterEach
    void close() {
        table.close();
    }

    private int insert(int remotePort, long nowNs) {
        return table.insert(0, MAPPED | 9, 0, MAPPED | 1, remotePort, 80, 5, nowNs);
    }

    private int find(int remotePort) {
        return table.find(0, MAPPED | 9, 0, MAPPED | 1, remotePort, 80, 5);
    }

    @Test
    void anIpv4EntryKeepsWhatIsPutIntoIt() {
        check(0, MAPPED | 0xfedcba98L, 0, MAPPED | 0x80000001L);
    }

    @Test
    void anIpv6EntryKeepsWhatIsPutIntoIt() {
        check(0x20010db8_00000000L, -1, 0x20010db8_00000001L, 2);
        check(0, 1, 0, 1);
        check(0, MAPPED | 1, 7, MAPPED | 1);
        check(0, MAPPED | 1, 0, 1);
    }

    private void check(long remoteHigh, long remoteLow, long localHigh, long localLow) {
        int entry = table.insert(remoteHigh, remoteLow, localHigh, localLow, 65_535, 1, -7, 100);
        TimeWaitEntry wait = table.at(entry);
        assertThat(wait.hasTimestamps()).isFalse();
        wait.sndNxt(-1).rcvNxt(-2).window(1 << 30, 14).timestamps(-3, -4, -5);
        assertThat(wait.remoteHigh()).isEqualTo(remoteHigh);
        assertThat(wait.remoteLow()).isEqualTo(remoteLow);
        assertThat(wait.localHigh()).isEqualTo(localHigh);
        assertThat(wait.localLow()).isEqualTo(localLow);
        assertThat(wait.remotePort()).isEqualTo(65_535);
        assertThat(wait.localPort()).isEqualTo(1);
        assertThat(wait.hash()).isEqualTo(-7);
        assertThat(wait.sndNxt()).isEqualTo(-1);
        assertThat(wait.rcvNxt()).isEqualTo(-2);
        assertThat(wait.rcvWnd()).isEqualTo(1 << 30);
        assertThat(wait.ownShift()).isEqualTo(14);
        assertThat(wait.hasTimestamps()).isTrue();
        assertThat(wait.tsRecent()).isEqualTo(-3);
        assertThat(wait.tsRecentAge()).isEqualTo(-4);
        assertThat(wait.timestampOffset()).isEqualTo(-5);
        assertThat(wait.deadlineNs()).isEqualTo(100 + WAIT_NS);
        assertThat(table.find(remoteHigh, remoteLow, localHigh, localLow, 65_535, 1, -7))
                .isEqualTo(entry);
        // The addresses with the same fold are not taken for these.
        assertThat(table.find(remoteLow, remoteHigh, localHigh, localLow, 65_535, 1, -7))
                .isEqualTo(TimeWaitTable.NONE);
    }

    @Test
    void expiresInOrder() {
        insert(1, 0);
        insert(2, 10);
        assertThat(table.nextDeadlineNs()).isEqualTo(WAIT_NS);
        assertThat(table.expire(WAIT_NS - 1, 10)).isZero();
        assertThat(table.expire(WAIT_NS, 10)).isEqualTo(1);
        assertThat(find(1)).isEqualTo(TimeWaitTable.NONE);
        assertThat(table.nextDeadlineNs()).isEqualTo(WAIT_NS + 10);
        assertThat(table.expire(WAIT_NS + 10, 10)).isEqualTo(1);
        assertThat(table.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void expiryIsBounded() {
        for (int port = 1; port <= 4; port++) {
            insert(port, 0);
        }
        assertThat(table.expire(WAIT_NS, 3)).isEqualTo(3);
        assertThat(table.expire(WAIT_NS, 3)).isEqualTo(1);
    }

    /** RFC 9293 §3.10.7.4, eighth step: a FIN in TIME-WAIT restarts the 2 MSL time-out. */
    @Test
    void aFinThatComesAgainRestartsTheTime() {
        insert(1, 0);
        insert(2, 10);
        table.restart(find(1), 20);
        assertThat(table.nextDeadlineNs()).isEqualTo(WAIT_NS + 10);
        assertThat(table.expire(WAIT_NS + 19, 10)).isEqualTo(1);
        assertThat(find(1)).isNotEqualTo(TimeWaitTable.NONE);
        assertThat(table.expire(WAIT_NS + 20, 10)).isEqualTo(1);
    }

    @Test
    void aNewEntryTakesThePlaceOfTheOldestWhenFull() {
        for (int port = 1; port <= 4; port++) {
            assertThat(table.isFull()).isFalse();
            insert(port, port);
        }
        assertThat(table.isFull()).isTrue();
        insert(5, 5);
        assertThat(find(1)).isEqualTo(TimeWaitTable.NONE);
        assertThat(find(5)).isNotEqualTo(TimeWaitTable.NONE);
        assertThat(table.count()).isEqualTo(4);
    }

    @Test
    void aReusedEntryHasNothingOfTheFormerOne() {
        int entry = insert(1, 0);
        table.at(entry).timestamps(1, 2, 3).sndNxt(4).window(5, 6);
        table.remove(entry);
        entry = insert(2, 0);
        assertThat(table.at(entry).hasTimestamps()).isFalse();
        assertThat(table.at(entry).tsRecent()).isZero();
        assertThat(table.at(entry).sndNxt()).isZero();
        assertThat(table.at(entry).rcvWnd()).isZero();
        assertThat(table.at(entry).ownShift()).isZero();
    }

    @Test
    void refusesLimitsThatCannotBe() {
        assertThatThrownBy(() -> new TimeWaitTable(0, 1)).hasMessageContaining("given 0");
        assertThatThrownBy(() -> new TimeWaitTable(1, -1)).hasMessageContaining("given -1");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void agreesWithAMapOverRandomOperations(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        table.close();
        table = new TimeWaitTable(300, WAIT_NS);
        Map<Integer, Long> model = new LinkedHashMap<>();
        long now = random.nextLong();
        for (int operation = 0; operation < 200_000; operation++) {
            int key = 1 + random.nextInt(600);
            boolean isWide = key % 3 == 0;
            long high = isWide ? 0x20010db8_00000000L : 0;
            long remote = isWide ? key % 5 : MAPPED | key % 5;
            int hash = key % 40;
            int entry = table.find(high, remote, high, MAPPED | 1, key, 80, hash);
            assertThat(entry != TimeWaitTable.NONE).isEqualTo(model.containsKey(key));
            int what = random.nextInt(10);
            if (entry == TimeWaitTable.NONE && what < 6) {
                if (table.isFull()) {
                    model.remove(model.keySet().iterator().next());
                }
                entry = table.insert(high, remote, high, MAPPED | 1, key, 80, hash, now);
                table.at(entry).sndNxt(key);
                model.put(key, now + WAIT_NS);
            } else if (entry != TimeWaitTable.NONE) {
                assertThat(table.at(entry).sndNxt()).isEqualTo(key);
                model.remove(key);
                if (what < 3) {
                    table.remove(entry);
                } else {
                    table.restart(entry, now);
                    model.put(key, now + WAIT_NS);
                }
            }
            if (what == 9) {
                now += random.nextLong(WAIT_NS / 20);
                long until = now;
                int before = model.size();
                model.values().removeIf(deadline -> deadline - until <= 0);
                assertThat(table.expire(now, 1000)).isEqualTo(before - model.size());
            }
            assertThat(table.count()).as("seed %d", seed).isEqualTo(model.size());
            long next = model.isEmpty() ? Long.MAX_VALUE : model.values().iterator().next();
            assertThat(table.nextDeadlineNs()).isEqualTo(next);
        }
    }
}
