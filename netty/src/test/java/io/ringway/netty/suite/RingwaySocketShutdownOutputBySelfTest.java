package io.ringway.netty.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketShutdownOutputBySelfTest;

import org.junit.jupiter.api.TestInfo;

import java.util.List;

class RingwaySocketShutdownOutputBySelfTest extends SocketShutdownOutputBySelfTest {
    @Override
    protected List<BootstrapFactory<Bootstrap>> newFactories() {
        return RingwayPermutation.clients();
    }

    // No test here: Netty has switched it off.
    @Override
    public void testWriteAfterShutdownOutputNoWritabilityChange(TestInfo info) {}
}
