package io.ringway.nio;

import io.ringway.wire.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Datagrams over Ringway, or the kernel, as {@link DatagramChannel} has it.
 *
 * <p>Which way is decided by the first bind, connect or send: a wildcard address, or one of the
 * stack's, is Ringway's; a peer that the stack has no route to is the kernel's. A channel that is
 * bound to Ringway's wildcard address and sends to such a peer gets a kernel's half as well, bound
 * to the same port where that is free, and receives from both; when it connects to such a peer, it
 * goes over to the kernel wholly. {@code ringway.strict} forbids both.
 *
 * <p>Multicast: the stack has one port, and any {@link NetworkInterface} that is given stands for
 * it. A group that is joined on an interface of the kernel's is joined there as well.
 */
final class RingwayDatagramChannel extends DatagramDoor {
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();

    /**
     * A channel that is open and not bound.
     *
     * @param family what addresses it can have; null for both versions
     */
    RingwayDatagramChannel(SelectorProvider provider, @Nullable ProtocolFamily family) {
        super(provider, family);
    }

    // --- deciding which way ---

    @Override
    public DatagramChannel bind(@Nullable SocketAddress local) throws IOException {
        InetSocketAddress wanted =
                local == null ? new InetSocketAddress(0) : Addresses.check(local, family());
        lockBoth();
        try {
            synchronized (stateLock) {
                requireOpen();
                if (isBound()) {
                    throw new AlreadyBoundException();
                }
                bindTo(wanted);
            }
        } finally {
            unlockBoth();
        }
        return this;
    }

    // --- connecting ---

    @Override
    public DatagramChannel connect(SocketAddress given) throws IOException {
        InetSocketAddress peer = Addresses.check(given, family());
        if (peer.getPort() == 0) {
            throw new SocketException("Can't connect to port 0");
        }
        lockBoth();
        try {
            synchronized (stateLock) {
                requireOpen();
                if (isConnected()) {
                    throw new AlreadyConnectedException();
                }
                connectTo(peer);
            }
        } finally {
            unlockBoth();
        }
        return this;
    }

    private void connectTo(InetSocketAddress peer) throws IOException {
        InetSocketAddress to = Addresses.checkRemote(peer, family());
        StackDatagrams half = stack();
        if (half != null && half.isForKernel(to)) {
            moveToKernel(half);
        } else if (!isBound()) {
            bindToReach(to);
        }
        DatagramChannel channel = kernel();
        if (channel != null) {
            DatagramChannel _ = channel.connect(to);
        } else {
            requireStack().udp().connect(Addresses.endpoint(to));
        }
        remote(peer);
    }

    private StackDatagrams requireStack() {
        return Objects.requireNonNull(stack());
    }

    private void lockBoth() {
        reading.lock();
        writing.lock();
    }

    private void unlockBoth() {
        writing.unlock();
        reading.unlock();
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        lockBoth();
        try {
            synchronized (stateLock) {
                if (!isOpen() || remote() == null) {
                    return this;
                }
                DatagramChannel channel = kernel();
                StackDatagrams half = stack();
                if (channel != null) {
                    DatagramChannel _ = channel.disconnect();
                } else if (half != null) {
                    half.udp().disconnect();
                }
                remote(null);
            }
        } finally {
            unlockBoth();
        }
        return this;
    }

    @Override
    public boolean isConnected() {
        return isOpen() && remote() != null;
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        requireOpen();
        return remote();
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        DatagramChannel channel = kernel();
        StackDatagrams half = stack();
        if (channel != null) {
            return channel.getLocalAddress();
        }
        return half == null ? null : Addresses.local(half.udp().local(), family());
    }

    // --- receiving ---

    @Override
    public @Nullable SocketAddress receive(ByteBuffer into) throws IOException {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        reading.lock();
        try {
            requireOpen();
            bindIfUnbound();
            return receive(into, isBlocking(), StackDatagrams.FOREVER);
        } finally {
            reading.unlock();
        }
    }

    /**
     * For the adaptor: waits for at most {@code timeoutMs}, or for ever when that is 0.
     *
     * @throws SocketTimeoutException when nothing came
     */
    SocketAddress receive(ByteBuffer into, int timeoutMs) throws IOException {
        long deadlineNs =
                timeoutMs == 0
                        ? StackDatagrams.FOREVER
                        : System.nanoTime() + timeoutMs * 1_000_000L;
        reading.lock();
        try {
            requireOpen();
            bindIfUnbound();
            DatagramChannel channel = kernel();
            if (channel != null) {
                return DatagramWays.receive(channel, into, timeoutMs);
            }
            return Objects.requireNonNull(receive(into, true, deadlineNs));
        } finally {
            reading.unlock();
        }
    }

    private @Nullable SocketAddress receive(ByteBuffer into, boolean isWaiting, long deadlineNs)
            throws IOException {
        DatagramChannel channel = kernel();
        SocketAddress from = null;
        try {
            if (isWaiting) {
                begin();
            }
            if (channel != null) {
                from = channel.receive(into);
            } else {
                from = receive(requireStack(), into, isWaiting, deadlineNs);
            }
            return from;
        } catch (ClosedChannelException | InterruptedIOException ended) {
            throw ended(ended);
        } finally {
            if (isWaiting) {
                if (Interrupts.isUntold(this, from != null)) {
                    begin();
                }
                end(from != null);
            }
        }
    }

    private @Nullable SocketAddress receive(
            StackDatagrams half, ByteBuffer into, boolean isWaiting, long deadlineNs)
            throws IOException {
        while (true) {
            requireOpen();
            SocketAddress from = half.receive(into);
            if (from != null || !isWaiting) {
                return from;
            }
            if (deadlineNs != StackDatagrams.FOREVER && deadlineNs - System.nanoTime() <= 0) {
                throw new SocketTimeoutException("Receive timed out");
            }
            half.awaitReadable(deadlineNs);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        Objects.requireNonNull(into);
        reading.lock();
        try {
            requireOpen();
            if (remote() == null) {
                throw new NotYetConnectedException();
            }
            int before = into.position();
            SocketAddress from = receive(into, isBlocking(), StackDatagrams.FOREVER);
            return from == null ? 0 : into.position() - before;
        } finally {
            reading.unlock();
        }
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        ByteBuffer whole = ByteBuffer.allocate(Gather.remaining(into, offset, length));
        int count = read(whole);
        Gather.scatter(whole.flip(), into, offset, length);
        return count;
    }

    // --- sending ---

    @Override
    public int send(ByteBuffer from, SocketAddress target) throws IOException {
        InetSocketAddress to = Addresses.check(Objects.requireNonNull(target), family());
        writing.lock();
        try {
            requireOpen();
            InetSocketAddress connected = remote();
            if (connected != null) {
                if (!connected.equals(to)) {
                    throw new AlreadyConnectedException();
                }
                return send(from, (InetSocketAddress) null);
            }
            if (to.getPort() == 0) {
                throw new SocketException("Can't send to port 0");
            }
            InetSocketAddress peer = Addresses.checkRemote(to, family());
            DatagramWays.requireBroadcast(settings(), peer.getAddress());
            bindIfUnbound(peer);
            return send(from, peer);
        } finally {
            writing.unlock();
        }
    }

    private int send(ByteBuffer from, @Nullable InetSocketAddress to) throws IOException {
        DatagramChannel channel = kernel();
        boolean isWaiting = isBlocking();
        int sent = 0;
        boolean isDone = false;
        try {
            if (isWaiting) {
                begin();
            }
            if (channel != null) {
                sent = to == null ? channel.write(from) : channel.send(from, to);
            } else if (to != null && requireStack().isForKernel(to)) {
                sent = beside(requireStack()).send(from, to);
            } else {
                Endpoint peer = to == null ? null : Addresses.endpoint(to);
                sent = requireStack().send(from, peer, isWaiting);
            }
            isDone = true;
            return sent;
        } catch (ClosedChannelException | InterruptedIOException ended) {
            throw ended(ended);
        } finally {
            if (isWaiting) {
                if (Interrupts.isUntold(this, isDone)) {
                    begin();
                }
                end(isDone);
            }
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        Objects.requireNonNull(from);
        writing.lock();
        try {
            requireOpen();
            if (remote() == null) {
                throw new NotYetConnectedException();
            }
            return send(from, (InetSocketAddress) null);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        ByteBuffer whole = Gather.gather(from, offset, length);
        int octets = whole.remaining();
        int count = write(whole);
        if (!whole.hasRemaining()) {
            Gather.skip(from, offset, length, octets);
        }
        return count;
    }

    private void bindIfUnbound() throws IOException {
        if (!isBound()) {
            synchronized (stateLock) {
                if (!isBound()) {
                    bindTo(new InetSocketAddress(0));
                }
            }
        }
    }

    private void bindIfUnbound(InetSocketAddress peer) throws IOException {
        if (!isBound()) {
            synchronized (stateLock) {
                if (!isBound()) {
                    bindToReach(peer);
                }
            }
        }
    }

    /** The kernel's channel ends with an interrupt; then so does this one. */
    private IOException ended(IOException by) throws IOException {
        DatagramChannel channel = kernel();
        if (channel != null && !channel.isOpen()) {
            close();
        }
        return by;
    }
}
