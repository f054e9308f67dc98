package io.ringway.bench.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;

import java.io.IOException;

/**
 * A program of its own: Netty's HTTP codec with one handler, on the way that its argument names.
 */
public final class HelloServer {
    static final String BODY = "Hello from a server that is measured.\n";

    private HelloServer() {}

    /** Serves until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        Hello hello = new Hello();
        NettyWay.valueOf(arguments[0])
                .serve(pipeline -> pipeline.addLast(new HttpServerCodec(), hello));
    }

    @Sharable
    private static final class Hello extends ChannelInboundHandlerAdapter {
        private final ByteBuf body =
                Unpooled.unreleasableBuffer(
                        Unpooled.directBuffer().writeBytes(BODY.getBytes(US_ASCII)));

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                DefaultFullHttpResponse reply =
                        new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body.duplicate());
                reply.headers()
                        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
                ChannelFuture _ = context.write(reply, context.voidPromise());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Clients end with a RST; of anything else whoever reads the output is to know.
            if (!(cause instanceof IOException)) {
                cause.printStackTrace();
            }
            ChannelFuture _ = context.close();
        }
    }
}
