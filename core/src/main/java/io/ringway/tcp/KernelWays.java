package io.ringway.tcp;

/**
 * Where the RFCs leave a choice and kernels have made theirs: for who takes a kernel's place and
 * must not be told from it, and for scripts that show a kernel's ways.
 *
 * @param isMinRtoOfVariation whether {@code minRtoNs} bounds 4 RTTVAR, as in Linux, not the sum
 * @param isBsdOptionOrder whether a SYN has its options in the order of the BSDs (MSS, window
 *     scale, SACK, time stamps), filled up behind, and not in Linux's (MSS, SACK, time stamps,
 *     window scale); some middleboxes and fingerprints know the one or the other
 * @param rtoMarginNs what every time-out is longer than RFC 6298 computes it, but for the first of
 *     a SYN; the BSDs have 200 ms, which they call slop
 * @param ecnSynRetries SYNs sent again that still ask for marks; RFC 3168 §6.1.1.1 leaves the
 *     number open. Some paths lose those that ask
 * @param isCrossedFinRepeated whether our FIN goes out once more with the ACK of a FIN that crossed
 *     it, as the BSDs do: should ours be lost, it need not wait for the time-out
 * @param isOpeningEndedByIcmp whether ICMP errors end the opening of a connection at once; RFC 5927
 *     §5.2 would rather have it wait
 */
public record KernelWays(
        boolean isMinRtoOfVariation,
        boolean isBsdOptionOrder,
        long rtoMarginNs,
        int ecnSynRetries,
        boolean isCrossedFinRepeated,
        boolean isOpeningEndedByIcmp) {
    /** Linux's order of options, the RTO of RFC 6298, and one SYN that asks for marks. */
    public static final KernelWays DEFAULT = new KernelWays(false, false, 0, 0, false, true);

    public KernelWays {
        if (rtoMarginNs < 0 || rtoMarginNs > 10_000_000_000L) {
            throw new IllegalArgumentException(
                    "rtoMarginNs is " + rtoMarginNs + "; expected 0 to 10,000,000,000 (10 s)");
        }
        if (ecnSynRetries < 0) {
            throw new IllegalArgumentException(
                    "ecnSynRetries is " + ecnSynRetries + "; expected 0 or more");
        }
    }

    /** The same with another meaning of the least RTO. */
    public KernelWays withMinRtoOfVariation(boolean value) {
        return new KernelWays(
                value,
                isBsdOptionOrder,
                rtoMarginNs,
                ecnSynRetries,
                isCrossedFinRepeated,
                isOpeningEndedByIcmp);
    }

    /** The same with another order of a SYN's options. */
    public KernelWays withBsdOptionOrder(boolean value) {
        return new KernelWays(
                isMinRtoOfVariation,
                value,
                rtoMarginNs,
                ecnSynRetries,
                isCrossedFinRepeated,
                isOpeningEndedByIcmp);
    }

    /** The same with time-outs that are so much longer. */
    public KernelWays withRtoMarginNs(long value) {
        return new KernelWays(
                isMinRtoOfVariation,
                isBsdOptionOrder,
                value,
                ecnSynRetries,
                isCrossedFinRepeated,
                isOpeningEndedByIcmp);
    }

    /** The same with so many more SYNs that ask for marks. */
    public KernelWays withEcnSynRetries(int value) {
        return new KernelWays(
                isMinRtoOfVariation,
                isBsdOptionOrder,
                rtoMarginNs,
                value,
                isCrossedFinRepeated,
                isOpeningEndedByIcmp);
    }

    /** The same with a FIN sent again, or not, when the peer's crosses it. */
    public KernelWays withCrossedFinRepeated(boolean value) {
        return new KernelWays(
                isMinRtoOfVariation,
                isBsdOptionOrder,
                rtoMarginNs,
                ecnSynRetries,
                value,
                isOpeningEndedByIcmp);
    }

    /** The same with ICMP errors that end an opening, or do not. */
    public KernelWays withOpeningEndedByIcmp(boolean value) {
        return new KernelWays(
                isMinRtoOfVariation,
                isBsdOptionOrder,
                rtoMarginNs,
                ecnSynRetries,
                isCrossedFinRepeated,
                value);
    }
}
