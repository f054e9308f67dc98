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
 * @param slowStartSegments segments that one ACK may add to cwnd in slow start without pacing (L of
 *     RFC 3465 §2.3 and RFC 9406 §4.2)
 * @param isRestartedAfterIdle whether cwnd is no more than the initial window after a time-out
 *     without anything sent (RFC 5681 §4.1)
 */
public record CongestionConfig(
        String algorithm,
        List<CongestionControl> added,
        Ecn ecn,
        Pacing pacing,
        int belowOctets,
        int slowStartSegments,
        boolean isRestartedAfterIdle) {
    /** CUBIC, marks when the peer asks for them, pacing for bbr, a mebibyte below TCP. */
    public static final CongestionConfig DEFAULT =
            new CongestionConfig(
                    CongestionControls.DEFAULT,
                    List.of(),
                    Ecn.PASSIVE,
                    Pacing.AUTO,
                    1 << 20,
                    SlowStart.SEGMENTS_AN_ACK,
                    true);

    public CongestionConfig {
        added = List.copyOf(added);
        if (belowOctets < 1) {
            throw new IllegalArgumentException(
                    "belowOctets is " + belowOctets + "; expected at least 1");
        }
        if (slowStartSegments < 1 || slowStartSegments > SlowStart.MOST_SEGMENTS_AN_ACK) {
            throw new IllegalArgumentException(
                    "slowStartSegments is " + slowStartSegments + "; expected 1 to 65,535");
        }
    }

    /** The same with another algorithm, which is looked up when the whole is built. */
    public CongestionConfig withAlgorithm(String name) {
        return new CongestionConfig(
                name, added, ecn, pacing, belowOctets, slowStartSegments, isRestartedAfterIdle);
    }

    /** The same with one more algorithm to choose from. */
    public CongestionConfig with(CongestionControl own) {
        List<CongestionControl> all = new ArrayList<>(added);
        all.add(own);
        return new CongestionConfig(
                algorithm, all, ecn, pacing, belowOctets, slowStartSegments, isRestartedAfterIdle);
    }

    /** The same with marks used or not. */
    public CongestionConfig withEcn(Ecn value) {
        return new CongestionConfig(
                algorithm,
                added,
                value,
                pacing,
                belowOctets,
                slowStartSegments,
                isRestartedAfterIdle);
    }

    /** The same with other connections paced. */
    public CongestionConfig withPacing(Pacing value) {
        return new CongestionConfig(
                algorithm, added, ecn, value, belowOctets, slowStartSegments, isRestartedAfterIdle);
    }

    /** The same with another bound on what waits below TCP. */
    public CongestionConfig withBelowOctets(int value) {
        return new CongestionConfig(
                algorithm, added, ecn, pacing, value, slowStartSegments, isRestartedAfterIdle);
    }

    /** The same with more or fewer segments that one ACK may add in slow start. */
    public CongestionConfig withSlowStartSegments(int value) {
        return new CongestionConfig(
                algorithm, added, ecn, pacing, belowOctets, value, isRestartedAfterIdle);
    }

    /** The same with cwnd kept or not while nothing is sent. */
    public CongestionConfig withRestartAfterIdle(boolean value) {
        return new CongestionConfig(
                algorithm, added, ecn, pacing, belowOctets, slowStartSegments, value);
    }
}
