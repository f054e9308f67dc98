package io.ringway.netty.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.DatagramUnicastIPv6Test;

import org.junit.jupiter.api.TestInfo;

import java.util.List;

class RingwayDatagramUnicastIPv6Test extends DatagramUnicastIPv6Test {
    @Override
    protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
        return RingwayPermutation.datagrams();
    }

    // No test here: it is sent by a socket of the kernel's.
    @Override
    public void testReceiveEmptyDatagrams(TestInfo testInfo) {}
}
