package io.ringway.linux;

import io.ringway.memory.FrameBatch;
import io.ringway.port.PortQueue;

/** A queue of AF_PACKET: a receiver, a sender, and the descriptor to sleep on. */
final class PacketQueue implements PortQueue {
    private static final long RETRY_NS = 50_000;

    private final PacketPort port;
    private final int number;
    private final int descriptor;
    private final PacketReceiver receiver;
    private final PacketSender sender;
    private long retryNs = Long.MAX_VALUE;
    private boolean isOpen = true;

    PacketQueue(
            PacketPort port,
            int number,
            int descriptor,
            PacketReceiver receiver,
            PacketSender sender) {
        this.port = port;
        this.number = number;
        this.descriptor = descriptor;
        this.receiver = receiver;
        this.sender = sender;
    }

    @Override
    public int receive(FrameBatch into, long nowNs) {
        if (nowNs >= retryNs) {
            sender.start();
            noteWaiting(nowNs);
        }
        return receiver.receive(into, nowNs);
    }

    @Override
    public int transmit(FrameBatch from, long nowNs) {
        int accepted = sender.transmit(from);
        noteWaiting(nowNs);
        return accepted;
    }

    private void noteWaiting(long nowNs) {
        retryNs = sender.isWaiting() ? nowNs + RETRY_NS : Long.MAX_VALUE;
    }

    @Override
    public long nextDeadlineNs() {
        return retryNs;
    }

    @Override
    public int pollDescriptor() {
        return descriptor;
    }

    @Override
    public void close() {
        if (isOpen) {
            isOpen = false;
            receiver.close();
            sender.close();
            port.onQueueClosed(number);
        }
    }
}
