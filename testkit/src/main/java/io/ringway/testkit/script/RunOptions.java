package io.ringway.testkit.script;

import java.util.Map;

/**
 * What the one who runs scripts can set; it goes before what a script says of itself.
 *
 * @param profile {@code linux}, {@code freebsd} or {@code auto}: whose defaults a script expects
 * @param ipVersion {@code ipv4}, {@code ipv6}, {@code ipv4-mapped-ipv6}, or empty for the script's
 * @param toleranceUs microseconds that an event may be off by, or -1 for the script's
 * @param tolerancePercent the same in per cent of the time since the event before, or -1
 * @param mtu octets of the largest packet, or 0 for the script's
 * @param defines words to be replaced in the scripts
 */
public record RunOptions(
        String profile,
        String ipVersion,
        long toleranceUs,
        double tolerancePercent,
        int mtu,
        Map<String, String> defines) {
    private static final int LEAST_MTU = 68;
    private static final int MOST_MTU = 65_521;

    /** Nothing is set. */
    public static final RunOptions DEFAULT = new RunOptions("auto", "", -1, -1, 0, Map.of());

    public RunOptions {
        if (!profile.equals("auto") && !profile.equals("linux") && !profile.equals("freebsd")) {
            throw new IllegalArgumentException(
                    "profile is \"" + profile + "\"; expected auto, linux or freebsd");
        }
        if (mtu != 0 && (mtu < LEAST_MTU || mtu > MOST_MTU)) {
            throw new IllegalArgumentException(
                    "mtu is " + mtu + "; expected " + LEAST_MTU + " to " + MOST_MTU);
        }
        defines = Map.copyOf(defines);
    }

    /** For a version of IP, whatever a script says; empty for the script's. */
    public RunOptions withIpVersion(String version) {
        return new RunOptions(profile, version, toleranceUs, tolerancePercent, mtu, defines);
    }

    /** Timers to be as exact as the script says, within {@code toleranceUs}. */
    public RunOptions withTolerance(long us, double percent) {
        return new RunOptions(profile, ipVersion, us, percent, mtu, defines);
    }
}
