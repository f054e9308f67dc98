package io.ringway.testkit.swarm;

/** An order in which every connection comes once, far from the one before. */
final class Sweep {
    private final int all;
    private final int step;
    private int at;
    private int left;

    /**
     * Begins one.
     *
     * @param all how many connections there are
     * @param count how many of them are to come
     */
    Sweep(int all, int count) {
        this.all = all;
        this.left = Math.min(all, count);
        // A step without a divisor in common with the whole comes to every one.
        int wanted = Math.max(1, (int) (all * 0.618_034));
        while (greatestCommonDivisor(wanted, all) != 1) {
            wanted++;
        }
        this.step = wanted;
    }

    private static int greatestCommonDivisor(int first, int second) {
        return second == 0 ? first : greatestCommonDivisor(second, first % second);
    }

    boolean isOver() {
        return left == 0;
    }

    int next() {
        int next = at;
        at = (int) (((long) at + step) % all);
        left--;
        return next;
    }
}
