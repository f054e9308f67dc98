package io.ringway.netty.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketChannelNotYetConnectedTest;

import org.junit.jupiter.api.TestInfo;

import java.util.List;

class RingwaySocketChannelNotYetConnectedTest extends SocketChannelNotYetConnectedTest {
    @Override
    protected List<BootstrapFactory<Bootstrap>> newFactories() {
        return RingwayPermutation.clients();
    }

    // No test here: its server is one of java.nio on the kernel.
    @Override
    public void readMustBePendingUntilChannelIsActive(TestInfo testInfo) {}
}
