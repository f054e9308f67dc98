package io.ringway;

import io.ringway.steering.IndirectionTable;
import io.ringway.steering.Toeplitz;

import java.util.List;

/**
 * How many lanes a stack has, and how flows are dealt to them.
 *
 * @param count lanes, 1 to 64; each has a thread of its own
 * @param cores the core that each lane's thread is pinned to; empty pins none
 * @param buckets of the indirection table, a power of two from 128 to 32,768: what moves from lane
 *     to lane is a bucket
 * @param hash of the flows; the symmetric one unless a network card's is to be met
 * @param isUdpByPort whether datagrams go to the lane of their local port alone, whoever sends them
 * @param ringFrames frames that may be under way from one lane to another
 * @param isBalanced whether buckets move by themselves from lanes with much to do to those with
 *     little
 */
public record LanesConfig(
        int count,
        List<Integer> cores,
        int buckets,
        Toeplitz hash,
        boolean isUdpByPort,
        int ringFrames,
        boolean isBalanced) {
    private static final int MOST = 64;

    /** One lane, which shares nothing because there is nobody. */
    public static final LanesConfig ONE =
            new LanesConfig(
                    1,
                    List.of(),
                    IndirectionTable.DEFAULT_BUCKETS,
                    Toeplitz.symmetric(),
                    false,
                    4096,
                    false);

    public LanesConfig {
        cores = List.copyOf(cores);
        check(count >= 1 && count <= MOST, "lanes", "1 to " + MOST, count);
        check(
                Integer.bitCount(buckets) == 1
                        && buckets >= IndirectionTable.DEFAULT_BUCKETS
                        && buckets <= 1 << 15,
                "buckets",
                "a power of two from 128 to 32768",
                buckets);
        check(ringFrames >= 64 && ringFrames <= 1 << 20, "ringFrames", "64 to 1048576", ringFrames);
        if (!cores.isEmpty() && cores.size() != count) {
            throw new IllegalArgumentException(
                    "cores names a core for each lane or none: expected "
                            + count
                            + ", given "
                            + cores);
        }
    }

    private static void check(boolean isRight, String name, String expected, long given) {
        if (!isRight) {
            throw new IllegalArgumentException(name + " must be " + expected + "; given " + given);
        }
    }

    /** The same with as many lanes, pinned to no cores. */
    public LanesConfig withCount(int value) {
        return new LanesConfig(
                value, List.of(), buckets, hash, isUdpByPort, ringFrames, isBalanced);
    }

    /** As many lanes as cores, each pinned to its own. */
    public LanesConfig withCores(List<Integer> value) {
        return new LanesConfig(
                value.size(), value, buckets, hash, isUdpByPort, ringFrames, isBalanced);
    }

    public LanesConfig withBuckets(int value) {
        return new LanesConfig(count, cores, value, hash, isUdpByPort, ringFrames, isBalanced);
    }

    public LanesConfig withHash(Toeplitz value) {
        return new LanesConfig(count, cores, buckets, value, isUdpByPort, ringFrames, isBalanced);
    }

    public LanesConfig withUdpByPort(boolean value) {
        return new LanesConfig(count, cores, buckets, hash, value, ringFrames, isBalanced);
    }

    public LanesConfig withRingFrames(int value) {
        return new LanesConfig(count, cores, buckets, hash, isUdpByPort, value, isBalanced);
    }

    public LanesConfig withBalanced(boolean value) {
        return new LanesConfig(count, cores, buckets, hash, isUdpByPort, ringFrames, value);
    }
}
