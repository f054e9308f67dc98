package io.ringway;

/**
 * How a UDP socket is bound.
 *
 * @param isShared whether it shares its address and port with others that say the same
 *     (SO_REUSEPORT): each flow's datagrams go to one of them, by a hash of the flow; one that
 *     closes leaves its flows to the others
 * @param isReused whether others that say the same may have its address and port, too
 *     (SO_REUSEADDR): what is sent to a group or to everybody comes to each of them, all else to
 *     the one that was bound last
 * @param keepsSourceOrder for a {@link UdpChannel}: whether datagrams of one source are received in
 *     the order in which they came also when the source's bucket moves to another lane. Otherwise
 *     those that came to the new lane may overtake those that wait in the old one
 * @param receiveOctets of a {@link UdpChannel}: octets that wait in each lane to be received, 56
 *     more than its payload for each datagram; at least 131,072
 * @param sendOctets of a {@link UdpChannel}: octets that wait to be sent, counted in the same way
 */
public record UdpOptions(
        boolean isShared,
        boolean isReused,
        boolean keepsSourceOrder,
        int receiveOctets,
        int sendOctets) {
    /** A port of its own, no order between lanes, 256 KiB each way. */
    public static final UdpOptions DEFAULT = new UdpOptions(false, false, false, 1 << 18, 1 << 18);

    /** Two of the longest datagrams. */
    private static final int LEAST = 1 << 17;

    public UdpOptions {
        Require.inRange("receiveOctets", receiveOctets, LEAST, 1 << 30);
        Require.inRange("sendOctets", sendOctets, LEAST, 1 << 30);
    }

    /** The same, sharing the port or not. */
    public UdpOptions withShared(boolean value) {
        return new UdpOptions(value, isReused, keepsSourceOrder, receiveOctets, sendOctets);
    }

    /** The same, letting others have the address too or not. */
    public UdpOptions withReused(boolean value) {
        return new UdpOptions(isShared, value, keepsSourceOrder, receiveOctets, sendOctets);
    }

    /** The same, keeping the order of each source across lanes or not. */
    public UdpOptions withSourceOrder(boolean value) {
        return new UdpOptions(isShared, isReused, value, receiveOctets, sendOctets);
    }

    /** The same with other limits. */
    public UdpOptions withOctets(int receive, int send) {
        return new UdpOptions(isShared, isReused, keepsSourceOrder, receive, send);
    }
}
