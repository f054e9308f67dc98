package io.ringway.programs;

import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.future.ConnectFuture;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.nio.NioDatagramAcceptor;
import org.apache.mina.transport.socket.nio.NioDatagramConnector;
import org.apache.mina.transport.socket.nio.NioSocketAcceptor;
import org.apache.mina.transport.socket.nio.NioSocketConnector;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Apache MINA: an echo over TCP and UDP, and clients of it. */
final class MinaProgram {
    static final int PORT = 7000;

    private static final InetSocketAddress SERVER = new InetSocketAddress(Run.HOST, PORT);

    private MinaProgram() {}

    public static void main(String[] arguments) throws Exception {
        NioSocketAcceptor streams = new NioSocketAcceptor(2);
        streams.setHandler(new Echo());
        streams.bind(new InetSocketAddress(PORT));
        NioDatagramAcceptor datagrams = new NioDatagramAcceptor();
        datagrams.setHandler(new Echo());
        datagrams.bind(new InetSocketAddress(PORT));
        NioSocketConnector stream = new NioSocketConnector();
        Run.require(Arrays.equals(ask(stream, Run.file()), Run.file()), "what was sent comes back");
        byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
        NioDatagramConnector datagram = new NioDatagramConnector();
        Run.require(Arrays.equals(ask(datagram, hello), hello), "a datagram comes back");
        Run.ready();
        streams.dispose();
        Run.end();
    }

    private static byte[] ask(org.apache.mina.core.service.IoConnector connector, byte[] sent)
            throws Exception {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        connector.setHandler(
                new IoHandlerAdapter() {
                    @Override
                    public void messageReceived(IoSession session, Object message) {
                        got.writeBytes(octets((IoBuffer) message));
                        if (got.size() == sent.length) {
                            all.complete(got.toByteArray());
                        }
                    }
                });
        ConnectFuture connected = connector.connect(SERVER);
        Object _ = connected.await();
        Object _ = connected.getSession().write(IoBuffer.wrap(sent));
        byte[] back = all.get();
        connector.dispose();
        return back;
    }

    private static byte[] octets(IoBuffer buffer) {
        byte[] octets = new byte[buffer.remaining()];
        Object _ = buffer.get(octets);
        return octets;
    }

    private static final class Echo extends IoHandlerAdapter {
        @Override
        public void messageReceived(IoSession session, Object message) {
            Object _ = session.write(IoBuffer.wrap(octets((IoBuffer) message)));
        }
    }
}
