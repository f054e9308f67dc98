package io.ringway.layer;

/**
 * What one lane knows of the others: which flows are its own, and how to give away what is not.
 *
 * <p>One lane owns it; every call is made on that lane.
 */
public interface Steering {
    /** The only lane of its stack. */
    Steering ALONE =
            new Steering() {
                @Override
                public int laneCount() {
                    return 1;
                }

                @Override
                public boolean isSpeaker() {
                    return true;
                }

                @Override
                public boolean isHome(
                        int protocol,
                        long localHigh,
                        long localLow,
                        int localPort,
                        long remoteHigh,
                        long remoteLow,
                        int remotePort) {
                    return true;
                }

                @Override
                public void handOver(
                        int frame,
                        int protocol,
                        long localHigh,
                        long localLow,
                        int localPort,
                        long remoteHigh,
                        long remoteLow,
                        int remotePort) {
                    throw new IllegalStateException("there is no other lane");
                }

                @Override
                public void handToSpeaker(int frame) {
                    throw new IllegalStateException("there is no other lane");
                }
            };

    /** How many lanes the stack has. */
    int laneCount();

    /**
     * Whether this lane speaks for the stack where every lane hears the question: it answers ARP
     * requests and neighbour solicitations, and probes for and announces addresses.
     */
    boolean isSpeaker();

    /** Whether packets of this flow come to this lane. */
    boolean isHome(
            int protocol,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort);

    /**
     * Gives a frame to the lane of its flow, which is not this one; it begins there anew with its
     * Ethernet header. One hold passes.
     */
    void handOver(
            int frame,
            int protocol,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort);

    /** Gives a frame to the lane that speaks for the stack, as {@link #handOver}. */
    void handToSpeaker(int frame);
}
