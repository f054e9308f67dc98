package io.ringway;

import io.ringway.port.PortQueue;

import java.util.Optional;
import java.util.ServiceLoader;

/** Finds the sleeper that suits a port queue. */
final class Sleepers {
    private Sleepers() {}

    static LaneSleeper open(PortQueue queue) {
        if (queue.pollDescriptors().length > 0) {
            for (LaneSleeperProvider provider :
                    ServiceLoader.load(
                            LaneSleeperProvider.class,
                            LaneSleeperProvider.class.getClassLoader())) {
                Optional<LaneSleeper> sleeper = provider.open(queue);
                if (sleeper.isPresent()) {
                    return sleeper.get();
                }
            }
        }
        return new ParkingSleeper();
    }
}
