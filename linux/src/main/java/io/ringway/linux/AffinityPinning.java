package io.ringway.linux;

import io.ringway.CorePinning;

/** Pins lanes with {@code sched_setaffinity(2)}. Found as a service. */
public final class AffinityPinning implements CorePinning {
    /** For {@link java.util.ServiceLoader}. */
    public AffinityPinning() {}

    @Override
    public void pin(int core) {
        Affinity.pin(core);
    }
}
