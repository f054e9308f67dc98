package io.ringway.linux.differential;

import io.ringway.port.ImpairmentConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What a seed makes of a run: how bad the path is, and what is said on each of its connections.
 * Each ending has one outcome, however late the segments come.
 */
record Exchange(long seed, ImpairmentConfig path, List<Plan> plans) {
    private static final int MOST_PLANS = 10;
    private static final int FIRST_PORT = 3_000;

    /** How a connection ends, told of its two sides, the one that ends it and the other. */
    enum Ending {
        /** One says all and shuts down; the other hears it out, answers, and closes. */
        HALF_CLOSE,
        /** Both say all, shut down, and hear the other out. */
        BOTH_CLOSE,
        /** Piece by piece by turns; then one shuts down. */
        BY_TURNS,
        /** Both hear each other out, and one aborts. */
        RESET,
        /** One closes while it has something unread, which the other learns by a reset. */
        CLOSE_UNREAD,
        /** One says all and closes; the other goes on talking until it is reset. */
        TALK_ON,
        /** Nobody listens. */
        REFUSED
    }

    /**
     * One connection.
     *
     * @param isNearOpening whether the near side connects
     * @param isNearEnding whether the near side is the one that the ending tells of first
     * @param nearPieces octets of each write of the near side
     * @param farPieces octets of each write of the far side
     */
    record Plan(
            int port,
            Ending ending,
            boolean isNearOpening,
            boolean isNearEnding,
            List<Integer> nearPieces,
            List<Integer> farPieces) {}

    static Exchange of(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        ImpairmentConfig path =
                ImpairmentConfig.builder()
                        .loss(random.nextInt(3) == 0 ? 0 : random.nextDouble(0.04))
                        .reorder(random.nextBoolean() ? 0 : random.nextDouble(0.1))
                        .duplicate(random.nextBoolean() ? 0 : random.nextDouble(0.03))
                        .corrupt(random.nextBoolean() ? 0 : random.nextDouble(0.01))
                        .delayNs(random.nextInt(4_000_000))
                        .seed(seed)
                        .build();
        List<Plan> plans = new ArrayList<>();
        int count = random.nextInt(4, MOST_PLANS + 1);
        for (int i = 0; i < count; i++) {
            plans.add(
                    new Plan(
                            FIRST_PORT + i,
                            Ending.values()[random.nextInt(Ending.values().length)],
                            random.nextBoolean(),
                            random.nextBoolean(),
                            pieces(random),
                            pieces(random)));
        }
        return new Exchange(seed, path, plans);
    }

    /** Few and many, of one octet and of many segments, and seldom a multiple of anything. */
    private static List<Integer> pieces(RandomGenerator random) {
        List<Integer> pieces = new ArrayList<>();
        int count = random.nextInt(1, 7);
        for (int i = 0; i < count; i++) {
            pieces.add(
                    switch (random.nextInt(4)) {
                        case 0 -> 1;
                        case 1 -> random.nextInt(1, 100);
                        case 2 -> random.nextInt(1_400, 1_500);
                        default -> random.nextInt(1, 9_000);
                    });
        }
        return pieces;
    }
}
