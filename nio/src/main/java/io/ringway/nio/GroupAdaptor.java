package io.ringway.nio;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.MembershipKey;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The multicast side of a {@link DatagramAdaptor}: the platform's adaptors are multicast sockets,
 * and programs cast them. An interface that is not given is the one of {@code IP_MULTICAST_IF}, or
 * any.
 */
abstract sealed class GroupAdaptor extends MulticastSocket permits DatagramAdaptor {
    /** Whether this thread makes one: then {@link Doors}' factory has nothing to make. */
    private static final ThreadLocal<Boolean> MAKING = ThreadLocal.withInitial(() -> false);

    private record Joined(InetAddress group, NetworkInterface by) {}

    private final RingwayDatagramChannel channel;
    private final Map<Joined, MembershipKey> joined = new ConcurrentHashMap<>();
    private final ReentrantLock sending = new ReentrantLock();
    private @Nullable InetAddress interfaceAddress;

    GroupAdaptor(RingwayDatagramChannel channel) throws IOException {
        super(making());
        MAKING.remove();
        this.channel = channel;
        // A multicast socket comes with one of the platform's inside; all methods are the
        // channel's.
        super.close();
    }

    private static @Nullable SocketAddress making() {
        MAKING.set(true);
        return null;
    }

    static boolean isBeingMade() {
        return MAKING.get();
    }

    // --- joining and leaving ---

    @Override
    @Deprecated
    public void joinGroup(InetAddress group) throws IOException {
        Objects.requireNonNull(group);
        try {
            joinGroup(new InetSocketAddress(group, 0), null);
        } catch (IllegalArgumentException wrong) {
            throw new SocketException(wrong.getMessage(), wrong);
        }
    }

    @Override
    @Deprecated
    public void leaveGroup(InetAddress group) throws IOException {
        Objects.requireNonNull(group);
        try {
            leaveGroup(new InetSocketAddress(group, 0), null);
        } catch (IllegalArgumentException wrong) {
            throw new SocketException(wrong.getMessage(), wrong);
        }
    }

    @Override
    public void joinGroup(SocketAddress group, @Nullable NetworkInterface by) throws IOException {
        InetAddress address = group(group);
        NetworkInterface through = through(by);
        synchronized (joined) {
            MembershipKey before = joined.get(new Joined(address, through));
            if (before != null && before.isValid()) {
                throw new SocketException("Already a member of group " + address);
            }
            joined.put(new Joined(address, through), channel.join(address, through));
        }
    }

    @Override
    public void leaveGroup(SocketAddress group, @Nullable NetworkInterface by) throws IOException {
        InetAddress address = group(group);
        MembershipKey key = joined.remove(new Joined(address, through(by)));
        if (key == null || !key.isValid()) {
            throw new SocketException("Not a member of group " + address);
        }
        key.drop();
    }

    private static InetAddress group(@Nullable SocketAddress given) throws SocketException {
        if (!(given instanceof InetSocketAddress address)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        InetAddress group = address.getAddress();
        if (group == null) {
            throw new IllegalArgumentException("Unresolved address");
        }
        if (!group.isMulticastAddress()) {
            throw new SocketException("Not a multicast address: " + group);
        }
        return group;
    }

    private NetworkInterface through(@Nullable NetworkInterface given) throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (given != null) {
            return given;
        }
        NetworkInterface set = outgoing();
        return set == null ? anyInterface() : set;
    }

    /**
     * Some interface, which stands for the stack's port; one that the kernel has groups on, if
     * there is any.
     *
     * @throws SocketException when this machine has none
     */
    static NetworkInterface anyInterface() throws SocketException {
        NetworkInterface any = null;
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (any == null || (each.isUp() && each.supportsMulticast() && !each.isLoopback())) {
                any = each;
            }
        }
        if (any == null) {
            throw new SocketException("this machine has no network interface");
        }
        return any;
    }

    // --- the interface that datagrams to groups leave by ---

    private @Nullable NetworkInterface outgoing() throws SocketException {
        try {
            return getOption(StandardSocketOptions.IP_MULTICAST_IF);
        } catch (SocketException known) {
            throw known;
        } catch (IOException failed) {
            throw new SocketException(failed.getMessage(), failed);
        }
    }

    @Override
    public void setNetworkInterface(@Nullable NetworkInterface by) throws SocketException {
        set(StandardSocketOptions.IP_MULTICAST_IF, by);
    }

    @Override
    public NetworkInterface getNetworkInterface() throws SocketException {
        NetworkInterface set = outgoing();
        if (set != null) {
            return set;
        }
        // Only the platform can make the interface that stands for any.
        try (MulticastSocket any = new MulticastSocket((SocketAddress) null)) {
            return any.getNetworkInterface();
        } catch (SocketException known) {
            throw known;
        } catch (IOException failed) {
            throw new SocketException(failed.getMessage(), failed);
        }
    }

    @Override
    @Deprecated
    public void setInterface(@Nullable InetAddress address) throws SocketException {
        if (address == null) {
            throw new SocketException("Invalid value 'null'");
        }
        NetworkInterface by = NetworkInterface.getByInetAddress(address);
        if (by == null) {
            throw new SocketException("No network interface found with address " + address);
        }
        synchronized (joined) {
            setNetworkInterface(by);
            interfaceAddress = address;
        }
    }

    @Override
    @Deprecated
    public InetAddress getInterface() throws SocketException {
        synchronized (joined) {
            NetworkInterface by = outgoing();
            if (by == null) {
                return new InetSocketAddress(0).getAddress();
            }
            InetAddress given = interfaceAddress;
            if (given != null && by.inetAddresses().anyMatch(given::equals)) {
                return given;
            }
            return by.inetAddresses()
                    .findFirst()
                    .orElseGet(() -> new InetSocketAddress(0).getAddress());
        }
    }

    // --- how far, and whether back ---

    @Override
    @Deprecated
    @SuppressWarnings({"removal", "InlineMeSuggester"}) // Deprecated by the platform, not by us.
    public void setTTL(byte hops) throws IOException {
        setTimeToLive(Byte.toUnsignedInt(hops));
    }

    @Override
    @Deprecated
    @SuppressWarnings({"removal", "InlineMeSuggester"}) // The same.
    public byte getTTL() throws IOException {
        return (byte) getTimeToLive();
    }

    @Override
    public void setTimeToLive(int hops) throws IOException {
        set(StandardSocketOptions.IP_MULTICAST_TTL, hops);
    }

    @Override
    public int getTimeToLive() throws IOException {
        return Objects.requireNonNull(getOption(StandardSocketOptions.IP_MULTICAST_TTL));
    }

    @Override
    @Deprecated
    public void setLoopbackMode(boolean isDisabled) throws SocketException {
        set(StandardSocketOptions.IP_MULTICAST_LOOP, !isDisabled);
    }

    @Override
    @Deprecated
    public boolean getLoopbackMode() throws SocketException {
        return !Boolean.TRUE.equals(get(StandardSocketOptions.IP_MULTICAST_LOOP));
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal")
    public void send(DatagramPacket packet, byte hops) throws IOException {
        sending.lock();
        try {
            int before = getTimeToLive();
            try {
                setTTL(hops);
                send(packet);
            } finally {
                setTimeToLive(before);
            }
        } finally {
            sending.unlock();
        }
    }

    abstract <T> void set(SocketOption<T> name, @Nullable T value) throws SocketException;

    abstract <T> @Nullable T get(SocketOption<T> name) throws SocketException;
}
