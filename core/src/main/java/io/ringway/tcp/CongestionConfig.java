package io.ringway.tcp;

import java.util.ArrayList;
import java.util.List;

/**
 * What can be set of congestion control, marks, and the way below TCP.
 *
 * @param algorithm what connections use unless they choose another, by name
 * @param added algorithms of the user's own, which may be chosen by their names as well
 * @param ecn whether congestion marks are used (RFC 3168)
 * @param pacing which connections are paced
 * @param belowOctets the most octets of one connection that may wait below TCP, at the port; slow
 *     connections may have a millisecond's worth there, 64 KiB at least
 */
public record CongestionConfig(
        String algorithm, List<CongestionControl> added, Ecn ecn, Pacing pacing, int belowOctets) {
    /** CUBIC, marks when the peer asks for them, pacing for bbr, a mebibyte below TCP. */
    public static final CongestionConfig DEFAULT =
            new CongestionConfig(
                    CongestionControls.DEFAULT, List.of(), Ecn.PASSIVE, Pacing.AUTO, 1 << 20);

    public CongestionConfig {
        added = List.copyOf(added);
        if (belowOctets < 1) {
            throw new IllegalArgumentException(
                    "belowOctets is " + belowOctets + "; expected at least 1");
        }
    }

    /** The same with another algorithm, which is looked up when the whole is built. */
    public CongestionConfig withAlgorithm(String name) {
        return new CongestionConfig(name, added, ecn, pacing, belowOctets);
    }

    /** The same with one more algorithm to choose from. */
    public CongestionConfig with(CongestionControl own) {
        List<CongestionControl> all = new ArrayList<>(added);
        all.add(own);
        return new CongestionConfig(algorithm, all, ecn, pacing, belowOctets);
    }

    /** The same with marks used or not. */
    public CongestionConfig withEcn(Ecn value) {
        return new CongestionConfig(algorithm, added, value, pacing, belowOctets);
    }

    /** The same with other connections paced. */
    public CongestionConfig withPacing(Pacing value) {
        return new CongestionConfig(algorithm, added, ecn, value, belowOctets);
    }

    /** The same with another bound on what waits below TCP. */
    public CongestionConfig withBelowOctets(int value) {
        return new CongestionConfig(algorithm, added, ecn, pacing, value);
    }
}
