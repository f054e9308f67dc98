package io.ringway.nio;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** Sockets of our factories beside the platform's. */
class SocketsContractTest {
    @Nested
    class Platforms extends SocketsContract {
        @Override
        Socket socket() {
            return new Socket();
        }

        @Override
        ServerSocket serverSocket() throws IOException {
            return new ServerSocket();
        }

        @Override
        String host() {
            return "127.0.0.1";
        }
    }

    @Nested
    class Ours extends SocketsContract {
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
        Socket socket() throws IOException {
            return Doors.socketFactory(stack.stack()).createSocket();
        }

        @Override
        ServerSocket serverSocket() throws IOException {
            return Doors.serverSocketFactory(stack.stack()).createServerSocket();
        }

        @Override
        String host() {
            return TestStack.IPV4;
        }
    }
}
