package io.ringway.bench.path;

import io.ringway.tcp.CongestionControls;

import java.util.Arrays;
import java.util.Locale;

/** A congestion control that both sides have. */
enum Algorithm {
    CUBIC("cubic", "cubic"),
    NEWRENO("newreno", "reno"),
    BBR("bbr", "bbr");

    private final String ours;
    private final String kernels;

    Algorithm(String ours, String kernels) {
        this.ours = ours;
        this.kernels = kernels;
    }

    /** Its name in our stack. */
    String ours() {
        return ours;
    }

    /** Its name in the kernel. */
    String kernels() {
        return kernels;
    }

    /** Whether this stack has it. */
    boolean isOurs() {
        return CongestionControls.names().contains(ours);
    }

    /** The names of those that we have, for an option's default. */
    static String names() {
        return String.join(
                ",",
                Arrays.stream(values())
                        .filter(Algorithm::isOurs)
                        .map(algorithm -> algorithm.ours)
                        .toList());
    }

    static Algorithm parse(String name) {
        return valueOf(name.strip().toUpperCase(Locale.ROOT));
    }
}
