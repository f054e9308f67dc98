package io.ringway.port;

/**
 * What a device does by itself.
 *
 * @param transmitChecksum completes TCP and UDP checksums of frames marked {@code CHECKSUM_NEEDED}
 * @param receiveChecksum may mark received frames {@code CHECKSUM_VERIFIED}, or {@code
 *     CHECKSUM_NEEDED} when the sender left the checksum to a device that was never there (a TAP or
 *     veth peer): such a frame is to be trusted
 * @param tcpSegmentation cuts TCP super-frames over IPv4 and IPv6 into segments, and may deliver
 *     them
 * @param udpSegmentation the same for UDP (USO)
 * @param maxSegmentationLength octets of the largest IP packet in a super-frame; 0 when there is no
 *     segmentation
 */
public record PortCapabilities(
        boolean transmitChecksum,
        boolean receiveChecksum,
        boolean tcpSegmentation,
        boolean udpSegmentation,
        int maxSegmentationLength) {
    /** A plain device: everything in software. */
    public static final PortCapabilities NONE = new PortCapabilities(false, false, false, false, 0);

    /** Checksums and TCP segmentation of packets up to 65,535 octets, both ways. */
    public static final PortCapabilities FULL =
            new PortCapabilities(true, true, true, true, 65_535);

    public PortCapabilities {
        if ((tcpSegmentation || udpSegmentation) != (maxSegmentationLength > 0)) {
            throw new IllegalArgumentException(
                    "maxSegmentationLength is the size of a super-frame: give it with segmentation,"
                            + " and 0 without; given "
                            + maxSegmentationLength);
        }
    }
}
