package io.ringway.tcp;

/** Keeps the exported package from being empty: delete this file with the first real class. */
final class Pending {
    private Pending() {}
}
