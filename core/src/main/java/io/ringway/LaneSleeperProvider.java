package io.ringway;

import io.ringway.port.PortQueue;

import java.util.Optional;

/**
 * Makes sleepers for lanes whose port queue has a descriptor. Found as a service ({@link
 * java.util.ServiceLoader}), so that the core needs no system call: {@code io.ringway.linux}
 * provides one that waits in {@code poll(2)} for the queue and an eventfd.
 */
public interface LaneSleeperProvider {
    /**
     * A sleeper for the lane that owns {@code queue}, whose {@link PortQueue#pollDescriptors} are
     * some; empty when this provider cannot wait for such a queue.
     */
    Optional<LaneSleeper> open(PortQueue queue);
}
