package io.ringway.layer;

/**
 * The way up to a transport: what IP knows of TCP, UDP and whoever else registers a protocol
 * number.
 */
public interface TransportProtocol {
    /** The protocol or next-header number it takes. */
    int protocol();

    /**
     * Takes a packet for this stack. The frame's data is the transport header and payload, whole
     * (reassembled, padding cut off), and the IP header still lies in front of it. One hold of the
     * frame passes to the transport.
     *
     * <p>Never sends: what is to be sent is noted, and goes out when the transport is polled.
     */
    void onPacket(int frame, PacketInfo info, long nowNs);

    /**
     * Takes an ICMP error about a packet that this stack is said to have sent. Nothing in it is to
     * be trusted.
     */
    void onError(IcmpError error, long nowNs);
}
