package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.memory.FramePool;
import io.ringway.memory.Octets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.BitSet;
import java.util.Random;

/** Out-of-order segments against a model that has a bit for each octet; RFC 2018 §4 and §8. */
class ReassemblyTest {
    private static final int FRAMES = 8192;

    private final FramePool frames = new FramePool(FRAMES, 8);
    private final Reassembly reassembly = new Reassembly(frames, 7);
    private final SackBlocks blocks = new SackBlocks(reassembly);
    private final Flight flight = new Flight(0, new NewReno(), 1);

    ReassemblyTest() {
        flight.reset(0, 0);
    }

    @AfterEach
    void everyFrameIsHome() {
        reassembly.clear(flight);
        assertThat(frames.isFull()).isTrue();
        frames.close();
    }

    private boolean insert(int seq, int length, boolean isLarge) {
        int frame = isLarge ? frames.allocateLarge() : frames.allocate();
        frames.length(frame, length);
        for (int i = 0; i < length; i++) {
            Octets.put8(frames.memory(), frames.data(frame) + i, value(seq + i));
        }
        return reassembly.insert(flight, frame, seq, length);
    }

    private static int value(int seq) {
        return (seq * 31 ^ seq >>> 8) & 0xff;
    }

    /** Random segments around a base that may wrap, taken as the holes are filled. */
    @Test
    void everyOctetComesOutOnceAndInOrder() {
        for (int seed = 0; seed < 300; seed++) {
            play(new Random(seed));
        }
    }

    private void play(Random random) {
        int base = random.nextInt(3) == 0 ? -5000 : random.nextInt();
        int span = 1 + random.nextInt(20_000);
        BitSet held = new BitSet();
        int next = 0;
        while (next < span) {
            int at = next + random.nextInt(Math.min(span - next, 4000));
            int most = random.nextInt(10) == 0 ? 1400 : 1 + random.nextInt(200);
            int length = Math.min(1 + random.nextInt(most), span - at);
            boolean isNew = held.nextClearBit(at) < at + length;
            if (at == next) {
                next = held.nextClearBit(at + length);
                held.clear(0, next);
                takeUpTo(base, at + length, next);
            } else {
                boolean isLarge = frames.freeLargeCount() > 0 && random.nextInt(20) == 0;
                assertThat(insert(base + at, length, isLarge)).isEqualTo(isNew);
                held.set(at, at + length);
            }
            assertThat(flight.outOfOrderOctets).isEqualTo(held.cardinality());
            checkRuns(base, held);
        }
        assertThat(flight.outOfOrderFrames).isZero();
    }

    private void takeUpTo(int base, int from, int next) {
        int at = base + from;
        int frame = reassembly.takeNext(flight, at);
        while (frame != FramePool.NONE) {
            for (int i = 0; i < frames.length(frame); i++) {
                int octet = Octets.u8(frames.memory(), frames.data(frame) + i);
                assertThat(octet).isEqualTo(value(at + i));
            }
            at += frames.length(frame);
            int following = frames.next(frame);
            frames.release(frame);
            frame = following;
        }
        assertThat(at).isEqualTo(base + next);
    }

    private void checkRuns(int base, BitSet held) {
        int from = held.nextSetBit(0);
        int run = reassembly.next(flight, FramePool.NONE, 0);
        int counted = 0;
        while (from >= 0) {
            int to = held.nextClearBit(from);
            assertThat(run).isNotEqualTo(FramePool.NONE);
            assertThat(reassembly.seqOf(run) - base).isEqualTo(from);
            assertThat(reassembly.endOf(run) - base).isEqualTo(to);
            int octets = 0;
            for (int frame = run; frame != FramePool.NONE; frame = frames.next(frame)) {
                counted++;
                octets += frames.length(frame);
            }
            assertThat(octets).isEqualTo(to - from);
            from = held.nextSetBit(to);
            run = reassembly.next(flight, run, 0);
        }
        assertThat(run).isEqualTo(FramePool.NONE);
        assertThat(flight.outOfOrderFrames).isEqualTo(counted);
    }

    /** A hole behind every octet: each look-up touches few of thousands of runs. */
    @Test
    void manyHolesAreFoundInFewSteps() {
        int holes = FRAMES - 2;
        Random random = new Random(1);
        int[] order = random.ints(0, holes).distinct().limit(holes).toArray();
        for (int at : order) {
            insert(2 * at + 1, 1, false);
        }
        assertThat(flight.outOfOrderFrames).isEqualTo(holes);
        // What a search walks on each level is a few runs, if the levels thin out by four.
        for (int level = 0; level < Reassembly.LEVELS; level++) {
            int count = 0;
            int run = reassembly.next(flight, FramePool.NONE, level);
            while (run != FramePool.NONE) {
                count++;
                run = reassembly.next(flight, run, level);
            }
            double expected = (double) holes / (1 << (2 * level));
            assertThat((double) count).isBetween(0.5 * expected, 1.9 * expected);
        }
        assertThat(blocks.choose(flight, SackBlocks.MAX)).isEqualTo(SackBlocks.MAX);
    }

    /** Runs that the search of a skip list looks at on its way to {@code seq}. */
    private int steps(int seq) {
        int steps = 0;
        int run = FramePool.NONE;
        for (int level = Reassembly.LEVELS - 1; level >= 0; level--) {
            int at = reassembly.next(flight, run, level);
            steps++;
            while (at != FramePool.NONE && reassembly.seqOf(at) - seq <= 0) {
                run = at;
                at = reassembly.next(flight, run, level);
                steps++;
            }
        }
        return steps;
    }

    /** "SegmentSmack": whatever the order, no segment costs more than some dozens of steps. */
    @Test
    void noOrderOfHolesMakesLookUpsLong() {
        int holes = FRAMES - 2;
        for (int order = 0; order < 3; order++) {
            Random random = new Random(order);
            long all = 0;
            int most = 0;
            for (int i = 0; i < holes; i++) {
                int at =
                        switch (order) {
                            case 0 -> i;
                            case 1 -> holes - 1 - i;
                            default -> (i & 1) == 0 ? i / 2 : holes - 1 - i / 2;
                        };
                insert(2 * at + 1, 1, false);
                int steps = steps(2 * random.nextInt(holes));
                all += steps;
                most = Math.max(most, steps);
            }
            // A walk would take some two thousand on average.
            assertThat(all / holes).isLessThan(60);
            assertThat(most).isLessThan(250);
            reassembly.clear(flight);
        }
    }

    @Test
    void neighboursShareFrames() {
        for (int i = 0; i < 1000; i++) {
            insert(10 + i, 1, false);
        }
        assertThat(flight.outOfOrderFrames).isEqualTo(1);
        insert(1010, 600, false);
        assertThat(flight.outOfOrderFrames).isEqualTo(2);
        assertThat(blocks.choose(flight, 3)).isEqualTo(1);
        assertThat(blocks.start(0)).isEqualTo(10);
        assertThat(blocks.end(0)).isEqualTo(1610);
    }

    // RFC 2018 §8: what is given up is what is needed last.
    @Test
    void renegingGivesUpTheLastRun() {
        insert(100, 10, false);
        insert(300, 10, false);
        insert(200, 10, false);
        assertThat(reassembly.renege(flight)).isEqualTo(1);
        assertThat(blocks.choose(flight, SackBlocks.MAX)).isEqualTo(2);
        assertThat(reassembly.renege(flight)).isEqualTo(1);
        assertThat(blocks.choose(flight, SackBlocks.MAX)).isEqualTo(1);
        assertThat(blocks.start(0)).isEqualTo(100);
        assertThat(reassembly.renege(flight)).isEqualTo(1);
        assertThat(reassembly.renege(flight)).isZero();
    }
}
