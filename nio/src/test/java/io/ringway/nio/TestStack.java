package io.ringway.nio;

import io.ringway.Stack;
import io.ringway.StackConfig;

/** A stack of one host without a wire, which all channels go to while it is open. */
final class TestStack implements AutoCloseable {
    static final String IPV4 = "198.18.0.2";
    static final String IPV6 = "2001:2::2";

    private final Stack stack;

    TestStack(int lanes) {
        stack =
                Stack.open(
                        StackConfig.builder()
                                .address(IPV4 + "/24")
                                .address(IPV6 + "/64")
                                .lanes(lanes)
                                .seed(7)
                                .build(),
                        new NowherePort());
        stack.start();
        RingwaySelectorProvider.use(StackDirectory.of(stack));
    }

    Stack stack() {
        return stack;
    }

    @Override
    public void close() {
        RingwaySelectorProvider.use(null);
        stack.close();
    }
}
