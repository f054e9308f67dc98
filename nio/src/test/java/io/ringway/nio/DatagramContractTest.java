package io.ringway.nio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;

/** Our datagram channels beside the platform's. */
class DatagramContractTest {
    private static DatagramChannel open(SelectorProvider by, ProtocolFamily family)
            throws IOException {
        return family == null ? by.openDatagramChannel() : by.openDatagramChannel(family);
    }

    @Nested
    class Platforms extends DatagramContract {
        @Override
        DatagramChannel open(ProtocolFamily family) throws IOException {
            return DatagramContractTest.open(Platform.provider(), family);
        }

        @Override
        Selector selector() throws IOException {
            return Platform.provider().openSelector();
        }

        @Override
        String host() {
            return "127.0.0.1";
        }
    }

    /** What both ways of ours have. */
    abstract static class Ours extends DatagramContract {
        final SelectorProvider provider = new RingwaySelectorProvider();
        private TestStack stack;

        @BeforeEach
        void start() {
            stack = new TestStack(1);
        }

        @AfterEach
        void stop() {
            stack.close();
        }

        @Override
        DatagramChannel open(ProtocolFamily family) throws IOException {
            return DatagramContractTest.open(provider, family);
        }

        @Override
        Selector selector() throws IOException {
            return provider.openSelector();
        }
    }

    @Nested
    class Ipv4 extends Ours {
        @Override
        String host() {
            return TestStack.IPV4;
        }

        @Test
        void itIsTheStacks() throws IOException {
            try (DatagramChannel channel = open(null)) {
                channel.bind(new InetSocketAddress(host(), 0));
                assertThat(channel).isInstanceOf(RingwayDatagramChannel.class);
                assertThat(((RingwayDatagramChannel) channel).stack()).isNotNull();
            }
        }

        @Test
        void aMappedAddressIsTheSameAsItsIpv4Address() throws IOException {
            byte[] octets = new byte[16];
            octets[10] = -1;
            octets[11] = -1;
            System.arraycopy(InetAddress.getByName(host()).getAddress(), 0, octets, 12, 4);
            InetAddress mapped = InetAddress.getByAddress(octets);
            try (DatagramChannel channel =
                    open(StandardProtocolFamily.INET6).bind(new InetSocketAddress(mapped, 0))) {
                channel.send(ByteBuffer.allocate(1), channel.getLocalAddress());
                assertThat(channel.receive(ByteBuffer.allocate(1)))
                        .isEqualTo(channel.getLocalAddress());
            }
        }
    }

    @Nested
    class Ipv6 extends Ours {
        @Override
        String host() {
            return TestStack.IPV6;
        }

        @Override
        void broadcastNeedsItsOption() {
            // There is no broadcast in IPv6.
        }
    }

    @Nested
    class Loopback extends Ours {
        @Override
        String host() {
            return "127.0.0.1";
        }
    }

    @Nested
    class Ipv6Loopback extends Ours {
        @Override
        String host() {
            return "::1";
        }

        @Override
        void broadcastNeedsItsOption() {
            // There is no broadcast in IPv6.
        }
    }
}
