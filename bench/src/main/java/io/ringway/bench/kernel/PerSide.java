package io.ringway.bench.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** One of something for each server. */
final class PerSide<T> {
    private final List<T> each;

    PerSide(Supplier<T> maker) {
        each = Arrays.stream(Side.values()).map(side -> maker.get()).toList();
    }

    T get(Side side) {
        return each.get(side.ordinal());
    }
}
