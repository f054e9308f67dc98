package io.ringway.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramPacket;
import io.ringway.Datagram;
import io.ringway.UdpHandler;
import io.ringway.UdpSocket;
import io.ringway.layer.IcmpError;
import io.ringway.memory.Counter;
import io.ringway.wire.Endpoint;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/**
 * How a channel's datagrams come to its pipeline, from whichever lane they arrive at. {@link
 * #onDatagram} and {@link #onError} are for all lanes, the rest is the event loop's.
 */
final class DatagramInput implements UdpHandler {
    private final RingwayDatagramChannel channel;
    private final ArrayDeque<DatagramPacket> waiting = new ArrayDeque<>();

    DatagramInput(RingwayDatagramChannel channel) {
        this.channel = channel;
    }

    @Override
    public void onDatagram(UdpSocket at, Datagram datagram) {
        InetSocketAddress sender = datagram.source().toInetSocketAddress();
        InetSocketAddress recipient =
                new Endpoint(datagram.destination(), at.local().port()).toInetSocketAddress();
        // The buffers of the lane where it is, whose frames and event loop they know.
        RingwayIoHandler here = RingwayIoHandler.current();
        ByteBuf content = here.buffers().take(datagram, channel.config().getAllocator());
        DatagramPacket packet = new DatagramPacket(content, recipient, sender);
        if (channel.eventLoop().inEventLoop()) {
            add(packet);
            return;
        }
        try {
            channel.eventLoop().execute(() -> add(packet));
        } catch (RejectedExecutionException ended) {
            packet.release();
        }
    }

    @Override
    public void onError(UdpSocket socket, IcmpError.Kind kind) {
        channel.eventLoop().execute(() -> channel.onError(kind));
    }

    private void add(DatagramPacket packet) {
        RingwayIoHandler handler = channel.handler();
        if (!channel.isOpen()) {
            packet.release();
        } else if (waiting.size() >= handler.stack().config().udp().receiveQueueDatagrams()) {
            handler.lane().counters().increment(Counter.UDP_QUEUE_FULL);
            packet.release();
        } else {
            waiting.add(packet);
            if (channel.isReadPending) {
                channel.wakeLater();
            }
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Shows the pipeline what has come. */
    void read() {
        var handle = channel.unsafe().recvBufAllocHandle();
        handle.reset(channel.config());
        do {
            DatagramPacket packet = waiting.poll();
            if (packet == null) {
                break;
            }
            int length = packet.content().readableBytes();
            handle.attemptedBytesRead(length);
            handle.lastBytesRead(length);
            handle.incMessagesRead(1);
            channel.isReadPending = false;
            channel.pipeline().fireChannelRead(packet);
        } while (handle.continueReading());
        handle.readComplete();
        channel.pipeline().fireChannelReadComplete();
        if (channel.isReadPending && !waiting.isEmpty()) {
            channel.wakeLater();
        }
    }

    void close() {
        for (DatagramPacket left = waiting.poll(); left != null; left = waiting.poll()) {
            left.release();
        }
    }
}
