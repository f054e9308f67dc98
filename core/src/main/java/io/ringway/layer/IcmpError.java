package io.ringway.layer;

/**
 * What an ICMP or ICMPv6 error says, for the transport whose packet it quotes. A carrier of fields,
 * used over and over.
 */
public final class IcmpError {
    /** What went wrong, over both versions (RFC 792, RFC 4443). */
    public enum Kind {
        NETWORK_UNREACHABLE,
        HOST_UNREACHABLE,
        PROTOCOL_UNREACHABLE,
        PORT_UNREACHABLE,
        PROHIBITED,
        TOO_BIG,
        TIME_EXCEEDED,
        PARAMETER_PROBLEM
    }

    public Kind kind = Kind.HOST_UNREACHABLE;

    /**
     * For {@link Kind#TOO_BIG}: what the path is said to take, plausible but not believed until the
     * transport calls {@link PacketSink#lowerMtu}; otherwise 0.
     */
    public int mtu;

    /** The quoted packet's source: this stack. */
    public long localHigh;

    public long localLow;

    /** The quoted packet's destination. */
    public long remoteHigh;

    public long remoteLow;

    /** Protocol number of the quoted packet. */
    public int protocol;

    public int localPort;
    public int remotePort;

    /** Octets 4 to 7 of the quoted transport header: TCP's sequence number. */
    public int sequence;
}
