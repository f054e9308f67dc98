package io.ringway.nio;

import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;

/**
 * Stands where {@link java.net.MulticastSocket} wants an implementation and an adaptor has none.
 */
final class NoDatagramSocketImpl extends DatagramSocketImpl {
    private static AssertionError unused() {
        return new AssertionError("an adaptor asks its channel, not this");
    }

    @Override
    protected void create() {}

    @Override
    protected void close() {}

    @Override
    public void setOption(int name, Object value) {}

    @Override
    public Object getOption(int name) {
        throw unused();
    }

    @Override
    protected void bind(int port, InetAddress address) {
        throw unused();
    }

    @Override
    protected void send(DatagramPacket packet) {
        throw unused();
    }

    @Override
    protected int peek(InetAddress address) {
        throw unused();
    }

    @Override
    protected int peekData(DatagramPacket packet) {
        throw unused();
    }

    @Override
    protected void receive(DatagramPacket packet) {
        throw unused();
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal")
    protected void setTTL(byte hops) {
        throw unused();
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal")
    protected byte getTTL() {
        throw unused();
    }

    @Override
    protected void setTimeToLive(int hops) {
        throw unused();
    }

    @Override
    protected int getTimeToLive() {
        throw unused();
    }

    @Override
    protected void join(InetAddress group) {
        throw unused();
    }

    @Override
    protected void leave(InetAddress group) {
        throw unused();
    }

    @Override
    protected void joinGroup(SocketAddress group, NetworkInterface by) {
        throw unused();
    }

    @Override
    protected void leaveGroup(SocketAddress group, NetworkInterface by) {
        throw unused();
    }
}
