package io.ringway.linux.example;

import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.TcpConnection;
import io.ringway.linux.TapConfig;
import io.ringway.linux.TapPort;

/** The server of the README: what it receives it sends back. */
public final class EchoServer {
    private EchoServer() {}

    public static void main(String[] args) throws InterruptedException {
        var tap = TapPort.open(TapConfig.builder().name("ringway0").build());
        try (var stack = Stack.open(StackConfig.of("198.18.0.2/24", "2001:2::2/64"), tap)) {
            stack.listen(7, EchoServer::echo);
            stack.start();
            stack.awaitClose();
        }
    }

    private static void echo(TcpConnection peer) {
        while (peer.viewLength() > 0) {
            int sent = peer.write(peer.memory(), peer.viewOffset(), peer.viewLength());
            peer.consume(sent);
            if (sent == 0) {
                return;
            }
        }
        if (peer.isEndOfStream()) {
            peer.close();
        }
    }
}
