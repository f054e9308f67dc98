package io.ringway.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.ringway.Stack;
import io.ringway.StackConfig;
import io.ringway.linux.NetNamespace;
import io.ringway.linux.TapConfig;
import io.ringway.linux.TapPort;
import io.ringway.testkit.Privileged;
import io.ringway.wire.IpPrefix;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Netty's HTTP server on the lanes of a stack at a TAP, and a real curl at the kernel's end. */
@Privileged
@Timeout(120)
@SuppressWarnings(
        "FutureReturnValueIgnored") // Of sync(), which throws, and of writes, whose failures close.
class HttpOverTapTest {
    private static final int SIZE = 24 << 20;

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"1,198.18.0.2", "1,[2001:2::2]", "3,198.18.0.2", "3,[2001:2::2]"})
    void curlGetsAndPutsAFile(int lanes, String host) throws Exception {
        byte[] octets = new byte[SIZE];
        new Random(lanes).nextBytes(octets);
        Path file = Files.write(directory.resolve("file"), octets);
        Path got = directory.resolve("got");
        try (NetNamespace namespace = NetNamespace.create();
                Stack stack = open(namespace, lanes)) {
            EventLoopGroup group = RingwayIoHandler.newGroup(stack);
            try {
                serve(group, file.toFile());
                String url = "http://" + host + "/";
                // Twice over one connection: keep-alive.
                assertThat(curl(namespace, "-o", got.toString(), "-o", got.toString(), url, url))
                        .isEqualTo("200 200");
                assertThat(got).hasBinaryContent(octets);
                assertThat(curl(namespace, "-T", file.toString(), "-o", got.toString(), url))
                        .isEqualTo("200");
                assertThat(got).hasContent(hash(octets));
            } finally {
                group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
            }
        }
    }

    private static Stack open(NetNamespace namespace, int lanes) {
        TapConfig.Builder tap =
                TapConfig.builder()
                        .kernelAddresses(
                                List.of(
                                        IpPrefix.parse("198.18.0.1/24"),
                                        IpPrefix.parse("2001:2::1/64")));
        return Stack.open(
                StackConfig.builder()
                        .address("198.18.0.2/24")
                        .address("2001:2::2/64")
                        .lanes(lanes)
                        .build(),
                namespace.call(() -> TapPort.open(tap.build())));
    }

    private static void serve(EventLoopGroup group, File file) throws InterruptedException {
        new ServerBootstrap()
                .group(group)
                .channel(RingwayServerSocketChannel.class)
                .childHandler(
                        new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel channel) {
                                channel.pipeline().addLast(new HttpServerCodec(), new Site(file));
                            }
                        })
                .bind(80)
                .sync();
    }

    /** The status of each transfer. */
    private static String curl(NetNamespace namespace, String... arguments) {
        String[] command = new String[arguments.length + 6];
        List<String> first = List.of("curl", "-sS", "--globoff", "--fail", "-w", "%{http_code} ");
        for (int i = 0; i < first.size(); i++) {
            command[i] = first.get(i);
        }
        System.arraycopy(arguments, 0, command, first.size(), arguments.length);
        return namespace.output(command);
    }

    private static String hash(byte[] octets) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    }

    /** Answers a GET with the file, and what is uploaded with its hash. */
    private static final class Site extends SimpleChannelInboundHandler<HttpObject> {
        private final File file;
        private MessageDigest uploaded;
        private boolean isUpload;

        Site(File file) {
            this.file = file;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message)
                throws Exception {
            if (message instanceof HttpRequest request) {
                isUpload = HttpUtil.getContentLength(request, 0L) > 0;
                uploaded = MessageDigest.getInstance("SHA-256");
                if (HttpUtil.is100ContinueExpected(request)) {
                    context.writeAndFlush(
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
                }
            }
            if (message instanceof HttpContent content) {
                uploaded.update(content.content().nioBuffer());
            }
            if (message instanceof LastHttpContent) {
                answer(context);
            }
        }

        private void answer(ChannelHandlerContext context) {
            var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            if (isUpload) {
                String hash = HexFormat.of().formatHex(uploaded.digest());
                ByteBuf text = Unpooled.copiedBuffer(hash, StandardCharsets.US_ASCII);
                response.headers().set(HttpHeaderNames.CONTENT_LENGTH, text.readableBytes());
                context.write(response);
                context.write(text);
            } else {
                response.headers().set(HttpHeaderNames.CONTENT_LENGTH, file.length());
                context.write(response);
                context.write(new DefaultFileRegion(file, 0, file.length()));
            }
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
    }
}
