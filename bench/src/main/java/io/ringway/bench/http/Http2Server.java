package io.ringway.bench.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;

/** A program of its own: Netty's HTTP/2, in clear text, on the way that its argument names. */
public final class Http2Server {
    private static final byte[] BODY = "Hello, twice.\n".getBytes(US_ASCII);

    private Http2Server() {}

    /** Serves until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        NettyWay.valueOf(arguments[0])
                .serve(pipeline ->
                        pipeline.addLast(
                                Http2FrameCodecBuilder.forServer().build(),
                                new Http2MultiplexHandler(
                                        new ChannelInitializer<Channel>() {
                                            @Override
                                            protected void initChannel(Channel stream) {
                                                stream.pipeline().addLast(new Hello());
                                            }
                                        }),
                                new Quiet()));
    }

    /** The suite breaks the rules on purpose, and looks at what comes of it. */
    private static final class Quiet extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // The codec has told the peer.
        }
    }

    /** Replies when a request is whole. */
    private static final class Hello extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            boolean isWhole =
                    (frame instanceof Http2HeadersFrame headers && headers.isEndStream())
                            || (frame instanceof Http2DataFrame data && data.isEndStream());
            ReferenceCountUtil.release(frame);
            if (isWhole) {
                ByteBuf body = Unpooled.wrappedBuffer(BODY);
                ChannelFuture _ =
                        context.write(
                                new DefaultHttp2HeadersFrame(
                                        new DefaultHttp2Headers()
                                                .status("200")
                                                .setInt("content-length", BODY.length)));
                ChannelFuture _ = context.writeAndFlush(new DefaultHttp2DataFrame(body, true));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture _ = context.close();
        }
    }
}
