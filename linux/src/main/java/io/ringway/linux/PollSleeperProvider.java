package io.ringway.linux;

import io.ringway.LaneSleeper;
import io.ringway.LaneSleeperProvider;
import io.ringway.port.PortQueue;

import java.util.Optional;

/** Lets lanes over a port with a descriptor sleep in {@code poll(2)}. Found as a service. */
public final class PollSleeperProvider implements LaneSleeperProvider {
    /** For {@link java.util.ServiceLoader}. */
    public PollSleeperProvider() {}

    @Override
    public Optional<LaneSleeper> open(PortQueue queue) {
        int[] descriptors = queue.pollDescriptors();
        return descriptors.length == 0
                ? Optional.empty()
                : Optional.of(new PollSleeper(descriptors));
    }
}
