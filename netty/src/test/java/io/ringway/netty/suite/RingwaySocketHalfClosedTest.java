package io.ringway.netty.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.SocketHalfClosedTest;

import org.junit.jupiter.api.TestInfo;

import java.util.List;

class RingwaySocketHalfClosedTest extends SocketHalfClosedTest {
    @Override
    protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
        return RingwayPermutation.sockets();
    }

    // No test here: its handler blocks the event loop until the peer has answered what it flushed.
    @Override
    public void testAutoCloseFalseDoesShutdownOutput(TestInfo testInfo) {}
}
