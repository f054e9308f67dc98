package io.ringway;

/**
 * The limits of one duty cycle of a lane, one for each of its steps.
 *
 * @param receiveBurst frames taken from the port in a cycle
 * @param transmitBurst frames given to the port in a cycle
 * @param messagesPerCycle messages from other threads that a cycle runs
 * @param readyPerCycle connections with news whose handlers a cycle runs
 * @param datagramsPerTurn datagrams that a socket's handler takes before the next socket's turn
 * @param messageQueue messages from other threads that may wait; who sends one more waits itself
 * @param maxSleepNs the longest sleep of an idle lane, in nanoseconds
 */
public record LaneConfig(
        int receiveBurst,
        int transmitBurst,
        int messagesPerCycle,
        int readyPerCycle,
        int datagramsPerTurn,
        int messageQueue,
        long maxSleepNs) {
    public static final LaneConfig DEFAULT =
            new LaneConfig(64, 256, 64, 256, 32, 4096, 1_000_000_000);

    public LaneConfig {
        require("receiveBurst", receiveBurst, 1, 4096);
        require("transmitBurst", transmitBurst, 1, 4096);
        require("messagesPerCycle", messagesPerCycle, 1, 1 << 20);
        require("readyPerCycle", readyPerCycle, 1, 1 << 20);
        require("datagramsPerTurn", datagramsPerTurn, 1, 1 << 20);
        require("messageQueue", messageQueue, 2, 1 << 20);
        require("maxSleepNs", maxSleepNs, 1, Long.MAX_VALUE);
    }

    private static void require(String name, long given, long least, long most) {
        if (given < least || given > most) {
            throw new IllegalArgumentException(
                    name + " must be from " + least + " to " + most + "; given " + given);
        }
    }

    /** The same with other bursts. */
    public LaneConfig withBursts(int receive, int transmit) {
        return new LaneConfig(
                receive,
                transmit,
                messagesPerCycle,
                readyPerCycle,
                datagramsPerTurn,
                messageQueue,
                maxSleepNs);
    }
}
