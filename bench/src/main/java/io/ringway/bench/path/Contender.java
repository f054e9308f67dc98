package io.ringway.bench.path;

import io.ringway.bench.BenchmarkException;
import io.ringway.tcp.CongestionControls;

import java.util.Locale;

/** Who sends at a bottleneck; each has an address of its own on the near side. */
enum Contender {
    RINGWAY_CUBIC(true, "cubic", "198.18.9.3"),
    RINGWAY_NEWRENO(true, "newreno", "198.18.9.4"),
    RINGWAY_BBR(true, "bbr", "198.18.9.5"),
    KERNEL_RENO(false, "reno", "198.18.0.1"),
    KERNEL_CUBIC(false, "cubic", "198.18.0.11"),
    KERNEL_BBR(false, "bbr", "198.18.0.12");

    private final boolean isOurs;
    private final String algorithm;
    private final String address;

    Contender(boolean isOurs, String algorithm, String address) {
        this.isOurs = isOurs;
        this.algorithm = algorithm;
        this.address = address;
    }

    boolean isOurs() {
        return isOurs;
    }

    String algorithm() {
        return algorithm;
    }

    String address() {
        return address;
    }

    /** Whether this stack has it. */
    boolean isThere() {
        return !isOurs || CongestionControls.names().contains(algorithm);
    }

    /** {@code ringway-cubic}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Contender parse(String label) {
        for (Contender contender : values()) {
            if (contender.label().equals(label.strip())) {
                return contender;
            }
        }
        throw new BenchmarkException(
                "a contender is ringway-cubic, ringway-newreno, ringway-bbr, kernel-reno,"
                        + " kernel-cubic or kernel-bbr; given \""
                        + label
                        + "\"");
    }
}
