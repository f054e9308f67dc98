package io.ringway.testkit.swarm;

/** Hears of each message that a {@link Swarm} got back whole. On the swarm's thread. */
@FunctionalInterface
public interface SwarmListener {
    /** A reply is there, so many nanoseconds after its request left. */
    void onMessage(long roundTripNs);
}
