package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.StackException;
import io.ringway.UdpChannel;
import io.ringway.wire.IpAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;

/**
 * What a datagram channel is made of: the stack's half or the kernel's, its options and groups, and
 * what a selector asks of it. {@link RingwayDatagramChannel} is what programs call.
 */
abstract sealed class DatagramDoor extends DatagramChannel implements SelectableDoor
        permits RingwayDatagramChannel {
    private final @Nullable ProtocolFamily family;
    private final DatagramSettings settings = new DatagramSettings();
    private final Memberships memberships = new Memberships(this);
    private final Watchers watchers = new Watchers();

    /** Held while the channel is bound, connected or disconnected. */
    final Object stateLock = new Object();

    private volatile @Nullable StackDatagrams stack;
    private volatile @Nullable DatagramChannel kernel;
    private volatile @Nullable InetSocketAddress remote;
    private @Nullable DatagramAdaptor adaptor;

    DatagramDoor(SelectorProvider provider, @Nullable ProtocolFamily family) {
        super(provider);
        this.family = family;
    }

    /** What addresses it can have; null for both versions. */
    final @Nullable ProtocolFamily family() {
        return family;
    }

    final DatagramSettings settings() {
        return settings;
    }

    final @Nullable StackDatagrams stack() {
        return stack;
    }

    @Override
    public final @Nullable DatagramChannel kernel() {
        return kernel;
    }

    final @Nullable InetSocketAddress remote() {
        return remote;
    }

    final void remote(@Nullable InetSocketAddress peer) {
        remote = peer;
    }

    final boolean isBound() {
        return stack != null || kernel != null;
    }

    final void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    // --- which way; with the state's lock ---

    final void bindTo(InetSocketAddress local) throws IOException {
        Stack owner = DatagramWays.stackToBind(local);
        if (owner == null) {
            toKernel(local);
        } else {
            toStack(owner, local);
        }
    }

    final void bindToReach(InetSocketAddress peer) throws IOException {
        Stack way = DatagramWays.stackToReach(peer);
        if (way == null) {
            toKernel(null);
        } else {
            toStack(way, new InetSocketAddress(0));
        }
    }

    private void toStack(Stack owner, InetSocketAddress local) throws IOException {
        UdpChannel udp;
        try {
            udp = owner.openUdpChannel(Addresses.endpoint(local), settings.toUdpOptions());
        } catch (StackException refused) {
            BindException failure = new BindException(refused.getMessage());
            failure.initCause(refused);
            throw failure;
        }
        settings.applyTo(udp);
        StackDatagrams half = new StackDatagrams(owner, udp, this::isWanted);
        DatagramWays.bound(owner, udp.local().port());
        memberships.moveTo(udp);
        stack = half;
        joinBeside(half);
        if (!isOpen()) {
            // Closed meanwhile by another thread, which did not see the half.
            closeStack(half);
        }
        watchers.fireAll();
    }

    final void toKernel(@Nullable InetSocketAddress local) throws IOException {
        DatagramChannel channel =
                DatagramWays.openKernel(
                        family,
                        local == null
                                ? "a peer that Ringway has no route to"
                                : "a channel bound to " + local);
        try {
            settings.copyTo(channel);
            DatagramChannel _ = channel.bind(local);
            SelectableChannel _ = channel.configureBlocking(isBlocking());
            memberships.moveTo(channel);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
        kernel = channel;
        if (!isOpen()) {
            channel.close();
        }
        watchers.fireAll();
    }

    /** Leaves the stack for the kernel, with the same port where it is free there. */
    final void moveToKernel(StackDatagrams half) throws IOException {
        int port = half.udp().local().port();
        stack = null;
        closeStack(half);
        try {
            toKernel(new InetSocketAddress(port));
        } catch (BindException inUse) {
            toKernel(null);
        }
    }

    /** The kernel's half beside the stack's, made when it is needed first. */
    final KernelDatagrams beside(StackDatagrams half) throws IOException {
        synchronized (stateLock) {
            KernelDatagrams beside = half.kernel();
            if (beside == null) {
                requireOpen();
                DatagramChannel channel =
                        DatagramWays.openKernelBeside(family, half.udp().local().port(), settings);
                beside = new KernelDatagrams(channel);
                half.kernel(beside);
                if (!isOpen()) {
                    beside.close();
                }
                half.wakeReader();
                watchers.fireAll();
            }
            return beside;
        }
    }

    /** What may be read: a connected channel's from its peer, an IPv4 channel's by IPv4. */
    private boolean isWanted(IpAddress peer, int port) {
        InetSocketAddress connected = remote;
        if (connected != null && connected.getPort() != port) {
            return false;
        }
        return family != StandardProtocolFamily.INET || peer.isIpv4();
    }

    // --- options ---

    @Override
    public final Set<SocketOption<?>> supportedOptions() {
        return DatagramSettings.SUPPORTED;
    }

    @Override
    public final <T> DatagramChannel setOption(SocketOption<T> name, @Nullable T value)
            throws IOException {
        DatagramSettings.requireSupported(name);
        synchronized (stateLock) {
            requireOpen();
            DatagramChannel channel = kernel;
            StackDatagrams half = stack;
            settings.set(name, value);
            if (channel != null) {
                DatagramChannel _ = channel.setOption(name, value);
            } else if (half != null) {
                settings.applyTo(half.udp());
                KernelDatagrams beside = half.kernel();
                if (beside != null) {
                    beside.setOption(name, value);
                }
            }
        }
        return this;
    }

    @Override
    public final <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
        DatagramSettings.requireSupported(name);
        requireOpen();
        DatagramChannel channel = kernel;
        return channel == null ? settings.get(name) : channel.getOption(name);
    }

    // --- groups ---

    @Override
    public final MembershipKey join(InetAddress group, NetworkInterface by) throws IOException {
        return joinFrom(group, by, null);
    }

    @Override
    public final MembershipKey join(InetAddress group, NetworkInterface by, InetAddress source)
            throws IOException {
        return joinFrom(group, by, Objects.requireNonNull(source));
    }

    private MembershipKey joinFrom(
            InetAddress group, NetworkInterface by, @Nullable InetAddress source)
            throws IOException {
        Objects.requireNonNull(by);
        Memberships.check(group, source, family);
        synchronized (stateLock) {
            requireOpen();
            MembershipKey key = memberships.join(group, by, source);
            StackDatagrams half = stack;
            if (half != null) {
                joinBeside(half);
            }
            return key;
        }
    }

    /** Has the kernel's half hear the groups that were joined on interfaces of the kernel's. */
    private void joinBeside(StackDatagrams half) {
        for (RingwayMembershipKey key : memberships.besideKernel()) {
            try {
                beside(half).join(key);
            } catch (IOException refused) {
                // The kernel cannot, or its port is another program's: the stack has joined.
            }
        }
    }

    // --- for selectors ---

    @Override
    public final int readyOps(int interest) {
        StackDatagrams half = stack;
        if (kernel != null) {
            return 0;
        }
        if (half == null) {
            // Whatever is sent binds it.
            return interest & SelectionKey.OP_WRITE;
        }
        int ready = 0;
        if ((interest & SelectionKey.OP_READ) != 0 && half.isReadable()) {
            ready |= SelectionKey.OP_READ;
        }
        if ((interest & SelectionKey.OP_WRITE) != 0 && half.udp().isWritable()) {
            ready |= SelectionKey.OP_WRITE;
        }
        return ready;
    }

    @Override
    public final Watchers watchers() {
        return watchers;
    }

    @Override
    public final void arm(int interest) {
        StackDatagrams half = stack;
        if (half == null) {
            return;
        }
        if ((interest & SelectionKey.OP_READ) != 0) {
            half.whenReadable(() -> watchers.fire(SelectionKey.OP_READ));
        }
        if ((interest & SelectionKey.OP_WRITE) != 0) {
            half.udp().whenWritable(() -> watchers.fire(SelectionKey.OP_WRITE));
        }
    }

    // --- the adaptor, and the end ---

    @Override
    public final DatagramSocket socket() {
        synchronized (stateLock) {
            DatagramAdaptor made = adaptor;
            if (made == null) {
                made = newAdaptor();
                adaptor = made;
            }
            return made;
        }
    }

    private DatagramAdaptor newAdaptor() {
        try {
            return new DatagramAdaptor((RingwayDatagramChannel) this);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    protected final void implConfigureBlocking(boolean isBlocking) throws IOException {
        synchronized (stateLock) {
            DatagramChannel channel = kernel;
            if (channel != null) {
                SelectableChannel _ = channel.configureBlocking(isBlocking);
            }
        }
    }

    @Override
    protected final void implCloseSelectableChannel() throws IOException {
        StackDatagrams half = stack;
        DatagramChannel channel = kernel;
        memberships.dropAll();
        if (half != null) {
            closeStack(half);
        }
        if (channel != null) {
            channel.close();
        }
        watchers.fireAll();
    }

    private void closeStack(StackDatagrams half) throws IOException {
        if (half.end()) {
            DatagramWays.unbound(half.stack(), half.udp().local().port());
            half.close();
        }
    }
}
