package io.ringway.netty.suite;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.AbstractSocketShutdownOutputByPeerTest;
import io.ringway.TcpSocket;
import io.ringway.wire.Endpoint;
import io.ringway.wire.IpAddress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

class RingwaySocketShutdownOutputByPeerTest
        extends AbstractSocketShutdownOutputByPeerTest<TcpSocket> {
    @Override
    protected List<BootstrapFactory<ServerBootstrap>> newFactories() {
        return RingwayPermutation.servers();
    }

    @Override
    protected void shutdownOutput(TcpSocket socket) throws IOException {
        socket.shutdownOutput();
    }

    @Override
    protected void connect(TcpSocket socket, SocketAddress address) throws IOException {
        InetSocketAddress to = (InetSocketAddress) address;
        socket.connect(new Endpoint(IpAddress.of(to.getAddress()), to.getPort()));
    }

    @Override
    protected void close(TcpSocket socket) {
        socket.close();
    }

    @Override
    protected void write(TcpSocket socket, int octet) throws IOException {
        socket.write(new byte[] {(byte) octet});
    }

    @Override
    protected TcpSocket newSocket() {
        return RingwayPermutation.socket();
    }
}
