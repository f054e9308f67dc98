package io.ringway.netty.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.SocketSslSessionReuseTest;

import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

class RingwaySocketSslSessionReuseTest extends SocketSslSessionReuseTest {
    @Override
    protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
        return RingwayPermutation.sockets();
    }

    /** Those of {@code jdkAndOpenSSL} that need no native library. */
    static List<Object[]> jdkBuilders() throws Exception {
        return jdkAndOpenSSL().stream().limit(1).toList();
    }

    @Override
    @ParameterizedTest
    @MethodSource("jdkBuilders")
    public void testSslSessionTrustManagerResumption(
            SslContextBuilder server, SslContextBuilder client, TestInfo info) throws Throwable {
        super.testSslSessionTrustManagerResumption(server, client, info);
    }
}
