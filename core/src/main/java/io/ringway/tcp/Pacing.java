package io.ringway.tcp;

/** Whether segments leave spread over the round trip rather than as ACKs and writes let them. */
public enum Pacing {
    /** Never, not even for an algorithm that is made for it. */
    OFF,
    /** For the algorithms that are made for it: bbr. */
    AUTO,
    /** For every algorithm. */
    ON
}
