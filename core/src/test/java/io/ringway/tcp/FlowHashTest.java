package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Set;

class FlowHashTest {
    private static final long MAPPED = 0x0000_ffff_0000_0000L;

    private final FlowHash hash = new FlowHash(0x0123456789abcdefL, 0xfedcba9876543210L);

    @Test
    void everyPartOfTheFlowCounts() {
        Set<Integer> seen = new HashSet<>();
        seen.add(hash.hash(1, 2, 3, 4, 5));
        seen.add(hash.hash(9, 2, 3, 4, 5));
        seen.add(hash.hash(1, 9, 3, 4, 5));
        seen.add(hash.hash(1, 2, 9, 4, 5));
        seen.add(hash.hash(1, 2, 3, 9, 5));
        seen.add(hash.hash(1, 2, 3, 4, 9));
        seen.add(hash.hash(2, 1, 3, 4, 5));
        seen.add(hash.hash(3, 4, 1, 2, 5));
        assertThat(seen).hasSize(8);
    }

    @Test
    void anotherSecretIsAnotherHash() {
        FlowHash other = new FlowHash(0x0123456789abcdeeL, 0xfedcba9876543210L);
        assertThat(other.hash(1, 2, 3, 4, 5)).isNotEqualTo(hash.hash(1, 2, 3, 4, 5));
    }

    @Test
    void eachBitChangesAboutHalfOfTheHash() {
        for (int bit = 0; bit < 32; bit++) {
            double byAddress = 0;
            double byPort = 0;
            for (int i = 0; i < 2000; i++) {
                long remote = MAPPED | (i * 0x01000193L & 0xffffffffL);
                int ports = (i << 16) | 443;
                int before = hash.hash(0, remote, 0, MAPPED | 1, ports);
                int changed = hash.hash(0, remote ^ (1L << bit), 0, MAPPED | 1, ports);
                byAddress += Integer.bitCount(before ^ changed);
                changed = hash.hash(0, remote, 0, MAPPED | 1, ports ^ (1 << bit));
                byPort += Integer.bitCount(before ^ changed);
            }
            assertThat(byAddress / 2000).as("address bit %d", bit).isBetween(15.0, 17.0);
            assertThat(byPort / 2000).as("port bit %d", bit).isBetween(15.0, 17.0);
        }
    }

    /**
     * Neighbouring addresses and ports, as real clients have, fill buckets as evenly as chance
     * would.
     */
    @Test
    void regularFlowsSpreadEvenly() {
        int buckets = 1 << 12;
        int[] low = new int[buckets];
        int[] high = new int[256];
        int flows = 1 << 18;
        for (int i = 0; i < flows; i++) {
            long remote = MAPPED | 0x0a000000 | (i >>> 8);
            int ports = FlowHash.ports(32768 + (i & 0xff), 80);
            int value = hash.hash(0, remote, 0, MAPPED | 0x0a000001, ports);
            low[value & (buckets - 1)]++;
            high[value >>> 24]++;
        }
        assertThat(chiSquare(low, flows)).isBetween(buckets * 0.9, buckets * 1.1);
        assertThat(chiSquare(high, flows)).isBetween(150.0, 370.0);
    }

    private static double chiSquare(int[] counts, int total) {
        double expected = (double) total / counts.length;
        double sum = 0;
        for (int count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }
}
