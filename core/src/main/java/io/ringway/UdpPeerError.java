package io.ringway;

import io.ringway.layer.IcmpError;
import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;

/** What ICMP said of the peer that a {@link UdpChannel} is connected to; told once. Any thread. */
final class UdpPeerError {
    private static final VarHandle KIND;

    static {
        try {
            KIND =
                    MethodHandles.lookup()
                            .findVarHandle(UdpPeerError.class, "kind", IcmpError.Kind.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile IcmpError.@Nullable Kind kind;

    void set(IcmpError.@Nullable Kind to) {
        kind = to;
    }

    boolean isSet() {
        return kind != null;
    }

    void throwOnce(@Nullable Endpoint peer) throws SocketException {
        if (kind == null) {
            return;
        }
        IcmpError.Kind told = (IcmpError.Kind) KIND.getAndSet(this, null);
        if (told == IcmpError.Kind.PORT_UNREACHABLE) {
            throw new PortUnreachableException("nobody listens at " + peer);
        }
        if (told != null) {
            throw new NoRouteToHostException(peer + " cannot be reached: " + told);
        }
    }
}
