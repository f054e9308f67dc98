package io.ringway.nio;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

import java.nio.channels.spi.AsynchronousChannelProvider;

/** Our asynchronous channels beside the platform's. */
class AsyncContractTest {
    @Nested
    class Platforms extends AsyncContract {
        @Override
        AsynchronousChannelProvider provider() {
            return AsynchronousChannelProvider.provider();
        }

        @Override
        String host() {
            return "127.0.0.1";
        }
    }

    @Nested
    class Ours extends AsyncContract {
        private final AsynchronousChannelProvider provider =
                new RingwayAsynchronousChannelProvider();
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
        AsynchronousChannelProvider provider() {
            return provider;
        }

        @Override
        String host() {
            return TestStack.IPV4;
        }
    }
}
