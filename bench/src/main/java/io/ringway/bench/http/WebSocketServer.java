package io.ringway.bench.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketServerCompressionHandler;
import io.netty.util.ReferenceCountUtil;

/** A program of its own: Netty's WebSocket echo, on the way that its argument names. */
public final class WebSocketServer {
    private static final int LONGEST_FRAME = 16 << 20;
    private static final int LONGEST_REQUEST = 64 << 10;

    private WebSocketServer() {}

    /** Serves until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        Echo echo = new Echo();
        NettyWay.valueOf(arguments[0])
                .serve(pipeline ->
                        pipeline.addLast(
                                new HttpServerCodec(),
                                new HttpObjectAggregator(LONGEST_REQUEST),
                                new WebSocketServerCompressionHandler(0),
                                new WebSocketServerProtocolHandler(
                                        "/", null, true, LONGEST_FRAME, false, true),
                                echo));
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            if (frame instanceof TextWebSocketFrame
                    || frame instanceof BinaryWebSocketFrame
                    || frame instanceof ContinuationWebSocketFrame) {
                ChannelFuture _ = context.writeAndFlush(frame);
            } else {
                ReferenceCountUtil.release(frame);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // The suite breaks the rules on purpose, and looks at what comes of it.
            ChannelFuture _ = context.close();
        }
    }
}
