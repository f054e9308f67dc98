package io.ringway.tcp;

/**
 * What can be set of the path MTU.
 *
 * @param probing when probes are sent
 * @param baseMss octets of payload that nearly every path takes: where a search begins
 * @param raiseNs how long the path is taken to be as narrow as it was found (RFC 1191 §6.3, RFC
 *     8899 §5.1.1), in nanoseconds
 */
public record PathConfig(MtuProbing probing, int baseMss, long raiseNs) {
    /** Probes after a black hole, from 1,024 octets on; ten minutes. */
    public static final PathConfig DEFAULT =
            new PathConfig(MtuProbing.ON_BLACK_HOLE, 1024, 600_000_000_000L);

    public PathConfig {
        if (baseMss < 48 || baseMss > 65_000) {
            throw new IllegalArgumentException(
                    "baseMss is " + baseMss + "; expected 48 to 65,000 octets");
        }
        if (raiseNs < 300_000_000_000L) {
            throw new IllegalArgumentException(
                    "raiseNs is "
                            + raiseNs
                            + "; expected at least 300,000,000,000, five minutes (RFC 8201 §4)");
        }
    }

    /** The same with probes sent at other times. */
    public PathConfig withProbing(MtuProbing value) {
        return new PathConfig(value, baseMss, raiseNs);
    }

    /** The same with another size where a search begins. */
    public PathConfig withBaseMss(int value) {
        return new PathConfig(probing, value, raiseNs);
    }

    /** The same with another time after which the path may be wider. */
    public PathConfig withRaiseNs(long value) {
        return new PathConfig(probing, baseMss, value);
    }
}
