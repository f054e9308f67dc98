package io.ringway.tcp;

/**
 * What can be set of the octets that connections hold.
 *
 * @param maxReceiveBytes octets that the receive window of a connection may grow to, by what its
 *     application reads in a round trip; no more than the initial size is no growth
 * @param notSentLowWaterBytes octets written and not yet sent below which a connection is writable
 *     again; 0 is half of what it may hold for sending
 */
public record BufferConfig(int maxReceiveBytes, int notSentLowWaterBytes) {
    /** Windows up to 32 MiB, which fill a path of 100 ms and 1 Gbit/s twice over. */
    public static final BufferConfig DEFAULT = new BufferConfig(32 << 20, 0);

    private static final int MOST = 1 << 30;

    public BufferConfig {
        if (maxReceiveBytes < 2048 || maxReceiveBytes > MOST) {
            throw new IllegalArgumentException(
                    "maxReceiveBytes is " + maxReceiveBytes + "; expected 2,048 to 1,073,741,824");
        }
        if (notSentLowWaterBytes < 0 || notSentLowWaterBytes > MOST) {
            throw new IllegalArgumentException(
                    "notSentLowWaterBytes is "
                            + notSentLowWaterBytes
                            + "; expected 0 (half of the send buffer) to 1,073,741,824");
        }
    }

    /** The same with another limit for windows that grow. */
    public BufferConfig withMaxReceiveBytes(int value) {
        return new BufferConfig(value, notSentLowWaterBytes);
    }

    /** The same with another low-water mark for what is not sent. */
    public BufferConfig withNotSentLowWaterBytes(int value) {
        return new BufferConfig(maxReceiveBytes, value);
    }
}
