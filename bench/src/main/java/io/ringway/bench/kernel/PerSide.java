package io.ringway.bench.kernel;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** One of something for each server. */
final class PerSide<T> {
    private final Map<Side, T> each = new EnumMap<>(Side.class);
    private final Supplier<T> maker;

    PerSide(Supplier<T> maker) {
        this.maker = maker;
    }

    T get(Side side) {
        return each.computeIfAbsent(side, made -> maker.get());
    }
}
