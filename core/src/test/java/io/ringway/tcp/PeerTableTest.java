package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The counts by peer: right under every order of coming and going, and never more than its size.
 */
class PeerTableTest {
    @Test
    void countsAsAMapDoes() {
        SplittableRandom random = new SplittableRandom(5);
        PeerTable table = new PeerTable(64, 9);
        Map<String, Integer> expected = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            long peer = PeerTable.peer(0, 1 + random.nextInt(64));
            int kind = random.nextInt(3);
            String key = kind + "/" + peer;
            if (random.nextInt(100) < 48 + 5 * (i / 40_000 % 2)) {
                assertThat(table.add(kind, peer)).isTrue();
                expected.merge(key, 1, Integer::sum);
            } else if (expected.getOrDefault(key, 0) > 0) {
                table.remove(kind, peer);
                expected.merge(key, -1, Integer::sum);
            }
            assertThat(table.get(kind, peer)).isEqualTo(expected.getOrDefault(key, 0));
        }
        long peers =
                expected.entrySet().stream()
                        .filter(entry -> entry.getValue() > 0)
                        .map(entry -> entry.getKey().substring(2))
                        .distinct()
                        .count();
        assertThat(table.size()).isEqualTo((int) peers);
    }

    @Test
    void aPeerMoreThanItHoldsIsNotCounted() {
        PeerTable table = new PeerTable(100, 9);
        for (int peer = 1; peer <= 100; peer++) {
            assertThat(table.add(PeerTable.HALF_OPEN, peer)).isTrue();
        }
        assertThat(table.add(PeerTable.HALF_OPEN, 101)).isFalse();
        assertThat(table.get(PeerTable.HALF_OPEN, 101)).isZero();
        table.remove(PeerTable.HALF_OPEN, 101);
        table.remove(PeerTable.HALF_OPEN, 50);
        assertThat(table.add(PeerTable.CONNECTIONS, 101)).isTrue();
        assertThat(table.get(PeerTable.CONNECTIONS, 101)).isEqualTo(1);
    }

    @Test
    void anIpv6NetworkIsOnePeer() {
        assertThat(PeerTable.peer(0x2001_0002_0000_0001L, 1))
                .isEqualTo(PeerTable.peer(0x2001_0002_0000_0001L, 2))
                .isNotEqualTo(PeerTable.peer(0x2001_0002_0000_0002L, 1));
        assertThat(PeerTable.peer(0, TcpEnd.ipv4(1)))
                .isNotEqualTo(PeerTable.peer(0, TcpEnd.ipv4(2)));
    }
}
