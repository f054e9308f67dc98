package io.ringway.udp;

import io.ringway.layer.IcmpError;

/** Who uses UDP's sockets: told in the lane's application step which of them have news. */
public interface UdpUser {
    /**
     * Datagrams have arrived at {@code binding}.
     *
     * @return whether it wants another turn for those that it has not taken
     */
    boolean onReadable(UdpBinding binding, long nowNs);

    /** ICMP said that {@code binding}'s peer cannot be reached; the binding is connected. */
    void onError(UdpBinding binding, IcmpError.Kind kind, long nowNs);

    /** There is room to send again, after {@link Udp#wantRoom}. */
    default void onRoom(long nowNs) {}
}
