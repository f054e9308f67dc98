package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class ConnectionTableTest {
    private final int[] hashes = new int[1 << 20];

    private ConnectionTable table(int capacity) {
        return new ConnectionTable(capacity, value -> hashes[value]);
    }

    private void insert(ConnectionTable table, int hash, int value) {
        hashes[value] = hash;
        table.insert(hash, value);
    }

    private static List<Integer> candidates(ConnectionTable table, int hash) {
        List<Integer> values = new ArrayList<>();
        for (int at = table.first(hash); at != ConnectionTable.NONE; at = table.next(hash, at)) {
            values.add(table.value(at));
        }
        return values;
    }

    @Test
    void findsWhatWasInserted() {
        try (ConnectionTable table = table(10)) {
            insert(table, 0x12345678, 7);
            assertThat(candidates(table, 0x12345678)).containsExactly(7);
            assertThat(candidates(table, 0x22345678)).isEmpty();
            assertThat(table.size()).isEqualTo(1);
        }
    }

    @Test
    void removesAndReplaces() {
        try (ConnectionTable table = table(10)) {
            insert(table, 5, 1);
            insert(table, 5, 2);
            assertThat(table.replace(5, 1, 3)).isTrue();
            assertThat(table.replace(5, 1, 3)).isFalse();
            assertThat(table.remove(5, 2)).isTrue();
            assertThat(table.remove(5, 2)).isFalse();
            assertThat(candidates(table, 5)).containsExactly(3);
        }
    }

    @Test
    void theSameValueMayBeThereTwice() {
        try (ConnectionTable table = table(10)) {
            insert(table, 5, 1);
            insert(table, 5, 1);
            assertThat(table.remove(5, 1)).isTrue();
            assertThat(candidates(table, 5)).containsExactly(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 0x0000_0001, 0x7f00_0000})
    void equalHashesOnlyCostTime(int hash) {
        try (ConnectionTable table = table(16)) {
            int count = 1000;
            for (int value = 0; value < count; value++) {
                insert(table, hash, value);
            }
            assertThat(candidates(table, hash)).hasSize(count).doesNotHaveDuplicates();
            for (int value = 0; value < count; value += 2) {
                assertThat(table.remove(hash, value)).isTrue();
            }
            assertThat(candidates(table, hash))
                    .hasSize(count / 2)
                    .allMatch(value -> value % 2 == 1);
            for (int value = 1; value < count; value += 2) {
                assertThat(table.remove(hash, value)).isTrue();
            }
            assertThat(table.first(hash)).isEqualTo(ConnectionTable.NONE);
        }
    }

    @Test
    void allBucketsOverflowingStillEndsALookUp() {
        try (ConnectionTable table = table(0)) {
            // Two buckets of twelve: at most 19 before it grows, all with one home, so that both
            // are passed over.
            for (int value = 0; value < 19; value++) {
                insert(table, 0x55000000, value);
            }
            assertThat(candidates(table, 0x55000000)).hasSize(19);
            assertThat(candidates(table, 0x66000000)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 32, 0", "2, 32, 100000", "3, 8, 0", "4, 12, 50", "5, 20, 0", "6, 3, 0"})
    void agreesWithAMapOverRandomOperations(long seed, int hashBits, int capacity) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int values = hashBits < 10 ? 400 : 60_000;
        Map<Integer, List<Integer>> model = new HashMap<>();
        boolean[] present = new boolean[values];
        int size = 0;
        try (ConnectionTable table = table(capacity)) {
            int operations = hashBits < 10 ? 10_000 : 200_000;
            for (int operation = 0; operation < operations; operation++) {
                // Fill up, then hover, then empty.
                int wave = operation / (operations / 10) % 5;
                int value = random.nextInt(values);
                boolean isInsert = random.nextInt(10) < (wave < 2 ? 8 : wave < 4 ? 5 : 2);
                if (isInsert && !present[value]) {
                    insert(table, hash(random, hashBits), value);
                    model.computeIfAbsent(hashes[value], h -> new ArrayList<>()).add(value);
                    present[value] = true;
                    size++;
                } else if (!isInsert && present[value]) {
                    assertThat(table.remove(hashes[value], value)).isTrue();
                    model.get(hashes[value]).removeIf(v -> v == value);
                    present[value] = false;
                    size--;
                }
                check(table, model, hashes[random.nextInt(values)], present, seed);
                assertThat(table.size()).isEqualTo(size);
            }
            for (int value = 0; value < values; value++) {
                if (present[value]) {
                    assertThat(candidates(table, hashes[value])).contains(value);
                    assertThat(table.remove(hashes[value], value)).isTrue();
                }
            }
            assertThat(table.size()).isZero();
        }
    }

    private void check(
            ConnectionTable table,
            Map<Integer, List<Integer>> model,
            int hash,
            boolean[] present,
            long seed) {
        List<Integer> found = candidates(table, hash);
        List<Integer> expected = model.getOrDefault(hash, List.of());
        assertThat(found.stream().allMatch(value -> present[value])).as("seed %d", seed).isTrue();
        found.removeIf(value -> hashes[value] != hash);
        found.sort(null);
        assertThat(found).as("seed %d", seed).isEqualTo(expected.stream().sorted().toList());
    }

    private static int hash(RandomGenerator random, int bits) {
        int hash = random.nextInt() >>> (32 - bits);
        // Few hashes, but with all their bits in use.
        return bits == 32 ? hash : hash * 0x9e3779b9;
    }

    @Test
    void tagsKeepOthersAway() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
        try (ConnectionTable table = table(500_000)) {
            for (int value = 0; value < 500_000; value++) {
                insert(table, random.nextInt(), value);
            }
            int strangers = 0;
            int overflow = 0;
            for (int value = 0; value < 500_000; value++) {
                int at = table.first(hashes[value]);
                while (table.value(at) != value) {
                    strangers++;
                    at = table.next(hashes[value], at);
                }
                overflow += (at >>> 4) == (hashes[value] & 65535) ? 0 : 1;
            }
            assertThat(strangers).isLessThan(500_000 / 20);
            assertThat(overflow).isLessThan(500_000 / 10);
        }
    }

    @Test
    void touchingIsHarmlessAtAnyTime() {
        try (ConnectionTable table = table(0)) {
            int sum = 0;
            for (int value = 0; value < 1000; value++) {
                insert(table, value * 0x9e3779b9, value);
                sum |= table.touch(value * 0x9e3779b9);
            }
            assertThat(sum).isNotZero();
        }
    }

    @Test
    void refusesACapacityThatCannotBe() {
        assertThatThrownBy(() -> table(-1)).hasMessageContaining("given -1");
    }
}
