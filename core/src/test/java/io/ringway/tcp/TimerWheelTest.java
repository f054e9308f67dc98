package io.ringway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class TimerWheelTest {
    private static final int FAR = 1 << 30;

    private TimerWheel wheel = new TimerWheel(0);

    /** Keeps the deadlines, as a TCB does, and arms again what was told early. */
    private final class Owner implements TimerWheel.Expiry {
        final int[] deadlines = new int[100_000];
        final int[] told = new int[100_000];
        final BitSet fired = new BitSet();
        int now;

        void arm(int entry, int deadline) {
            deadlines[entry] = deadline;
            told[entry] = 0;
            wheel.arm(entry, deadline);
        }

        @Override
        public void onExpired(int entry) {
            assertThat(wheel.isArmed(entry)).isFalse();
            told[entry]++;
            if (deadlines[entry] - now > 0) {
                wheel.arm(entry, deadlines[entry]);
            } else {
                fired.set(entry);
            }
        }

        BitSet expire(int nowTick) {
            now = nowTick;
            fired.clear();
            wheel.expire(nowTick, Integer.MAX_VALUE, this);
            return fired;
        }
    }

    private final Owner owner = new Owner();

    @AfterEach
    void close() {
        wheel.close();
    }

    @Test
    void tellsAtTheDeadlineAndNotBefore() {
        for (int distance : new int[] {1, 63, 64, 65, 4095, 4096, 300_000, 20_000_000, FAR}) {
            int begin = owner.now;
            owner.arm(7, begin + distance);
            assertThat(owner.expire(begin + distance - 1).get(7)).as("%d", distance).isFalse();
            assertThat(owner.expire(begin + distance).get(7)).as("%d", distance).isTrue();
            assertThat(wheel.isEmpty()).isTrue();
        }
    }

    @Test
    void aDeadlineInThePastIsDueAtTheNextCall() {
        owner.expire(100);
        owner.arm(1, 100);
        owner.arm(2, 50);
        assertThat(wheel.nextTick(100)).isEqualTo(100);
        assertThat(owner.expire(100).cardinality()).isEqualTo(2);
    }

    @Test
    void whatACallbackArmsForNowIsDueATickLater() {
        int[] calls = new int[1];
        TimerWheel.Expiry again =
                entry -> {
                    calls[0]++;
                    wheel.arm(entry, 10);
                };
        wheel.arm(3, 10);
        assertThat(wheel.expire(10, 1000, again)).isEqualTo(1);
        assertThat(wheel.expire(10, 1000, again)).isZero();
        assertThat(wheel.nextTick(10)).isEqualTo(11);
        assertThat(wheel.expire(11, 1000, again)).isEqualTo(1);
        assertThat(calls[0]).isEqualTo(2);
    }

    /**
     * A lane may start at any reading of the clock, and sleep for any time while nothing is armed.
     */
    @ParameterizedTest
    @ValueSource(ints = {5, 0x7fffffff, 0x80000000, 0x80000005, 0xc0000000, -1})
    void anEmptyWheelTakesTheTimeAsItComes(int now) {
        owner.arm(1, now + 200);
        owner.arm(2, now + 40);
        owner.arm(3, now + 70_000);
        assertThat(owner.expire(now).isEmpty()).isTrue();
        assertThat(owner.expire(now + 39).isEmpty()).isTrue();
        assertThat(owner.expire(now + 40).get(2)).isTrue();
        assertThat(owner.expire(now + 199).isEmpty()).isTrue();
        assertThat(owner.expire(now + 200).get(1)).isTrue();
        assertThat(owner.expire(now + 69_999).isEmpty()).isTrue();
        assertThat(owner.expire(now + 70_000).get(3)).isTrue();
    }

    @Test
    void theLimitLeavesTheRestDue() {
        for (int entry = 0; entry < 10; entry++) {
            owner.arm(entry, 70);
        }
        owner.now = 70;
        int calls = 0;
        while (owner.fired.cardinality() < 10) {
            assertThat(wheel.nextTick(70)).isLessThanOrEqualTo(70);
            assertThat(wheel.expire(70, 3, owner)).isBetween(1, 3);
            calls++;
        }
        assertThat(calls).isBetween(4, 8);
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void whatIsDueCanBeDisarmed() {
        for (int entry = 0; entry < 10; entry++) {
            owner.arm(entry, 5);
        }
        owner.now = 5;
        wheel.expire(5, 1, owner);
        for (int entry = 0; entry < 10; entry++) {
            if (wheel.isArmed(entry)) {
                wheel.disarm(entry);
            }
        }
        assertThat(wheel.isEmpty()).isTrue();
        assertThat(wheel.expire(1000, 100, owner)).isZero();
    }

    @Test
    void disarmingTheLastOfASlotLeavesNothingToWakeUpFor() {
        owner.arm(1, 100_000);
        wheel.disarm(1);
        assertThat(wheel.isArmed(1)).isFalse();
        assertThat(wheel.nextTick(0)).isEqualTo(TimerWheel.HORIZON);
    }

    @Test
    void growsWithTheEntries() {
        owner.arm(5, 1000);
        owner.arm(90_000, 1000);
        owner.arm(70_000, 1001);
        assertThat(wheel.isArmed(89_999)).isFalse();
        assertThat(wheel.isArmed(10_000_000)).isFalse();
        assertThat(owner.expire(1000).cardinality()).isEqualTo(2);
        assertThat(owner.expire(1001).get(70_000)).isTrue();
    }

    @Test
    void theFarthestDeadlineIsReachedInFewSteps() {
        owner.arm(1, TimerWheel.HORIZON);
        int now = 0;
        int steps = 0;
        while (!owner.expire(now).get(1)) {
            now = wheel.nextTick(now);
            steps++;
        }
        assertThat(now).isEqualTo(TimerWheel.HORIZON);
        assertThat(steps).isLessThanOrEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithASortedMapOverRandomOperations(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int entries = 2000;
        long now = random.nextLong(1L << 33) - 5000;
        wheel.close();
        wheel = new TimerWheel((int) now);
        long[] deadlines = new long[entries];
        Arrays.fill(deadlines, Long.MIN_VALUE);
        TreeMap<Long, Integer> model = new TreeMap<>();
        for (int operation = 0; operation < 250_000; operation++) {
            int entry = random.nextInt(entries);
            int what = random.nextInt(10);
            if (what < 8) {
                assertThat(wheel.isArmed(entry)).isEqualTo(deadlines[entry] != Long.MIN_VALUE);
                if (deadlines[entry] != Long.MIN_VALUE) {
                    wheel.disarm(entry);
                    model.remove(key(deadlines[entry], entry));
                    deadlines[entry] = Long.MIN_VALUE;
                } else {
                    deadlines[entry] = now + distance(random);
                    owner.arm(entry, (int) deadlines[entry]);
                    model.put(key(deadlines[entry], entry), entry);
                }
                continue;
            }
            now = jump(random, now, model);
            BitSet fired = owner.expire((int) now);
            BitSet expected = new BitSet();
            while (!model.isEmpty() && model.firstKey() < key(now + 1, 0)) {
                int due = model.pollFirstEntry().getValue();
                expected.set(due);
                deadlines[due] = Long.MIN_VALUE;
                assertThat(owner.told[due]).isLessThanOrEqualTo(6);
            }
            assertThat(fired).as("seed %d, operation %d", seed, operation).isEqualTo(expected);
            assertThat(wheel.count()).isEqualTo(model.size());
            if (!model.isEmpty()) {
                long earliest = model.firstKey() >> 12;
                int next = wheel.nextTick((int) now);
                assertThat(next - (int) now).isPositive();
                assertThat((int) earliest - next).as("never late").isNotNegative();
            }
        }
    }

    private static long key(long tick, int entry) {
        return (tick << 12) | entry;
    }

    private static long distance(RandomGenerator random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong(70);
            case 1, 2 -> random.nextLong(1000);
            case 3 -> random.nextLong(100_000);
            case 4 -> random.nextLong(100_000_000);
            default -> random.nextLong(TimerWheel.HORIZON);
        };
    }

    private long jump(RandomGenerator random, long now, SortedMap<Long, Integer> model) {
        return switch (random.nextInt(8)) {
            case 0 -> now;
            case 1, 2 -> now + 1;
            case 3 -> now + random.nextLong(200);
            case 4 -> now + random.nextLong(10_000);
            case 5 -> now + (random.nextInt(50) == 0 ? random.nextLong(FAR) : 0);
            case 6 -> now + (wheel.nextTick((int) now) - (int) now) % FAR;
            default -> model.isEmpty() ? now : Math.max(now, (model.firstKey() >> 12) - 1);
        };
    }
}
