package io.ringway.programs;

import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** gRPC over Netty: single calls and streams, of octets. */
final class GrpcProgram {
    private static final int PORT = 50_051;
    private static final MethodDescriptor<byte[], byte[]> ONE =
            method("test.Echo/One", MethodDescriptor.MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> MANY =
            method("test.Echo/Many", MethodDescriptor.MethodType.BIDI_STREAMING);

    private GrpcProgram() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            ask();
            System.out.println("ASKED");
            Run.end();
        }
        Server server =
                NettyServerBuilder.forPort(PORT)
                        .addService(
                                ServerServiceDefinition.builder("test.Echo")
                                        .addMethod(
                                                ONE, ServerCalls.asyncUnaryCall(GrpcProgram::one))
                                        .addMethod(
                                                MANY,
                                                ServerCalls.asyncBidiStreamingCall(
                                                        GrpcProgram::many))
                                        .build())
                        .build()
                        .start();
        ask();
        Run.ready();
        Server _ = server.shutdownNow();
        Run.end();
    }

    private static void ask() throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(Run.HOST, PORT).usePlaintext().build();
        byte[] file = Run.file();
        for (int i = 1; i <= 200; i++) {
            byte[] sent = Arrays.copyOfRange(file, i, i * 500);
            byte[] got =
                    ClientCalls.blockingUnaryCall(channel, ONE, io.grpc.CallOptions.DEFAULT, sent);
            Run.require(Arrays.equals(sent, got), "call " + i);
        }
        stream(channel, file);
        ManagedChannel _ = channel.shutdownNow();
    }

    private static void stream(ManagedChannel channel, byte[] file) throws Exception {
        List<byte[]> got = new ArrayList<>();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        StreamObserver<byte[]> to =
                ClientCalls.asyncBidiStreamingCall(
                        channel.newCall(MANY, io.grpc.CallOptions.DEFAULT),
                        new StreamObserver<>() {
                            @Override
                            public void onNext(byte[] value) {
                                got.add(value);
                            }

                            @Override
                            public void onError(Throwable why) {
                                done.completeExceptionally(why);
                            }

                            @Override
                            public void onCompleted() {
                                done.complete(true);
                            }
                        });
        for (int i = 0; i < 500; i++) {
            to.onNext(Arrays.copyOfRange(file, i * 1000, i * 1000 + 1000));
        }
        to.onCompleted();
        Run.require(done.get(), "the stream ends");
        for (int i = 0; i < 500; i++) {
            byte[] sent = Arrays.copyOfRange(file, i * 1000, i * 1000 + 1000);
            Run.require(Arrays.equals(got.get(i), sent), "message " + i);
        }
    }

    private static void one(byte[] request, StreamObserver<byte[]> answer) {
        answer.onNext(request);
        answer.onCompleted();
    }

    private static StreamObserver<byte[]> many(StreamObserver<byte[]> answer) {
        return answer;
    }

    private static MethodDescriptor<byte[], byte[]> method(
            String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setFullMethodName(name)
                .setType(type)
                .setRequestMarshaller(new Octets())
                .setResponseMarshaller(new Octets())
                .build();
    }

    private static final class Octets implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
